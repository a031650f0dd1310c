"""Ways around the permissions that somebody may try; none may work."""

from dataclasses import replace

import pytest
from event_kwargs import event_of
from fake_forge import POLICY, SERVICES, FakeForge, context_of

from packit_worker.deciding import decide
from packit_worker.facts import Allowance, Known
from packit_worker.package_config import Job, PackageConfig
from packit_worker.registry import HANDLERS

APPROVED = Known(repository=Allowance("approved_manually", "github.com/acme"))
KOJI = Job(index=0, type="upstream_koji_build", trigger="pull_request")
TESTS = Job(index=1, type="tests", trigger="pull_request")
# What tests do about the change itself: nothing before there is a build.
LATER = {"GithubTestingFarmHandler": "after-build"}
NEVER = {"GithubTestingFarmHandler": "build-not-allowed"}


class Reads:
    """Reads a package config with these jobs, whatever the text."""

    def __init__(self, *jobs):
        self.jobs = jobs

    def read(self, path, text, *, repository):
        return PackageConfig(path=path, jobs=self.jobs)


def ended(event, *jobs, forge=None, policy=POLICY):
    """Return how each handler that was chosen ends, or with which code the event stops."""
    context = context_of(event, forge or FakeForge(), known=APPROVED, policy=policy)
    verdict = decide(event, context, HANDLERS, Reads(*jobs))
    if verdict.stop is not None:
        return verdict.stop.code
    codes = {}
    for pair in verdict.pairs:
        surroundings = replace(verdict.context, job=pair.job, services=SERVICES)
        skips = [check(event, surroundings) for check in pair.spec.checks]
        codes[pair.spec.name] = next((skip.code for skip in skips if skip), "run")
    return codes


@pytest.mark.parametrize("name", ["PullRequestGHEvent", "PullRequestPagureEvent"])
def test_a_tests_job_alone_brings_its_build_with_the_checks_of_a_build(name):
    handler = "PullRequestCoprBuildHandler"
    event = event_of(name, user_login="olaf")
    assert ended(event, TESTS) == {handler: "no-write-access"} | NEVER
    event = event_of(name, user_login="wendy")
    assert ended(event, TESTS) == {handler: "run"} | LATER


@pytest.mark.parametrize("login", ["anton", "olaf", "wendy", "adele"])
@pytest.mark.parametrize("command", ["build", "copr-build", "test"])
def test_no_command_reaches_a_koji_job(command, login):
    event = event_of("PullRequestCommentGHEvent", comment=f"/packit {command}", user_login=login)
    assert ended(event, KOJI) == "no-job-matched"


@pytest.mark.parametrize(
    ("login", "code"),
    [("anton", "no-write-access"), ("olaf", "no-write-access"), ("wendy", "run"), ("adele", "run")],
)
@pytest.mark.parametrize(
    "command", ["upstream-koji-build", "upstream_koji_build", "production-build"]
)
def test_only_who_may_write_starts_koji_by_a_command(command, login, code):
    event = event_of("PullRequestCommentGHEvent", comment=f"/packit {command}", user_login=login)
    assert ended(event, KOJI) == {"GitHubPullRequestCommentKojiBuildHandler": code}


def test_koji_build_is_no_command():
    event = event_of("PullRequestCommentGHEvent", comment="/packit koji-build", user_login="wendy")
    assert ended(event, KOJI) == "bad-command"


@pytest.mark.parametrize("login", ["anton", "olaf", "carl", "adele"])
@pytest.mark.parametrize(
    "name", ["PullRequestPagureEvent", "PushPagureEvent", "PullRequestCommentPagureEvent"]
)
@pytest.mark.parametrize("trigger", ["pull_request", "commit", "release"])
def test_nothing_of_pagure_reaches_a_koji_job(name, login, trigger):
    more = {"comment": "/packit build"} if "Comment" in name else {}
    koji = Job(index=0, type="upstream_koji_build", trigger=trigger, targets=("f44",))
    assert ended(event_of(name, user_login=login, **more), koji) == "no-job-matched"


def test_nothing_goes_downstream_from_a_pull_request():
    event = event_of(
        "PullRequestCommentGHEvent", comment="/packit propose-downstream", user_login="anton"
    )
    downstream = Job(index=0, type="propose_downstream", trigger="release")
    assert ended(event, downstream) == "bad-command"


def test_a_pull_request_from_the_repository_itself_needs_a_known_author():
    own = {"base_repo_namespace": "acme", "base_repo_name": "hello", "base_ref": "main"}
    for login, code in ((None, "actor-unknown"), ("olaf", "no-write-access"), ("wendy", "run")):
        event = event_of("PullRequestGHEvent", **own, user_login=login)
        assert ended(event, KOJI) == {"PullRequestGithubKojiBuildHandler": code}


def test_a_fork_that_is_gone_changes_nothing():
    gone = {"base_repo_namespace": None, "base_repo_name": None, "base_ref": None}
    event = event_of("PullRequestGHEvent", **gone, user_login="olaf")
    assert ended(event, KOJI) == {"PullRequestGithubKojiBuildHandler": "no-write-access"}


def test_the_owner_of_a_fork_on_pagure_is_not_asked_about():
    event = event_of("PullRequestPagureEvent", user_login="olaf", base_repo_owner="wendy")
    assert ended(event, TESTS) == {"PullRequestCoprBuildHandler": "no-write-access"} | NEVER


def test_a_github_event_from_a_pagure_gets_no_rights_of_an_author():
    event = event_of(
        "PullRequestCommentGHEvent",
        comment="/packit test",
        https_url="https://src.example.org/acme/hello",
        user_login="anton",
    )
    assert set(ended(event, TESTS).values()) == {"no-write-access"}


@pytest.mark.parametrize("host", ["GitHub.com", "user@github.com"])
def test_a_host_is_a_host_however_it_is_written(host):
    event = event_of(
        "PullRequestGHEvent", https_url=f"https://{host}/acme/hello", user_login="olaf"
    )
    assert ended(event, TESTS) == {"PullRequestCoprBuildHandler": "no-write-access"} | NEVER


@pytest.mark.parametrize(
    "url",
    ["https://github.com.evil.example/acme/hello", "https://github.com@evil.example/acme/hello"],
)
def test_a_host_that_looks_like_another_is_unknown(url):
    forge = FakeForge()
    event = event_of("PullRequestGHEvent", https_url=url, user_login="adele")
    assert ended(event, TESTS, forge=forge) == "unknown-forge"
    assert forge.asked == []


@pytest.mark.parametrize("key", ["github.com/olaf", "github.com/otto", "github.com/otto/hello"])
def test_a_maintainer_does_not_build_the_code_of_who_was_denied(engine_side, key):
    """Denied beats all: neither their pull request nor a command on it starts anything."""
    side = engine_side
    pull = side.pull(author="olaf")
    side.github.world.project("otto/hello", parent="octo/hello")
    pull.source = "otto/hello"
    source = {"base_repo_namespace": "otto", "base_repo_name": "hello"}
    side.approve(key, "denied")
    assert side.process(side.pull_event(pull, **source), "e-1").code == "denied"
    assert side.process(side.comment_event(pull, login="wendy"), "e-2").code == "denied"
    assert (side.calls, side.writes()) == ([], [])


def test_the_owner_of_a_fork_on_pagure_may_be_denied(engine_side):
    side = engine_side
    event = side.pull_pagure_event(side.pull_pagure(author="carl"))
    side.approve("src.example.org/otto", "denied")
    assert side.process(event).code == "denied"
    assert side.requests() == []


@pytest.mark.parametrize("name", ["he llo", "hello?", "h\u212allo", "hello#x", "a%2fb"])
def test_a_name_that_is_none_does_not_hide_a_denied_namespace(engine_side, name):
    """On Pagure nobody needs approval, so what could not be looked up would run."""
    side = engine_side
    side.approve("src.example.org/rpms", "denied")
    event = event_of(
        "PushPagureEvent",
        repo_namespace="rpms",
        repo_name=name,
        https_url="https://src.example.org/rpms/x",
    )
    assert side.process(event).code == "no-name"
    assert side.requests() == []

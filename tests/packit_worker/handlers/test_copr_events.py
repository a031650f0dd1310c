"""Everything that starts a build: pull requests, pushes, releases and commands, on both forges."""

from datetime import UTC, datetime, timedelta

import pytest
from copr_side import TWO
from engine_side import COPR_CONFIG
from event_kwargs import event_of

from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.things import now

S43, S44 = "packit/rpm-build:fedora-43-x86_64", "packit/rpm-build:fedora-44-x86_64"
ACCEPTED = ("pending", "Accepted. Waiting for Copr.")
GOOD = ("success", "Built in 1 min 15 s. Packages can be installed from Copr.")
PUSH = "  - {job: copr_build, trigger: commit, branch: main, targets: [fedora-44]}\n"
RELEASE = "  - {job: copr_build, trigger: release, targets: [fedora-44]}\n"


def script_of(side):
    return side.copr.world.builds[7000001].source["script"].splitlines()


def test_a_push_to_the_branch_of_the_job_is_built(copr_side):
    side = copr_side
    commit = side.push(PUSH)
    assert side.process(side.push_event(commit), "push").outcome == "done"
    assert side.shown() == {"packit/rpm-build:main:fedora-44-x86_64": ACCEPTED}
    side.build()
    assert side.shown() == {"packit/rpm-build:main:fedora-44-x86_64": GOOD}
    assert list(side.copr.world.projects)[1:] == ["packit/octo-hello-main"]
    assert f"git checkout --quiet --no-track -B main {commit} --" in script_of(side)


def test_a_push_to_another_branch_is_not_built(copr_side):
    side = copr_side
    commit = side.push(PUSH, branch="topic")
    end = side.process(side.push_event(commit, git_ref="topic"), "push")
    assert (end.outcome, end.code) == ("skipped", "other-branch")
    assert side.statuses() == []
    assert side.copr.world.builds == {}


def test_a_push_that_the_branch_has_left_behind_is_not_built(copr_side):
    side = copr_side
    first = side.push(PUSH)
    second = side.hello.git.commit({"more": "x"})
    end = side.process(side.push_event(first), "first")
    assert (end.outcome, end.code) == ("failed", "superseded")
    text = f"Superseded by {second[:7]}."
    assert side.shown() == {"packit/rpm-build": ("error", text)}
    assert {write["sha"] for write in side.writes("status")} == {first}
    assert side.copr.world.builds == {}
    assert side.process(side.push_event(second), "second").outcome == "done"
    assert side.shown()["packit/rpm-build:main:fedora-44-x86_64"] == ACCEPTED


def test_a_push_to_a_branch_that_was_deleted_is_not_built(copr_side):
    side = copr_side
    jobs = "  - {job: copr_build, trigger: commit, branch: gone, targets: [fedora-44]}\n"
    commit = side.push(jobs)
    end = side.process(side.push_event(commit, git_ref="gone"), "push")
    assert (end.outcome, end.code) == ("failed", "branch-deleted")
    text = "Nothing to build: the branch gone is deleted. Push it again."
    assert side.shown() == {"packit/rpm-build": ("error", text)}
    assert side.copr.world.builds == {}


def test_the_head_of_a_branch_is_asked_for_once(copr_side):
    side = copr_side
    commit = side.push(PUSH + "  - {job: copr_build, trigger: commit, identifier: b}\n")
    side.forget()
    assert side.process(side.push_event(commit), "push").outcome == "done"
    assert len(side.copr.world.builds) == 2
    asked = [each for each in side.requests() if "git/ref" in each]
    assert asked == ["GET /repos/octo/hello/git/ref/heads/main"]


@pytest.mark.parametrize("moved", [False, True])
def test_a_push_on_pagure(copr_side, moved):
    side = copr_side
    files = {".packit.yaml": COPR_CONFIG + PUSH.replace("main", "rawhide")}
    commit = side.rpm.git.commit(files, ref="refs/heads/rawhide")
    if moved:
        side.rpm.git.commit({"more": "x"}, ref="refs/heads/rawhide")
    event = event_of("PushPagureEvent", commit_sha=commit, git_ref="rawhide", pr_id=None)
    end = side.process(event, "push")
    assert end.code == ("superseded" if moved else "")
    assert len(side.copr.world.builds) == (not moved)


@pytest.mark.parametrize("branch", ["$(touch boom)", "a;b", "q'uote", "-x", "a b/c"])
def test_a_branch_of_shell_metacharacters_is_one_word(copr_side, branch):
    side = copr_side
    jobs = "  - {job: copr_build, trigger: commit, branch: '.*', targets: [fedora-44]}\n"
    commit = side.push(jobs)
    side.hello.git.told[branch] = commit
    side.process(side.push_event(commit, git_ref=branch), "push")
    if branch == "-x":
        assert side.copr.world.builds == {}
        ((state, text),) = side.shown().values()
        assert state == "error"
        assert text.startswith("A name in the package config or the repository cannot be used")
        return
    quoted = branch.replace("'", "'\"'\"'")
    line = f"git checkout --quiet --no-track -B '{quoted}' {commit} --"
    assert line in script_of(side)


def test_a_release_is_built_and_its_commit_has_the_status(copr_side):
    side = copr_side
    commit = side.push(RELEASE)
    side.hello.git.commit({"news": "1.0"}, ref="refs/heads/later", start="main")
    side.tag("1.0", commit)
    assert side.process(side.release_event("1.0"), "release").outcome == "done"
    context = "packit/rpm-build:1.0:fedora-44-x86_64"
    assert side.shown() == {context: ACCEPTED}
    assert {write["sha"] for write in side.writes("status")} == {commit}
    assert list(side.copr.world.projects)[1:] == ["packit/octo-hello-releases"]
    assert "git checkout --quiet --detach refs/tags/1.0 --" in script_of(side)
    side.build()
    assert side.shown() == {context: GOOD}


def test_a_maintainer_has_the_change_of_a_stranger_built(copr_side):
    side = copr_side
    pull = side.pull(TWO, author="olaf", source="octo/hello")
    assert side.process(side.pull_event(pull), "opened").outcome == "denied"
    assert side.copr.world.builds == {}
    end = side.process(side.comment_event(pull, login="olaf-2"), "stranger")
    assert end.outcome == "denied"
    assert side.bodies()[0].startswith("Not allowed yet: only people with write access")
    note = side.github.world.note(side.hello, pull.id, author="wendy", body="/packit build")
    end = side.process(side.comment_event(pull, comment_id=note.id), "maintainer")
    assert end.outcome == "done"
    assert side.shown() == {"packit/rpm-build": ACCEPTED, S43: ACCEPTED, S44: ACCEPTED}
    side.build()
    # What said "not allowed yet" does not stay red.
    source = ("success", "The SRPM is built.")
    assert side.shown() == {"packit/rpm-build": source, S43: GOOD, S44: GOOD}


def test_what_was_pushed_after_the_comment_is_not_built(copr_side):
    side = copr_side
    pull = side.pull(TWO, author="olaf", source="octo/hello")
    note = side.github.world.note(side.hello, pull.id, author="wendy", body="/packit build")
    ref, later = f"refs/pull/{pull.id}/head", now() + timedelta(minutes=1)
    pull.head_sha = side.hello.git.commit({"evil": "x"}, ref=ref, at=later)
    end = side.process(side.comment_event(pull, comment_id=note.id), "maintainer")
    assert (end.outcome, end.code) == ("denied", "head-after-comment")
    (body,) = side.bodies()
    assert body == (
        f"The code is newer than the comment: {pull.head_sha[:7]} was made at"
        f" {later:%H:%M:%S} UTC, after the comment. Look at it, and comment again."
    )
    assert side.copr.world.builds == {}


@pytest.mark.parametrize(("minutes", "outcome"), [(1, "denied"), (-1, "done")])
def test_github_says_when_a_commit_was_pushed_whatever_its_clock_says(copr_side, minutes, outcome):
    side = copr_side
    pull = side.pull(TWO, author="olaf", source="octo/hello")
    note = side.github.world.note(side.hello, pull.id, author="wendy", body="/packit build")
    # One lies and says it is old, the other was made by a clock that is fast.
    made, pushed = now() - timedelta(minutes=minutes), now() + timedelta(minutes=minutes)
    pull.head_sha = side.hello.git.commit({"x": "x"}, ref=f"refs/pull/{pull.id}/head", at=made)
    side.hello.pushes.append((pull.source_branch, pull.head_sha, pushed))
    end = side.process(side.comment_event(pull, comment_id=note.id), "maintainer")
    assert end.outcome == outcome
    assert len(side.copr.world.builds) == (outcome == "done")
    if outcome == "denied":
        assert f"{pull.head_sha[:7]} was pushed at {pushed:%H:%M:%S} UTC" in side.bodies()[0]


def test_the_author_may_push_after_the_comment(copr_side):
    side = copr_side
    pull = side.pull(TWO, author="wendy", source="octo/hello")
    note = side.github.world.note(side.hello, pull.id, author="wendy", body="/packit build")
    later = datetime.now(UTC) + timedelta(minutes=1)
    ref = f"refs/pull/{pull.id}/head"
    pull.head_sha = side.hello.git.commit({"more": "x"}, ref=ref, at=later)
    assert side.process(side.comment_event(pull, comment_id=note.id), "own").outcome == "done"


def test_a_run_on_the_same_commit_shows_the_newest_row(copr_side):
    side = copr_side
    pull, _end = side.opened()
    side.build()
    side.process(side.comment_event(pull), "again")
    assert side.shown() == {S43: ACCEPTED, S44: ACCEPTED}
    assert [run.attempt for run in side.runs()] == [1, 1, 1, 1, 2, 2]
    newest = {write["context"]: write["target_url"] for write in side.writes("status")}
    assert newest[S43] == f"https://packit.example.org/runs/{side.runs()[4].id}"


def test_two_jobs_without_a_name_for_the_same_chroot_have_a_status_each(copr_side):
    side = copr_side
    one = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n"
    side.opened(one + TWO)
    for number, outcome in ((7000001, "failed"), (7000002, "succeeded")):
        for message in side.copr.run(number, Outcome(chroots={"fedora-44-x86_64": outcome})):
            side.say(message)
    assert {context: state for context, (state, _) in side.shown().items()} == {
        S44: "failure",
        S43: "success",
        f"{S44}:1": "success",
    }


def test_a_build_and_its_tests_in_one_comment(copr_side):
    side = copr_side
    tests = "  - {job: tests, trigger: pull_request, targets: [fedora-44]}\n"
    pull = side.pull(TWO + tests, source="octo/hello")
    end = side.process(side.comment_event(pull, "/packit build\n/packit test"), "asked")
    assert end.outcome == "done"
    assert len(side.copr.world.builds) == 1
    assert side.bodies() == ["The build has not ended: the tests start when it has ended."]


def test_a_tests_job_brings_its_build(copr_side):
    side = copr_side
    jobs = "  - {job: tests, trigger: pull_request, targets: [fedora-44]}\n"
    _pull, end = side.opened(jobs)
    assert end.outcome == "done"
    assert side.shown() == {S44: ACCEPTED}


def test_a_pull_request_on_pagure(copr_side):
    side = copr_side
    pull = side.pull_pagure(TWO)
    end = side.process(side.pull_pagure_event(pull), "opened")
    assert (end.outcome, end.code) == ("done", "")
    project = "packit/src.example.org-rpms-hello-1"
    assert list(side.copr.world.projects)[1:] == [project]
    side.build()
    flags = {write["username"]: write["status"] for write in side.writes("status")}
    assert flags == {S43: "success", S44: "success"}


@pytest.mark.parametrize(("login", "outcome"), [("carl", "done"), ("otto", "denied")])
def test_a_command_on_pagure(copr_side, login, outcome):
    side = copr_side
    pull = side.pull_pagure(TWO, author="otto")
    plain = side.pull_pagure_event(pull)
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    more = {"action": "created", "comment": "/packit build", "comment_id": 7, "user_login": login}
    event = event_of("PullRequestCommentPagureEvent", **(fields | more))
    assert side.process(event, "asked").outcome == outcome
    assert len(side.copr.world.builds) == (outcome == "done")
    assert [write.kind for write in side.pagure.world.writes].count("comment") == (
        outcome == "denied"
    )


def test_old_news_of_bodhi_is_said(copr_side):
    side = copr_side
    side.opened("  - {job: copr_build, trigger: pull_request, targets: [fedora-stable]}\n")
    side.age_releases(days=2)
    side.bodhi.faults.add(side.fault(kind="unavailable", count=-1))
    pull = side.pull(
        "  - {job: copr_build, trigger: pull_request, targets: [fedora-latest-stable]}\n",
        source="octo/hello",
    )
    assert side.process(side.pull_event(pull), "second").outcome == "done"
    (state, text) = side.shown()[S44]
    assert state == "pending"
    assert text.startswith("Accepted. Waiting for Copr. Bodhi is down: the releases are those of ")


@pytest.mark.parametrize(
    ("prefix", "project", "context"),
    [
        ("packit", "octo-hello-1", "packit/rpm-build:fedora-44-x86_64"),
        ("packit-stg", "octo-hello-1-stg", "packit-stg/rpm-build:fedora-44-x86_64"),
        ("packit-dev", "octo-hello-1-dev", "packit-dev/rpm-build:fedora-44-x86_64"),
    ],
)
def test_deployments_do_not_share_projects(copr_side, prefix, project, context):
    side = copr_side
    side.deploy(prefix)
    side.opened("  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n")
    assert list(side.copr.world.projects)[1:] == [f"packit/{project}"]
    assert list(side.shown()) == [context]

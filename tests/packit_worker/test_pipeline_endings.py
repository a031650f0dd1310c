"""How an event ends: the stored decision, the job runs, and what was written to the forge."""

from datetime import UTC, datetime

import pytest
from event_kwargs import event_of
from servers.forge_stand_ins import pagure_settings

from packit_worker.sandbox.faults import Fault
from packit_worker.store import allowlist, models

BUILD_STATE = ("Build", "copr_build#0", "done")


def test_a_pull_request_of_a_writer_is_built(engine_side_anywhere):
    side = engine_side_anywhere
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code, end.detail) == ("done", "", "built")
    assert side.calls == [("Build", "copr_build#0")]
    assert side.states() == [BUILD_STATE]
    assert side.steps() == [
        ("not-denied", "go-on", ""),
        ("not-a-bot", "go-on", ""),
        ("not-uninstalled", "go-on", ""),
        ("is-public", "go-on", ""),
        ("package-config", "go-on", ""),
        ("selection", "go-on", ""),
        ("allowlist", "go-on", ""),
    ]
    assert side.writes() == []


def test_the_same_id_twice_leaves_one_run(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    side.process(event)
    side.forget()
    end = side.process(event)
    assert (end.outcome, end.detail) == ("duplicate", "it ended as done")
    assert side.calls == []
    assert side.requests() == []
    assert side.states() == [BUILD_STATE]


def test_force_runs_it_again_and_links_the_runs(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    side.process(event)
    assert side.process(event, force=True).outcome == "done"
    first, second = side.run_rows()
    assert (first.generation, second.generation) == (1, 2)
    assert (second.previous_id, first.superseded_by_id) == (first.id, second.id)


def test_a_private_repository_ends_without_a_word(engine_side):
    event = event_of(
        "PullRequestCommentGHEvent",
        target_repo_namespace="octo",
        target_repo_name="secret",
        https_url="https://github.com/octo/secret",
        comment="/packit build",
    )
    engine_side.github.world.projects["octo/secret"].roles["wilma"] = "write"
    end = engine_side.process(event)
    assert (end.outcome, end.code) == ("skipped", "private-repository")
    assert engine_side.writes() == []
    assert engine_side.requests() == ["GET /repos/octo/secret"]
    assert engine_side.steps()[-1] == ("is-public", "stop", "private-repository")


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [
        (None, "not-allowed", "github.com/octo was never approved. An operator"),
        ("waiting", "waiting-for-approval", "github.com/octo waits for approval."),
    ],
)
def test_an_unapproved_namespace_is_told_on_the_commit(engine_side, status, code, text):
    side = engine_side
    if status:
        side.approve(status=status)
    else:
        with side.database.write() as session:
            allowlist.remove(session, "github.com/octo", by="test", now=datetime.now(UTC))
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code) == ("denied", code)
    ((context, state, said),) = side.statuses()
    assert (context, state) == ("packit/permission", "error")
    assert said.startswith("Not allowed yet: ")
    assert text in said
    assert side.calls == []


@pytest.mark.parametrize(
    "key", ["github.com/octo/hello", "github.com/octo", "github.com", "github.com/wendy"]
)
def test_who_was_denied_is_ignored_before_any_call(engine_side, key):
    side = engine_side
    side.approve(key, "denied")
    end = side.process(side.comment_event(side.pull()))
    assert (end.outcome, end.code) == ("denied", "denied")
    assert side.requests() == []
    assert side.steps() == [("not-denied", "stop", "denied")]


BROKEN = """\
specfile_path: hello.spec
jobs:
  - job: copr_build
    trigger: pull_request
    tragets: [fedora-42]
"""


def test_a_broken_config_is_told_on_the_commit_of_a_pull_request(engine_side):
    side = engine_side
    end = side.process(side.pull_event(side.pull(config=BROKEN)))
    assert (end.outcome, end.code) == ("failed", "bad-config")
    ((context, state, said),) = side.statuses()
    assert (context, state) == ("packit/config", "error")
    assert said.startswith('.packit.yaml line 5: unknown key "tragets"')
    assert '"targets"' in said
    assert side.writes("comment") == []


def test_a_broken_config_is_told_on_the_commit_of_a_push(engine_side):
    side = engine_side
    commit = side.hello.git.commit({".packit.yaml": BROKEN}, ref="refs/heads/main")
    side.process(side.push_event(commit))
    assert [status[:2] for status in side.statuses()] == [("packit/config", "error")]
    assert side.writes()[0]["sha"] == commit


def test_a_broken_config_is_the_answer_to_a_command(engine_side):
    side = engine_side
    side.process(side.comment_event(side.pull(config=BROKEN)))
    ((body),) = side.bodies()
    assert body.startswith('`.packit.yaml line 5: unknown key "tragets"')
    assert side.statuses() == []


def test_a_broken_config_of_who_is_not_allowed_is_told_to_nobody(engine_side):
    side = engine_side
    side.approve(status="waiting")
    end = side.process(side.pull_event(side.pull(config=BROKEN)))
    assert (end.outcome, end.code) == ("denied", "waiting-for-approval")
    assert side.writes() == []


def test_a_broken_config_is_read_once_a_commit(engine_side):
    side = engine_side
    pull = side.pull(config=BROKEN)
    side.process(side.pull_event(pull))
    side.forget()
    end = side.process(side.pull_event(pull, action="reopened"), "e-2")
    assert end.code == "bad-config"
    assert [one for one in side.requests() if "contents" in one] == []


def test_without_a_config_nothing_is_written(engine_side):
    side = engine_side
    empty = side.github.world.project("octo/empty", files={"a.txt": "a"}, roles={"wilma": "write"})
    commit = empty.git.resolve("refs/heads/main")
    event = event_of(
        "PushGithubGHEvent",
        repo_namespace="octo",
        repo_name="empty",
        https_url="https://github.com/octo/empty",
        commit_sha=commit,
    )
    end = side.process(event)
    assert (end.outcome, end.code) == ("skipped", "no-package-config")
    assert side.writes() == []


def test_without_a_config_a_command_gets_one_answer(engine_side):
    side = engine_side
    empty = side.github.world.project("octo/empty", files={"a.txt": "a"}, roles={"wilma": "write"})
    pull = side.github.world.pull(empty, author="wendy", files={"a.txt": "b"})
    event = event_of(
        "PullRequestCommentGHEvent",
        target_repo_namespace="octo",
        target_repo_name="empty",
        https_url="https://github.com/octo/empty",
        pr_id=pull.id,
        comment="/packit build",
    )
    end = side.process(event)
    assert end.code == "no-package-config"
    (body,) = side.bodies()
    assert body.startswith("There is no package config: github.com/octo/empty at ")


@pytest.mark.parametrize("login", ["bot", "wilma", "Wilma", "packit-as-a-service[bot]"])
def test_bots_are_not_answered(engine_side, login):
    side = engine_side
    end = side.process(side.comment_event(side.pull(), login=login))
    assert (end.outcome, end.code) == ("skipped", "own-bot")
    assert side.requests() == []


def test_a_missing_actor_has_no_rights(engine_side):
    side = engine_side
    end = side.process(side.pull_event(side.pull(author=None)))
    assert (end.outcome, end.code) == ("denied", "actor-unknown")
    assert side.statuses() == [
        ("packit/rpm-build", "error", "Not allowed: the account that asks is unknown.")
    ]
    assert side.calls == []


def test_an_unknown_forge_is_asked_nothing(engine_side):
    event = event_of("PullRequestCommentGHEvent", https_url="https://git.example.net/acme/hello")
    end = engine_side.process(event)
    assert (end.outcome, end.code) == ("skipped", "unknown-forge")
    assert engine_side.requests() == []


def test_an_address_that_is_none_is_no_name_of_anything(engine_side):
    end = engine_side.process(event_of("ReleaseEvent", https_url="http://[nonsense"))
    assert (end.outcome, end.code) == ("skipped", "no-name")


def test_a_pagure_that_cannot_tell_is_no_public_one(engine_side, open_forges, github, pagure):
    side = engine_side
    side.change(forge=open_forges(pagure_settings(pagure.url)))
    end = side.process(side.pull_pagure_event(side.pull_pagure()))
    assert (end.outcome, end.code) == ("skipped", "visibility-unknown")
    assert side.writes() == []


def test_an_app_that_is_not_installed_is_no_error(engine_side, as_app):
    side = engine_side
    side.change(forge=as_app)
    end = side.process(side.comment_event(side.pull()))
    assert (end.outcome, end.code) == ("skipped", "app-not-installed")
    assert side.writes() == []


def test_a_pagure_pull_request_of_an_outsider_starts_nothing(engine_side):
    side = engine_side
    end = side.process(side.pull_pagure_event(side.pull_pagure(author="otto")))
    assert (end.outcome, end.code) == ("denied", "no-write-access")
    assert side.calls == []
    assert side.states() == [("Build", "copr_build#0", "skipped")]


def test_a_pagure_pull_request_of_a_writer_is_built_without_approval(engine_side):
    side = engine_side
    end = side.process(side.pull_pagure_event(side.pull_pagure(author="carl")))
    assert end.outcome == "done", side.event_row().decision
    assert side.calls == [("Build", "copr_build#0")]


def test_an_installation_needs_no_forge(engine_side):
    end = engine_side.process(event_of("InstallationEvent"))
    assert end.outcome == "done"
    assert engine_side.calls == [("Install", "")]
    assert engine_side.requests() == []


def test_the_visibility_that_was_seen_is_kept(engine_side):
    side = engine_side
    side.process(side.pull_event(side.pull()))
    with side.database.read() as session:
        (project,) = session.query(models.Project).all()
    assert (project.host, project.namespace, project.name) == ("github.com", "octo", "hello")
    assert project.is_private is False
    assert project.visibility_seen_at is not None


def test_a_fault_is_no_public_repository(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="html", match="GET /repos/octo/hello$", count=-1))
    end = side.process(side.comment_event(side.pull()))
    assert end.outcome == "waiting"
    assert side.writes() == []

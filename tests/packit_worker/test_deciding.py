"""Where the package config of an event is looked for, and what is asked before it."""

import json

import pytest
from engine_side import BUILD_JOB, COPR_CONFIG
from event_kwargs import event_of

from packit_worker.sandbox.faults import Fault
from packit_worker.stage1 import take_in
from parsers import Options

RELEASE_JOB = "  - {job: propose_downstream, trigger: release, dist_git_branches: [main]}\n"


def config_facts(side, event_id="e-1"):
    steps = side.event_row(event_id).decision["steps"]
    return next(step["facts"] for step in steps if step["name"] == "package-config")


def test_a_release_is_read_at_its_tag(engine_side):
    side = engine_side
    side.hello.git.commit(
        {".packit.yaml": COPR_CONFIG + RELEASE_JOB}, ref="refs/tags/1.0", start="main"
    )
    assert side.process(side.release_event("1.0")).outcome == "done"
    assert side.calls == [("Release", "propose_downstream#0")]
    assert config_facts(side) == ["read from .packit.yaml of github.com/octo/hello at 1.0"]


def test_a_tag_that_is_gone_is_told_in_the_decision(engine_side):
    side = engine_side
    end = side.process(side.release_event("9.9"))
    assert (end.outcome, end.code) == ("skipped", "ref-not-found")
    assert side.writes() == []


def test_a_command_in_an_issue_is_read_on_the_default_branch(engine_side):
    side = engine_side
    side.push(RELEASE_JOB)
    issue = side.github.world.issue(side.hello, author="olaf", title="Update")
    side.process(side.issue_event(issue.id))
    assert config_facts(side) == ["read from .packit.yaml of github.com/octo/hello at main"]


def test_a_command_on_a_pull_request_is_read_at_its_head(engine_side):
    side = engine_side
    pull = side.pull()
    side.process(side.comment_event(pull))
    head = pull.head_sha
    assert config_facts(side) == [
        f"the head of pull request 1 is {head}",
        f"read from .packit.yaml of github.com/octo/hello at {head}",
    ]


def test_a_command_on_a_pull_request_that_is_gone_is_answered_nowhere(engine_side):
    side = engine_side
    pull = side.pull()
    end = side.process(side.comment_event(pull, pr_id=99))
    assert (end.outcome, end.code) == ("skipped", "not-found")
    assert side.writes() == []


def test_a_pull_request_on_pagure_is_read_in_its_fork(engine_side):
    side = engine_side
    fork = side.pagure.world.projects["fork/otto/rpms/hello"]
    commit = fork.git.commit({".packit.yaml": COPR_CONFIG + BUILD_JOB}, ref="refs/heads/fix")
    pull = side.pull_pagure()
    assert side.process(side.pull_pagure_event(pull, commit_sha=commit)).outcome == "done"
    assert config_facts(side) == [
        f"read from .packit.yaml of src.example.org/fork/otto/rpms/hello at {commit}"
    ]


def test_a_pull_request_on_pagure_without_a_fork_is_read_in_its_target(engine_side):
    side = engine_side
    pull = side.pull_pagure()
    event = side.pull_pagure_event(pull, base_repo_name=None, base_repo_owner=None)
    assert side.process(event).outcome == "done"
    assert config_facts(side) == [
        f"read from .packit.yaml of src.example.org/rpms/hello at {pull.head_sha}"
    ]


def test_the_usual_name_comes_first(engine_side):
    side = engine_side
    files = {"packit.yaml": COPR_CONFIG, ".packit.yml": COPR_CONFIG + BUILD_JOB}
    world = side.github.world
    other = world.project("octo/other", files=files, roles={"wilma": "write", "wendy": "write"})
    pull = world.pull(other, author="wendy", files={"a.txt": "a"})
    event = side.pull_event(
        pull, target_repo_name="other", https_url="https://github.com/octo/other"
    )
    assert side.process(event).outcome == "done"
    assert config_facts(side)[0].startswith("read from .packit.yml of github.com/octo/other at ")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (1024 * 1024 + 1)])
def test_a_file_that_can_be_no_config_is_told(engine_side, content):
    side = engine_side
    pull = side.github.world.pull(side.hello, author="wendy", files={".packit.yaml": content})
    end = side.process(side.pull_event(pull))
    assert (end.outcome, end.code) == ("failed", "bad-config")
    assert [status[:2] for status in side.statuses()] == [("packit/config", "error")]


def test_old_spellings_are_noted(engine_side):
    side = engine_side
    side.process(side.pull_event(side.pull(BUILD_JOB.replace("copr_build", "build"))))
    assert len(side.event_row().decision["notes"]) == 1
    assert side.calls == [("Build", "copr_build#0")]


def test_a_server_error_is_no_bad_config(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="broken", match="contents", count=-1))
    end = side.process(side.comment_event(side.pull()))
    assert (end.outcome, end.code) == ("waiting", "http-502")
    assert side.writes() == []


def test_an_admin_needs_no_approval(engine_side):
    side = engine_side
    side.approve(status="waiting")
    assert side.process(side.pull_event(side.pull(author="adele"))).outcome == "done"


def test_a_push_to_a_fork_on_pagure_starts_nothing():
    """Stage 1 ends it: its body carries the name of the parent."""
    commit = "c0ffee" + "0" * 34
    body = {
        "topic": "org.fedoraproject.prod.pagure.git.receive",
        "msg": {
            "branch": "rawhide",
            "end_commit": commit,
            "start_commit": commit,
            "agent": "otto",
            "repo": {
                "name": "hello",
                "namespace": "rpms",
                "fullname": "forks/otto/rpms/hello",
                "url_path": "fork/otto/rpms/hello",
                "parent": {"name": "hello", "namespace": "rpms"},
            },
        },
        "msg_id": "2026-1",
    }
    intake = take_in(
        json.dumps(body), source="fedora-messaging", event_type=None, options=Options()
    )
    assert (intake.outcome, intake.code, intake.task) == ("skipped", "fork-push", None)


def test_a_push_to_another_branch_is_skipped(engine_side):
    side = engine_side
    commit = side.push("  - {job: copr_build, trigger: commit, targets: [fedora-42]}\n")
    end = side.process(side.push_event(commit, git_ref="wip"))
    assert (end.outcome, end.code) == ("skipped", "other-branch")
    assert side.writes() == []
    assert side.process(side.push_event(commit), "e-2").outcome == "done"


def test_an_installation_of_a_denied_account_is_ignored(engine_side):
    engine_side.approve("github.com/acme", "denied")
    end = engine_side.process(event_of("InstallationEvent"))
    assert (end.outcome, end.code) == ("denied", "denied")

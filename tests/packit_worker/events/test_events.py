"""The typed events: what is on the wire, and that nothing else gets in."""

from datetime import UTC, datetime

import pytest

from packit_worker.events.base import ValidationError
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.events.push_pagure import PushPagureEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.registry import EVENTS, STAGE_1_WORDS, WORDS

# Others rely on these words: a change here is a change of a published interface.
WIRE = {
    "task.process_installation_event": """action installation_id account_login account_id
        account_url account_type created_at repositories sender_id sender_login""",
    "task.process_release_event": """repo_namespace repo_name tag_name https_url prerelease
        user_login""",
    "task.process_push_github_gh_event": """repo_namespace repo_name git_ref https_url commit_sha
        user_login""",
    "task.process_pull_request_gh_event": """action pr_id base_repo_namespace base_repo_name
        base_ref target_repo_namespace target_repo_name target_branch https_url commit_sha
        user_login""",
    "task.process_pull_request_comment_gh_event": """action pr_id comment comment_id
        target_repo_namespace target_repo_name https_url user_login""",
    "task.process_issue_comment_event": """action issue_id comment comment_id repo_namespace
        repo_name https_url user_login""",
    "task.process_push_pagure_event": """repo_namespace repo_name git_ref https_url commit_sha
        start_commit user_login pr_id""",
    "task.process_pull_request_pagure_event": """action pr_id base_repo_namespace base_repo_name
        base_repo_owner base_ref target_repo_namespace target_repo_name target_branch https_url
        commit_sha user_login""",
    "task.process_pull_request_comment_pagure_event": """action comment comment_id pr_id
        base_repo_namespace base_repo_name base_repo_owner base_ref target_repo_namespace
        target_repo_name target_branch https_url commit_sha user_login""",
    "task.process_copr_build_event": """topic build_id chroot status owner user project_name pkg
        version timestamp""",
    "task.process_koji_build_event": """task_id build_id state old_state start_time
        completion_time rpm_build_task_ids failed_arches owner target nvr""",
    "task.process_testing_farm_result_event": """pipeline_id result summary log_url copr_chroot
        commit_sha https_url""",
}

COPR = {
    "topic": "copr.build.end",
    "build_id": 4711,
    "chroot": "fedora-44-x86_64",
    "status": 0,
    "owner": "@hello",
    "user": None,
    "project_name": "world",
    "pkg": None,
    "version": None,
    "timestamp": "2026-03-01T10:00:00+01:00",
}
KOJI = {
    "task_id": 0,
    "build_id": None,
    "state": "free",
    "old_state": None,
    "start_time": None,
    "completion_time": None,
    "rpm_build_task_ids": {"x86_64": 12},
    "failed_arches": [],
    "owner": None,
    "target": None,
    "nvr": None,
}
RELEASE = {
    "repo_namespace": "group/sub",
    "repo_name": "hello",
    "tag_name": "1.0",
    "https_url": "https://example.com/group/sub/hello",
    "prerelease": False,
    "user_login": None,
}
PUSH = {
    "repo_namespace": "",
    "repo_name": "hello",
    "git_ref": "main",
    "https_url": "https://pagure.io/hello",
    "commit_sha": "a" * 40,
    "start_commit": None,
    "user_login": None,
    "pr_id": None,
}


def test_tasks_and_their_kwargs():
    assert {event.task(): set(event.__struct_fields__) for event in EVENTS} == {
        task: set(fields.split()) for task, fields in WIRE.items()
    }


def test_no_field_has_a_default():
    assert [event for event in EVENTS if event.__struct_defaults__] == []


def test_words():
    assert STAGE_1_WORDS == ("parse_message",)
    assert {
        "parse_message", "record_outcome", "installation", "release", "push_github_gh",
        "pull_request_gh", "pull_request_comment_gh", "issue_comment", "push_pagure",
        "pull_request_pagure", "pull_request_comment_pagure", "copr_build", "koji_build",
        "testing_farm_result", "sweep",
    } == WORDS  # fmt: skip


def test_values_that_are_easily_taken_for_none():
    copr = CoprBuildEvent.from_kwargs(COPR)
    koji = KojiBuildEvent.from_kwargs(KOJI)
    assert (copr.status, koji.task_id, koji.state) == (0, 0, "free")
    assert PushPagureEvent.from_kwargs(PUSH).repo_namespace == ""
    assert ReleaseEvent.from_kwargs(RELEASE).repo_namespace == "group/sub"


def test_a_moment_keeps_its_offset():
    timestamp = CoprBuildEvent.from_kwargs(COPR).timestamp
    assert timestamp == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert timestamp.isoformat() == "2026-03-01T10:00:00+01:00"


def test_an_event_cannot_be_changed():
    event = ReleaseEvent.from_kwargs(RELEASE)
    with pytest.raises(AttributeError):
        event.tag_name = "2.0"


@pytest.mark.parametrize(
    ("event", "kwargs", "path", "reason"),
    [
        (CoprBuildEvent, {"build_id": "4711"}, "$.build_id", "Expected `int`, got `str`"),
        (CoprBuildEvent, {"build_id": True}, "$.build_id", "Expected `int`, got `bool`"),
        (CoprBuildEvent, {"build_id": 4711.0}, "$.build_id", "Expected `int`, got `float`"),
        (CoprBuildEvent, {"build_id": None}, "$.build_id", "Expected `int`, got `null`"),
        (CoprBuildEvent, {"build_id": -1}, "$.build_id", "Expected `int` >= 0"),
        (CoprBuildEvent, {"owner": 7}, "$.owner", "Expected `str`, got `int`"),
        (CoprBuildEvent, {"owner": ""}, "$.owner", "Expected `str` of length >= 1"),
        (CoprBuildEvent, {"topic": "copr"}, "$.topic", "Invalid enum value 'copr'"),
        (
            CoprBuildEvent,
            {"timestamp": "2026-03-01T10:00:00"},
            "$.timestamp",
            "Expected `datetime` with a timezone component",
        ),
        (CoprBuildEvent, {"timestamp": "now"}, "$.timestamp", "Invalid RFC3339 encoded datetime"),
        (CoprBuildEvent, {"colour": "red"}, "$.colour", "unknown"),
        (CoprBuildEvent, {"missing": 1}, "$.missing", "unknown"),
        (CoprBuildEvent, {"a`b": 1}, "$.a`b", "unknown"),
        (ReleaseEvent, {"prerelease": 0}, "$.prerelease", "Expected `bool`, got `int`"),
        (ReleaseEvent, {"prerelease": None}, "$.prerelease", "Expected `bool`, got `null`"),
        (ReleaseEvent, {"repo_namespace": ""}, "$.repo_namespace", "Expected `str` of length >= 1"),
        (KojiBuildEvent, {"state": "FREE"}, "$.state", "Invalid enum value 'FREE'"),
        (KojiBuildEvent, {"state": "deleted"}, "$.state", "Invalid enum value 'deleted'"),
        (
            KojiBuildEvent,
            {"rpm_build_task_ids": {"x86_64": "12"}},
            "$.rpm_build_task_ids[...]",
            "Expected `int`, got `str`",
        ),
        (
            KojiBuildEvent,
            {"rpm_build_task_ids": {"": 12}},
            "$.rpm_build_task_ids",
            "Expected `str` of length >= 1",
        ),
        (KojiBuildEvent, {"rpm_build_task_ids": []}, "$.rpm_build_task_ids", None),
        (
            KojiBuildEvent,
            {"failed_arches": ["s390x", None]},
            "$.failed_arches[1]",
            "Expected `str`, got `null`",
        ),
    ],
)
def test_a_wrong_kwarg_is_named(event, kwargs, path, reason):
    good = {CoprBuildEvent: COPR, KojiBuildEvent: KOJI, ReleaseEvent: RELEASE}[event]
    with pytest.raises(ValidationError) as caught:
        event.from_kwargs(good | kwargs)
    assert caught.value.path == path
    assert reason is None or caught.value.reason == reason
    assert str(caught.value) == f"{path}: {caught.value.reason}"


@pytest.mark.parametrize("name", sorted(COPR))
def test_a_kwarg_that_is_missing_is_named(name):
    kwargs = {key: value for key, value in COPR.items() if key != name}
    with pytest.raises(ValidationError) as caught:
        CoprBuildEvent.from_kwargs(kwargs)
    assert (caught.value.path, caught.value.reason) == (f"$.{name}", "missing")

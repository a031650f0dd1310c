"""Whatever JSON comes in: an outcome that fits the wire, or MalformedError, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_messages import MESSAGES, load

from parsers import MalformedError, Parsed, Skip, parse
from parsers.routes import ROUTES

NAMES = [str(path.relative_to(MESSAGES))[:-5] for path in sorted(MESSAGES.glob("*/*/*.json"))]
WRONG = [None, True, -1, 2**63, 1.5, "", "\x00", "\ud800", "plain", [], [1], {}, {"x": 1}]

PULL_REQUEST = {
    "action": str,
    "pr_id": int,
    "base_repo_namespace": str | None,
    "base_repo_name": str | None,
    "base_repo_owner": str | None,
    "base_ref": str | None,
    "target_repo_namespace": str,
    "target_repo_name": str,
    "target_branch": str,
    "https_url": str,
    "commit_sha": str,
    "user_login": str | None,
}
FIELDS = {
    "PushPagureEvent": {
        "repo_namespace": str,
        "repo_name": str,
        "git_ref": str,
        "https_url": str,
        "commit_sha": str,
        "start_commit": str | None,
        "user_login": str | None,
        "pr_id": int | None,
    },
    "PullRequestPagureEvent": PULL_REQUEST,
    "PullRequestCommentPagureEvent": {**PULL_REQUEST, "comment": str, "comment_id": int | None},
    "CoprBuildEvent": {
        "topic": str,
        "build_id": int,
        "chroot": str,
        "status": int,
        "owner": str,
        "user": str | None,
        "project_name": str,
        "pkg": str | None,
        "version": str | None,
        "timestamp": str | None,
    },
    "KojiBuildEvent": {
        "task_id": int | None,
        "build_id": int | None,
        "state": str,
        "old_state": str | None,
        "start_time": str | None,
        "completion_time": str | None,
        "rpm_build_task_ids": dict,
        "failed_arches": list,
        "owner": str | None,
        "target": str | None,
        "nvr": str | None,
    },
    "TestingFarmResultEvent": {
        "pipeline_id": str,
        "result": str | None,
        "summary": str | None,
        "log_url": str | None,
        "copr_chroot": str | None,
        "commit_sha": str | None,
        "https_url": str | None,
    },
}


def parse_or_refuse(event, **hints):
    try:
        return parse(event, **hints)
    except MalformedError as error:
        return error


def check(event, **hints):
    """Parse, and hold what comes out against the wire."""
    outcome = parse_or_refuse(event, **hints)
    assert isinstance(outcome, Parsed | Skip | MalformedError)
    if isinstance(outcome, MalformedError):
        assert outcome.path.startswith("$")
        assert str(outcome).isprintable()
        return
    if isinstance(outcome, Skip):
        assert outcome.detail.isprintable()
        return
    text = json.dumps(outcome.kwargs)
    assert "\\u0000" not in text
    assert "\\ud800" not in text
    fields = FIELDS.get(outcome.event)
    if fields is not None:
        assert outcome.kwargs.keys() == fields.keys()
        wrong = {k: v for k, v in outcome.kwargs.items() if not isinstance(v, fields[k])}
        assert not wrong
        assert not [key for key, value in outcome.kwargs.items() if value is True]


def places(node):
    """Yield every (container, key) of a payload."""
    items = list(node.items() if isinstance(node, dict) else enumerate(node))
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from places(value)


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_value_at_every_place(name):
    event = load(name)
    for container, key in list(places(event)):
        value = container[key]
        for wrong in WRONG:
            container[key] = wrong
            check(event)
        container[key] = value
    assert event == load(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_missing(name):
    event = load(name)
    for container, key in list(places(event)):
        value = container.pop(key)
        check(event)
        if isinstance(container, dict):
            container[key] = value
        else:
            container.insert(key, value)
    assert event == load(name)


@pytest.mark.parametrize("name", NAMES)
def test_text_and_object_are_parsed_alike(name):
    event = load(name)
    assert parse(json.dumps(event)) == parse(event)


KEYS = st.sampled_from(
    [
        "action",
        "agent",
        "artifact",
        "body",
        "branch",
        "build",
        "build_id",
        "chroot",
        "commit",
        "comments",
        "copr",
        "end_commit",
        "id",
        "info",
        "children",
        "method",
        "msg",
        "name",
        "namespace",
        "new",
        "old",
        "owner",
        "pipeline",
        "project",
        "pullrequest",
        "repo",
        "repo_from",
        "request",
        "request_id",
        "rev",
        "status",
        "task",
        "topic",
        "user",
    ]
)
SCALARS = st.sampled_from([None, True, 0, 5, -1, 2.5, "", "a", "build", "0000", "\x00", "\udfff"])
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(
    route=st.sampled_from(sorted(ROUTES)),
    event=st.dictionaries(KEYS, JSON_VALUES, max_size=5),
)
def test_any_json_by_any_route(route, event):
    source, event_type = route
    prefix = "git.example.org/" if source == "centosmsg" else ""
    check(event, source=source, event_type=prefix + event_type)

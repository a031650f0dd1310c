import pytest
from saved_messages import load

from parsers import MalformedError, parse

FOLDER = "fedora-messaging/koji_build/"
TASK_STATES = "expected one of free, open, closed, canceled, assigned, failed, or its number"
BUILD_STATES = "expected one of building, complete, deleted, failed, canceled, or its number"


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"new": "PAUSED"}, "$.body.new", TASK_STATES),
        ({"new": 6}, "$.body.new", TASK_STATES),
        ({"new": -1}, "$.body.new", TASK_STATES),
        ({"new": True}, "$.body.new", TASK_STATES),
        ({"new": 2.0}, "$.body.new", TASK_STATES),
        ({"new": None}, "$.body.new", "missing"),
        ({"old": "complete"}, "$.body.old", TASK_STATES),
        ({"method": 1}, "$.body.method", "expected a string, got a number"),
        ({"id": "9"}, "$.body.id", "expected an integer, got a string"),
        ({"info": []}, "$.body.info", "expected an object, got an array"),
        ({"info": {"start_time": []}}, "$.body.info.start_time", "expected a time, got an array"),
        ({"info": {"request": "ab"}}, "$.body.info.request", "expected an array, got a string"),
        (
            {"info": {"request": ["a", 1]}},
            "$.body.info.request[1]",
            "expected a string, got a number",
        ),
        ({"info": {"children": {}}}, "$.body.info.children", "expected an array, got an object"),
        (
            {"info": {"children": [1]}},
            "$.body.info.children[0]",
            "expected an object, got a number",
        ),
        (
            {"info": {"children": [{"method": "buildArch", "id": 1}]}},
            "$.body.info.children[0].arch",
            "missing",
        ),
        (
            {"info": {"children": [{}, {"method": "buildArch", "label": "x86_64"}]}},
            "$.body.info.children[1].id",
            "missing",
        ),
        (
            {"info": {"children": [{"method": "buildArch", "arch": "a", "id": 1, "state": 9}]}},
            "$.body.info.children[0].state",
            TASK_STATES,
        ),
    ],
)
def test_malformed_task(change, path, reason):
    event = load(FOLDER + "task_closed")
    event["body"].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert (caught.value.path, caught.value.reason) == (path, reason)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"new": "CLOSED"}, "$.body.new", BUILD_STATES),
        ({"new": 5}, "$.body.new", BUILD_STATES),
        ({"build_id": None}, "$.body.build_id", "expected an integer, got null"),
        ({"task_id": "1"}, "$.body.task_id", "expected an integer, got a string"),
        ({"request": {}}, "$.body.request", "expected an array, got an object"),
        ({"task": 3}, "$.body.task", "expected an object, got a number"),
        ({"task": {"children": "x"}}, "$.body.task.children", "expected an array, got a string"),
        ({"release": 1}, "$.body.release", "expected a string, got a number"),
        (
            {"request": ["a.src.rpm", "f\x0041"]},
            "$.body.request[1]",
            "a name holds a control character or a lone surrogate",
        ),
    ],
)
def test_malformed_build(change, path, reason):
    event = load(FOLDER + "build_complete")
    event["body"].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert (caught.value.path, caught.value.reason) == (path, reason)

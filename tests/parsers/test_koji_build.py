import pytest
from saved_messages import load

from parsers import Options, Parsed, Skip, parse

FOLDER = "fedora-messaging/koji_build/"
TASK = {
    "task_id": 117000100,
    "build_id": None,
    "start_time": "2024-05-29T16:36:40.500000+00:00",
    "completion_time": None,
    "rpm_build_task_ids": {},
    "failed_arches": [],
    "owner": "packit",
    "target": "rawhide",
    "nvr": "teapot-2.1-1.fc41",
}
BUILD = {
    "task_id": 117000200,
    "build_id": 2470555,
    "start_time": "2024-05-29T16:36:40.125000+00:00",
    "completion_time": None,
    "rpm_build_task_ids": {},
    "failed_arches": [],
    "owner": "packit",
    "target": "rawhide",
    "nvr": "teapot-2.1-1.fc41",
}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("task_free", {**TASK, "state": "free", "old_state": None, "start_time": None}),
        ("task_assigned", {**TASK, "state": "assigned", "old_state": "free", "start_time": None}),
        (
            "task_open",
            {
                **TASK,
                "state": "open",
                "old_state": "free",
                "rpm_build_task_ids": {"x86_64": 117000102},
            },
        ),
        (
            "task_closed",
            {
                **TASK,
                "state": "closed",
                "old_state": "open",
                "completion_time": "2024-05-29T16:41:41+00:00",
                "rpm_build_task_ids": {"noarch": 117000102},
            },
        ),
        (
            "task_canceled",
            {
                **TASK,
                "state": "canceled",
                "old_state": "open",
                "completion_time": "2024-05-29T16:41:42+00:00",
                "rpm_build_task_ids": {"x86_64": 117000102},
                "nvr": None,
            },
        ),
        (
            "task_failed",
            {
                **TASK,
                "state": "failed",
                "old_state": "open",
                "completion_time": "2024-05-29T16:41:43+00:00",
                "rpm_build_task_ids": {
                    "x86_64": 117000102,
                    "aarch64": 117000103,
                    "s390x": 117000104,
                },
                "failed_arches": ["aarch64", "s390x"],
            },
        ),
        ("build_building", {**BUILD, "state": "building", "old_state": None}),
        (
            "build_complete",
            {
                **BUILD,
                "state": "complete",
                "old_state": "building",
                "completion_time": "2024-05-29T16:44:02.500000+00:00",
                "rpm_build_task_ids": {"x86_64": 117000202, "aarch64": 117000203},
            },
        ),
        (
            "build_failed",
            {
                **BUILD,
                "state": "failed",
                "old_state": "building",
                "completion_time": "2024-05-29T16:44:03+00:00",
                "rpm_build_task_ids": {"x86_64": 117000202, "aarch64": 117000203},
                "failed_arches": ["x86_64"],
            },
        ),
        (
            "build_canceled",
            {
                **BUILD,
                "state": "canceled",
                "old_state": "building",
                "completion_time": "2024-05-29T16:38:00+00:00",
            },
        ),
        (
            "image_build",
            {
                **BUILD,
                "state": "building",
                "old_state": None,
                "owner": "releng",
                "target": None,
                "nvr": "Teapot-Cloud-Base-41-20240529.0",
            },
        ),
    ],
)
def test_states(case, kwargs):
    outcome = parse(load(FOLDER + case))
    assert outcome == Parsed("KojiBuildEvent", kwargs)
    assert outcome.task == "task.process_koji_build_event"


@pytest.mark.parametrize(
    ("case", "skip"),
    [
        ("task_build_arch", Skip("method-not-handled", "a task of method 'buildArch'")),
        ("build_deleted", Skip("state-not-handled", "a build that is deleted")),
    ],
)
def test_changes_that_start_nothing(case, skip):
    assert parse(load(FOLDER + case)) == skip


@pytest.mark.parametrize(
    ("new", "state"),
    [
        (0, "free"),
        (1, "open"),
        (2, "closed"),
        (3, "canceled"),
        (4, "assigned"),
        (5, "failed"),
        ("Closed", "closed"),
    ],
)
def test_task_states_by_number_and_by_name(new, state):
    event = load(FOLDER + "task_closed")
    event["body"].update(new=new, old=new)
    kwargs = parse(event).kwargs
    assert (kwargs["state"], kwargs["old_state"]) == (state, state)


@pytest.mark.parametrize(
    ("new", "state"),
    [(0, "building"), ("COMPLETE", "complete"), (3, "failed"), ("canceled", "canceled")],
)
def test_build_states_by_number_and_by_name(new, state):
    event = load(FOLDER + "build_complete")
    event["body"].update(new=new, old="DELETED")
    kwargs = parse(event).kwargs
    assert (kwargs["state"], kwargs["old_state"]) == (state, "deleted")


def test_children_tell_their_state_by_name_too():
    event = load(FOLDER + "task_failed")
    first, second, third, fourth = event["msg"]["info"]["children"]
    first["state"] = "FAILED"  # the source package is built for no architecture
    second["state"], third["state"], fourth["state"] = "FAILED", "CLOSED", None
    assert parse(event).kwargs["failed_arches"] == ["x86_64"]


def test_old_message_of_a_build_tells_neither_its_times_nor_its_task():
    event = load(FOLDER + "build_canceled")
    for key in ("creation_time", "completion_time", "task"):
        del event["msg"][key]
    wanted = {**BUILD, "state": "canceled", "old_state": "building", "start_time": None}
    assert parse(event).kwargs == wanted


def test_old_message_of_a_task_tells_the_method_in_its_info():
    event = load(FOLDER + "task_closed")
    del event["body"]["method"]
    assert parse(event).kwargs["state"] == "closed"
    event["body"]["info"]["method"] = "newRepo"
    assert parse(event).code == "method-not-handled"


def test_thin_messages():
    task = {"method": "build", "id": 9, "new": "FREE"}
    assert parse(task, event_type="buildsys.task.state.change").kwargs == {
        "task_id": 9,
        "build_id": None,
        "state": "free",
        "old_state": None,
        "start_time": None,
        "completion_time": None,
        "rpm_build_task_ids": {},
        "failed_arches": [],
        "owner": None,
        "target": None,
        "nvr": None,
    }
    build = {"build_id": 8, "new": 1}
    assert parse(build, event_type="buildsys.build.state.change").kwargs == {
        "task_id": None,
        "build_id": 8,
        "state": "complete",
        "old_state": None,
        "start_time": None,
        "completion_time": None,
        "rpm_build_task_ids": {},
        "failed_arches": [],
        "owner": None,
        "target": None,
        "nvr": None,
    }


@pytest.mark.parametrize(
    ("request_", "target"),
    [
        (["x.src.rpm", "f41", {}], "f41"),
        (["x.src.rpm", None, {}], None),
        (["x.src.rpm"], None),
        ([], None),
        (None, None),
    ],
)
def test_target_of_a_task(request_, target):
    event = load(FOLDER + "task_closed")
    event["body"]["info"]["request"] = request_
    assert parse(event).kwargs["target"] == target


@pytest.mark.parametrize(
    ("method", "request_", "target"),
    [
        ("build", ["git+https://example.org/a.git#1", "f41", {}], "f41"),
        (None, ["git+https://example.org/a.git#1", "f41", {}], "f41"),
        (None, ["cli-build/1/a-1-1.src.rpm", "f41"], "f41"),
        ("image", ["git+https://example.org/a.git#1", "f41", {}], None),
        (None, ["Teapot-Cloud", "41"], None),
        (None, ["f41-kiwi", ["x86_64"], "git+https://example.org/a.git"], None),
        (None, ["git+https://example.org/a.git#1", None, {}], None),
        (None, ["git+https://example.org/a.git#1"], None),
        (None, [], None),
        (None, None, None),
    ],
)
def test_target_of_a_build(method, request_, target):
    event = load(FOLDER + "build_complete")
    event["body"]["request"] = request_
    event["body"]["task"]["method"] = method
    assert parse(event).kwargs["target"] == target


@pytest.mark.parametrize(
    ("srpm", "nvr"),
    [
        ("cli-build/17.5/python3-tea-pot-2.1-1.fc41.src.rpm", "python3-tea-pot-2.1-1.fc41"),
        ("teapot-2.1-1.fc41.src.rpm", "teapot-2.1-1.fc41"),
        ("teapot.git#0a367c162595bd9e4d3e51b7207501b1df2f4a3b", None),
        ("teapot-2.1.src.rpm", None),
        ("-2.1-1.src.rpm", None),
        ("teapot-2.1-1.fc41.x86_64.rpm", None),
        ("", None),
        (None, None),
    ],
)
def test_nvr_of_a_task(srpm, nvr):
    event = load(FOLDER + "task_closed")
    event["body"]["srpm"] = srpm
    assert parse(event).kwargs["nvr"] == nvr


@pytest.mark.parametrize("key", ["name", "version", "release"])
def test_nvr_of_a_build_is_whole_or_null(key):
    event = load(FOLDER + "build_complete")
    event["body"][key] = None
    assert parse(event).kwargs["nvr"] is None


def test_a_build_that_began_is_told_from_one_that_was_entered():
    event = load(FOLDER + "build_building")
    event["body"].update(start_time="2024-05-29 16:36:59.000001", completion_time="1717000901")
    kwargs = parse(event).kwargs
    assert kwargs["start_time"] == "2024-05-29T16:36:59.000001+00:00"
    assert kwargs["completion_time"] == "2024-05-29T16:41:41+00:00"


@pytest.mark.parametrize("name", ["task_closed", "build_complete"])
@pytest.mark.parametrize(
    ("instance", "ours", "code"),
    [
        ("s390", "primary", "other-instance"),
        ("primary", "s390", "other-instance"),
        ("s390", "s390", None),
        (None, "primary", None),
    ],
)
def test_messages_of_another_hub_are_dropped(name, instance, ours, code):
    event = load(FOLDER + name)
    event["body"]["instance"] = instance
    found = parse(event, options=Options(koji_instance=ours))
    assert getattr(found, "code", None) == code

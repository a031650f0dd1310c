"""The Koji of the sandbox builds as ordered, and its messages are such as our parser reads."""

import json

import pytest
import requests

from packit_worker.errors import TransientError
from packit_worker.sandbox.koji_builders import Outcome
from parsers.routes import parse


def read(message):
    """Parse a message as the bus brings it."""
    outcome = parse(json.loads(json.dumps(message)), source="fedora-messaging")
    return outcome.kwargs


@pytest.fixture
def task(koji, koji_stand_in, tmp_path):
    """A scratch build that was submitted."""
    srpm = tmp_path / "hedgehog-2.1-1.fc44.src.rpm"
    srpm.write_bytes(b"package")
    return koji_stand_in.world.tasks[koji.submit(srpm, "f44", marker="m")]


def states(messages):
    return [message["body"]["new"] for message in messages]


def test_a_build_goes_well(koji_stand_in, task):
    heard = []
    koji_stand_in.builders.on_message = heard.append
    messages = koji_stand_in.run(task.id)
    assert states(messages) == ["FREE", "ASSIGNED", "OPEN", "CLOSED"]
    assert heard == messages
    first, last = read(messages[0]), read(messages[-1])
    assert (first["state"], first["old_state"], first["start_time"]) == ("free", None, None)
    assert {name: last[name] for name in ("task_id", "build_id", "state", "old_state")} == {
        "task_id": 117000001,
        "build_id": None,
        "state": "closed",
        "old_state": "open",
    }
    assert last["rpm_build_task_ids"] == {"x86_64": 117000003, "aarch64": 117000004}
    assert (last["failed_arches"], last["owner"], last["target"]) == ([], "packit", "f44")
    assert last["nvr"] == "hedgehog-2.1-1.fc44"
    assert last["start_time"] < last["completion_time"]


@pytest.mark.parametrize(
    ("outcome", "end", "failed"),
    [
        (Outcome(arches={"aarch64": "failed"}), "failed", ["aarch64"]),
        (Outcome(arches={"x86_64": "failed", "aarch64": "canceled"}), "failed", ["x86_64"]),
        (Outcome(arches={"x86_64": "canceled"}), "canceled", []),
        (Outcome(source="failed"), "failed", []),
        (Outcome(source="canceled"), "canceled", []),
    ],
)
def test_a_build_that_does_not_go_well(koji_stand_in, task, outcome, end, failed):
    last = read(koji_stand_in.run(task.id, outcome)[-1])
    assert (last["state"], last["failed_arches"]) == (end, failed)
    assert task.state == end.upper()


def test_a_build_that_hangs_tells_no_end(koji_stand_in, task):
    messages = koji_stand_in.run(task.id, Outcome(arches={"x86_64": "hangs"}))
    assert states(messages) == ["FREE", "ASSIGNED", "OPEN"]


@pytest.mark.parametrize(
    ("order", "sent"),
    [
        ("as-sent", ["FREE", "ASSIGNED", "OPEN", "CLOSED"]),
        ("reversed", ["CLOSED", "OPEN", "ASSIGNED", "FREE"]),
        ("ends-only", ["CLOSED"]),
        ("starts-only", ["FREE", "ASSIGNED", "OPEN"]),
        ("none", []),
    ],
)
def test_messages_come_in_any_order(koji_stand_in, task, order, sent):
    heard = []
    koji_stand_in.builders.on_message = heard.append
    koji_stand_in.run(task.id, Outcome(order=order))
    assert states(heard) == sent


def test_a_build_that_is_kept_sends_messages_of_its_own(koji, koji_stand_in, tmp_path):
    srpm = tmp_path / "hedgehog-2.1-1.fc44.src.rpm"
    srpm.write_bytes(b"package")
    task_id = koji.submit(srpm, "f44", marker="m", scratch=False)
    messages = koji_stand_in.run(task_id, Outcome(arches={"aarch64": "failed"}))
    assert states(messages) == ["FREE", "ASSIGNED", "OPEN", 0, "FAILED", 3]
    last = read(messages[-1])
    assert (last["task_id"], last["build_id"]) == (task_id, 2470001)
    assert (last["state"], last["old_state"]) == ("failed", "building")
    assert (last["target"], last["nvr"]) == ("f44", "hedgehog-2.1-1.fc44")
    assert last["failed_arches"] == ["aarch64"]
    assert koji.build("hedgehog-2.1-1.fc44").complete is False


def test_a_task_that_has_ended_stays_as_it_is(koji_stand_in, task):
    koji_stand_in.builders.cancel(task)
    assert task.state == "CANCELED"
    assert koji_stand_in.run(task.id) == []


def test_builds_run_by_themselves(koji, koji_stand_in, tmp_path):
    koji_stand_in.automatic = Outcome(source="failed")
    srpm = tmp_path / "hedgehog-2.1-1.src.rpm"
    srpm.write_bytes(b"package")
    task = koji.task(koji.submit(srpm, "f44", marker="m"))
    assert (task.state.value, task.source_part.state.value, task.arches) == ("failed", "failed", {})


def test_another_process_runs_a_build(koji_stand_in, task):
    base = koji_stand_in.url.removesuffix("/kojihub")
    url = f"{base}/_sandbox/tasks/{task.id}/run"
    wrong = requests.post(url, json={"source": "exploded"}, timeout=5)
    assert wrong.status_code == 400
    assert "exploded" in wrong.json()["error"]
    answer = requests.post(url, json={"arches": {"x86_64": "failed"}}, timeout=5)
    assert states(answer.json()["messages"]) == ["FREE", "ASSIGNED", "OPEN", "FAILED"]
    missing = requests.post(f"{base}/_sandbox/tasks/17/run", json={}, timeout=5)
    assert missing.status_code == 404


def test_the_log_of_an_architecture_is_there(koji_stand_in, task):
    koji_stand_in.run(task.id, Outcome(arches={"aarch64": "failed"}))
    base = koji_stand_in.url.removesuffix("/kojihub")
    answer = requests.get(f"{base}/work/tasks/4/117000004/build.log", timeout=5)
    assert "mock exited with status 1" in answer.text
    assert requests.get(f"{base}/work/tasks/5/117000004/build.log", timeout=5).status_code == 404


def test_it_is_a_hub(koji_stand_in):
    """What else the library, or a person with its command line, asks."""
    import koji as library  # noqa: PLC0415 - the fixture of this name is our client

    session = library.ClientSession(koji_stand_in.url, {"timeout": 5})
    assert session.getAPIVersion() == 1
    assert session.hub_version_str == "1.35.3"
    assert session.getUser("nobody") is None
    with pytest.raises(library.GenericError, match="No such user"):
        session.getUser("nobody", strict=True)
    with pytest.raises(library.GenericError, match="Invalid method"):
        session.explode()
    with pytest.raises(library.ParameterError):
        session.getTaskInfo()
    with pytest.raises(library.ActionNotAllowed):
        session.build("x", "f44")
    assert session.getLoggedInUser() is None


def test_the_hub_is_offline_as_ordered(koji, koji_stand_in):
    address = f"{koji_stand_in.url.removesuffix('/kojihub')}/_sandbox/offline"
    assert requests.post(address, timeout=5).status_code == 204
    with pytest.raises(TransientError, match="offline"):
        koji.check_target("f44")
    assert requests.delete(address, timeout=5).status_code == 204
    koji.check_target("f44")

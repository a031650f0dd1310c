"""The sweep: what waits for long comes back by it, and by no message that waits meanwhile."""

import sys
from datetime import UTC, datetime

import pytest
from servers.stage2_side import EACH_ONCE
from servers.worker_process import WorkerProcess

pytestmark = EACH_ONCE


@pytest.fixture(scope="module")
def stage_2(start_stage_2):
    return start_stage_2()


@pytest.fixture(scope="module")
def worker(stage_2):
    return stage_2.worker(concurrency=2).start()


@pytest.fixture(scope="module", autouse=True)
def beat(stage_2, worker):
    """The clock, from the first test on: its first sweep comes after 10 s, for the last test."""
    command = [sys.executable, "-m", "packit_worker", "beat"]
    environment = {"PACKIT_WORKER_QUEUES": str(stage_2.queues)}
    beat = WorkerProcess(stage_2.folder, stage_2.broker, [], environment, command).spawn()
    yield beat
    assert beat.stop() == 0


def waiting(stage_2, login, seconds=40):
    """Have an event that waits for a service, so long that a sweep must bring it back."""
    stage_2.send(login, f"First=transient:{seconds}")
    return stage_2.wait_for_row(login)


def is_anything_in_flight(broker_side):
    """Whether a message waits in the broker, or with a worker."""
    if broker_side.is_redis and broker_side.unacked():
        return True
    delayed = [f"celery_delayed_{level}" for level in range(28)]
    return bool(broker_side.depths(["installation", *delayed]))


def test_a_long_wait_leaves_no_message_behind(stage_2, worker, broker_side):
    row = waiting(stage_2, "long")
    assert 35 < (row.next_attempt_at - datetime.now(UTC)).total_seconds() <= 40
    stage_2.wait_until(lambda: not is_anything_in_flight(broker_side))
    assert stage_2.runs("long") == {"First": ("started", 1), "Second": ("done", 1)}
    # Too early: nothing is sent.
    worker.wait_for(f"Task task.sweep[{stage_2.sweep()}] succeeded")
    assert stage_2.row("long").attempts == 1
    stage_2.let_time_pass("long", 40)
    stage_2.sweep()
    assert stage_2.wait_for_end("long") == "done"
    assert stage_2.runs("long") == {"First": ("done", 2), "Second": ("done", 1)}
    assert stage_2.records.of("long") == [
        "First begin",
        "Second begin",
        "Second end",
        "First begin",
        "First end",
    ]


def test_a_short_wait_ends_by_itself(stage_2, worker, broker_side):
    """The first delay is 5 s; on RabbitMQ the broker keeps the message for so long."""
    sent_at = datetime.now(UTC)
    row = waiting(stage_2, "short", 1)
    assert 3 < (row.next_attempt_at - sent_at).total_seconds() - 30 < 8  # the sweep would be later
    assert is_anything_in_flight(broker_side)
    assert stage_2.wait_for_end("short") == "done"
    assert 5 <= (stage_2.row("short").ended_at - sent_at).total_seconds() < 12
    assert stage_2.records.of("short").count("First begin") == 2
    assert stage_2.records.of("short").count("Second end") == 1


def test_two_sweeps_at_once_send_each_event_once(stage_2, worker):
    logins = [f"due-{number}" for number in range(20)]
    before = worker.text().count("is due again")
    for login in logins:
        stage_2.send(login, "First=transient:40")
    for login in logins:
        stage_2.wait_for_row(login)
        stage_2.let_time_pass(login, 40)
    for _ in range(4):
        stage_2.sweep()
    for login in logins:
        assert stage_2.wait_for_end(login) == "done"
        assert stage_2.records.of(login).count("First begin") == 2
        assert stage_2.row(login).attempts == 2
    assert worker.text().count("is due again") - before == 20


def test_beat_sends_the_sweep(stage_2, worker):
    waiting(stage_2, "by-beat")
    stage_2.let_time_pass("by-beat", 40)
    assert stage_2.wait_for_end("by-beat") == "done"

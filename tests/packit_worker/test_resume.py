"""A worker dies by kill -9 in the middle of an event: nothing is lost, nothing is done twice.

On both databases, over both brokers. The lease of 60 s is not waited for: the rows are made older,
as if the time had passed.
"""

import os
import signal

import pytest

LEASE = 60


@pytest.fixture(scope="module")
def stage_2(start_stage_2):
    return start_stage_2()


@pytest.fixture(scope="module")
def worker(stage_2):
    return stage_2.worker(concurrency=2).start()


@pytest.fixture
def records(stage_2):
    return stage_2.records


def test_the_second_handler_runs_once_and_the_first_not_again(stage_2, worker, records):
    stage_2.send("killed", "Second=wait")
    records.wait_for("killed", "Second begin")
    worker.kill()
    records.let_go("killed")
    assert stage_2.row("killed").lease_owner is not None
    assert stage_2.runs("killed") == {"First": ("done", 1), "Second": ("started", 1)}
    stage_2.let_time_pass("killed", LEASE)
    stage_2.sweep()
    worker.start()
    assert stage_2.wait_for_end("killed") == "done"
    assert records.of("killed") == [
        "First begin",
        "First end",
        "Second begin",  # its worker died
        "Second begin",
        "Second end",
    ]
    assert stage_2.runs("killed") == {"First": ("done", 1), "Second": ("done", 2)}


def test_a_copy_of_the_message_takes_it_over_as_well(stage_2, worker, records):
    """As the broker's own redelivery does, where no sweep came before."""
    stage_2.send("copied", "Second=wait")
    records.wait_for("copied", "Second begin")
    worker.kill()
    records.let_go("copied")
    stage_2.let_time_pass("copied", LEASE)
    worker.start()
    stage_2.send("copied", "Second=wait")
    assert stage_2.wait_for_end("copied") == "done"
    assert records.of("copied").count("First end") == 1
    assert records.of("copied").count("Second end") == 1


def test_one_child_is_killed(stage_2, worker, records):
    """Its message comes back at once, and finds the dead one's lease alive: the sweep helps."""
    stage_2.send("orphan", "Second=wait")
    records.wait_for("orphan", "Second begin")
    os.kill(records.pid("orphan"), signal.SIGKILL)
    worker.wait_for("InstallationEvent in-progress [orphan]")
    records.let_go("orphan")
    stage_2.sweep()
    stage_2.send("other")
    assert stage_2.wait_for_end("other") == "done"
    assert records.of("orphan") == ["First begin", "First end", "Second begin"]
    stage_2.let_time_pass("orphan", LEASE)
    stage_2.sweep()
    assert stage_2.wait_for_end("orphan") == "done"
    assert records.of("orphan")[3:] == ["Second begin", "Second end"]


def test_a_message_that_comes_twice_at_once(stage_2, worker, records):
    for _ in range(2):
        stage_2.send("twice", "First=wait")
    records.wait_for("twice", "First begin")
    worker.wait_for("InstallationEvent in-progress [twice]")
    records.let_go("twice")
    assert stage_2.wait_for_end("twice") == "done"
    assert records.of("twice") == ["First begin", "First end", "Second begin", "Second end"]
    stage_2.send("twice")
    worker.wait_for("InstallationEvent duplicate [twice]")
    assert len(records.of("twice")) == 4

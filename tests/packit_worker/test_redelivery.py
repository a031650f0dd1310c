"""A worker is killed while it holds messages: none of them is lost."""

import pytest
from servers.worker_process import WorkerProcess
from twelve_events import BY_WORD

COPR = BY_WORD["copr_build"]
BUILDS = set(range(300))
# With a child that works and a main process that fetches, some messages always wait between them.
ARGUMENTS = ["--queues", "parse_message", "--pool", "prefork", "--concurrency", "1"]


@pytest.fixture
def worker(broker, tmp_path):
    worker = WorkerProcess(tmp_path, broker, ARGUMENTS).start()
    yield worker
    worker.stop()


def test_a_killed_worker_loses_nothing(foreign, worker, broker_side):
    worker.freeze()
    for number in sorted(BUILDS):
        event = COPR.payload | {"build": number}
        foreign.send_task("task.parse_message", kwargs=COPR.arguments(event=event))
    worker.thaw()
    broker_side.wait_for("copr_build", 1)
    worker.kill()
    assert 0 < broker_side.depth("copr_build") < 300
    if broker_side.is_redis:
        assert broker_side.unacked() > 0  # else this test shows nothing
        broker_side.pretend_that_time_passed(130)
    worker.start()
    found = set()
    while found != BUILDS:
        found.add(broker_side.take("copr_build").payload[1]["build_id"])
    assert worker.is_alive

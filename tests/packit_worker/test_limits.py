"""A handler that never ends is killed; it is given up in the end, and all others go on."""

import pytest
from servers.stage2_side import EACH_ONCE

pytestmark = EACH_ONCE
LEASE = 60


@pytest.fixture(scope="module")
def stage_2(start_stage_2):
    return start_stage_2(soft_time_limit=1, time_limit=2, attempts=2)


@pytest.fixture(scope="module")
def worker(stage_2):
    return stage_2.worker().start()


def test_the_hard_limit(stage_2, worker, broker_side):
    stage_2.send("stuck", "First=stuck")
    stage_2.records.wait_for("stuck", "First begin")
    stage_2.send("behind-it")
    assert stage_2.wait_for_end("behind-it") == "done"
    worker.wait_for("Hard time limit (2s) exceeded", count=1)
    assert stage_2.runs("stuck")["First"] == ("started", 1)
    stage_2.let_time_pass("stuck", LEASE)
    stage_2.sweep()
    worker.wait_for("Hard time limit (2s) exceeded", count=2)
    stage_2.let_time_pass("stuck", LEASE)
    stage_2.sweep()
    stage_2.wait_for_end("stuck")
    assert stage_2.runs("stuck") == {"First": ("gave-up", 2), "Second": ("done", 1)}
    assert stage_2.records.of("stuck") == [
        "First begin",
        "First begin",
        "Second begin",
        "Second end",
    ]
    broker_side.wait_until_empty("installation")


@pytest.mark.parametrize(("order", "state"), [("wait", "failed"), ("bug", "bug")])
def test_the_soft_limit_and_a_bug_end_their_own_handler_only(stage_2, worker, order, state):
    stage_2.send(order, f"First={order}")
    stage_2.wait_for_end(order)
    assert stage_2.runs(order) == {"First": (state, 1), "Second": ("done", 1)}

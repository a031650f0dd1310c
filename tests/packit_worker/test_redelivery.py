"""A worker is killed while it holds messages: none of them is lost."""

from twelve_events import BY_WORD

COPR = BY_WORD["copr_build"]
BUILDS = set(range(300))


def test_a_killed_worker_loses_nothing(foreign, stage_1, broker_side):
    stage_1.freeze()
    for number in sorted(BUILDS):
        event = COPR.payload | {"build": number}
        foreign.send_task("task.parse_message", kwargs=COPR.arguments(event=event))
    stage_1.thaw()
    broker_side.wait_for("copr_build", 1)
    stage_1.kill()
    handed_on = broker_side.depth("copr_build")
    assert 0 < handed_on < 300
    if broker_side.is_redis:
        assert broker_side.unacked() > 0  # else this test shows nothing
        broker_side.pretend_that_time_passed(130)
    stage_1.start()
    found = set()
    while found != BUILDS:
        found.add(broker_side.take("copr_build").payload[1]["build_id"])
    assert stage_1.is_alive

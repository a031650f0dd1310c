"""A worker is killed while it holds messages: none of them is lost."""

from twelve_events import BY_WORD

COPR = BY_WORD["copr_build"]


def test_a_killed_worker_loses_nothing(foreign, stage_1, broker_side):
    stage_1.freeze()
    for number in range(100):
        event = COPR.payload | {"build": number}
        foreign.send_task("task.parse_message", kwargs=COPR.arguments(event=event))
    stage_1.thaw()
    stage_1.wait_for("succeeded", count=5)
    stage_1.kill()
    held = 100 - broker_side.depth("copr_build") - broker_side.depth("parse_message")
    assert held > 0  # else this test shows nothing
    stage_1.start()
    found = {broker_side.take("copr_build", 30).payload[1]["build_id"] for _ in range(100)}
    assert found == set(range(100))

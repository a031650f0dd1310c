"""Whatever breaks on the way to Koji, one build comes of it, and a final status."""

import pytest
from koji_side import F44, JOB
from sqlalchemy import update

from packit_worker.errors import TransientError
from packit_worker.sandbox.faults import Fault
from packit_worker.store import models

TWO = JOB.replace("[f44]", "[f44, epel9]")
# A read whose connection breaks is tried again at once, three times in all.
BREAKS = {("getBuildTarget", "drop"): 3}
EPEL9 = "packit/upstream-koji-build:epel9"


def fault(kind, call, **more):
    return Fault(kind=kind, match=f"CALL {call}", seconds=3600, **more)


@pytest.mark.parametrize("kind", ["drop", "timeout", "unavailable"])
@pytest.mark.parametrize("call", ["getBuildTarget", "login", "rawUpload 0", "checkUpload", "build"])
def test_a_hub_that_breaks_anywhere_ends_in_one_build(koji_side, call, kind):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.koji.faults.add(fault(kind, call, count=BREAKS.get((call, kind), 1)))
    end = side.process(event, "opened")
    assert end.outcome == "waiting"
    [(state, text)] = side.shown().values()
    assert state == "pending"
    assert text.startswith("Waiting for Koji (")
    end = side.once_more(event)
    assert end.outcome == "done"
    assert side.tasks() == [(117000001, "f44")]
    side.built()
    assert side.shown()[F44][0] == "success"


@pytest.mark.parametrize("kind", ["drop", "timeout", "unavailable"])
def test_a_hub_that_accepts_and_falls_silent_has_one_build(koji_side_anywhere, kind):
    side = koji_side_anywhere
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.koji.faults.add(fault(kind, "build", after=True))
    assert side.process(event, "opened").outcome == "waiting"
    assert side.tasks() == [(117000001, "f44")]
    assert side.rows() == [("f44", "submitting")]
    assert side.once_more(event).outcome == "done"
    assert side.tasks() == [(117000001, "f44")]
    assert side.rows() == [("f44", "submitted")]
    assert len(side.srpms.orders) == 1
    side.built()
    assert side.shown() == {F44: ("success", "Built in 4 min 12 s for aarch64, x86_64.")}


def test_the_end_of_a_build_may_come_before_its_number_is_known(koji_side):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.koji.faults.add(fault("drop", "build", after=True))
    side.process(event, "opened")
    side.koji.run(117000001)
    ends = [side.say(message, f"early-{number}") for number, message in enumerate(side.heard)]
    assert {end.outcome for end in ends} == {"waiting"}
    side.once_more(event)
    end = side.say(side.heard[-1], "early-3")
    assert end.outcome == "done"
    assert side.shown()[F44][0] == "success"


def test_one_of_two_targets_is_lost(koji_side):
    side = koji_side
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    # The first target is through; the answer to the second is lost.
    submit, calls = side.hub.submit, []

    def spoiled(srpm, target, **more):
        calls.append(target)
        if len(calls) == 2:
            side.koji.faults.add(fault("drop", "build", after=True))
        return submit(srpm, target, **more)

    side.hub.submit = spoiled
    assert side.process(event, "opened").outcome == "waiting"
    assert side.once_more(event).outcome == "done"
    assert calls == ["epel9", "f44"]
    assert [target for _id, target in side.tasks()] == ["epel9", "f44"]
    for task_id, _target in side.tasks():
        side.built(task_id=task_id)
    assert {state for state, _text in side.shown().values()} == {"success"}
    assert set(side.shown()) == {F44, EPEL9}


def test_a_hub_that_stays_down_ends_in_a_final_status(koji_side):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.koji.faults.add(Fault(kind="unavailable", count=-1))
    ends = [side.process(event, "opened"), side.once_more(event), side.once_more(event)]
    assert [end.outcome for end in ends] == ["waiting", "waiting", "gave-up"]
    [(state, text)] = side.shown().values()
    assert state == "error"
    assert text.startswith("Not your change: Koji did not answer, 3 attempts (http-503). Comment")
    assert side.rows() == [("f44", "error")]


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_is_pushed_while_a_command_waits_is_not_built_for_the_older_commit(
    koji_side, is_killed
):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    older = pull.head_sha
    event = side.comment_event(pull, "/packit upstream-koji-build")
    side.koji.faults.add(Fault(kind="unavailable", count=1))
    assert side.process(event, "asked").outcome == "waiting"
    if is_killed:  # it never gave the event back, so nothing was noted with it
        side.lose_worker("asked")
        with side.database.write() as session:
            session.execute(update(models.Event).values(decision=None))
    newer = side.pull(JOB + "# x\n", number=pull.id, source="octo/hello").head_sha
    assert side.once_more(event, "asked").code == "superseded"
    assert side.tasks() == []
    told = [(one["sha"], one["state"], one["description"]) for one in side.writes("status")]
    assert told[-1] == (older, "error", f"Superseded by {newer[:7]}.")
    assert {sha for sha, _state, _text in told} == {older}
    assert side.bodies() == [
        f"Superseded by {newer[:7]}, which was pushed meanwhile. Comment again for that one."
    ]


def test_what_was_given_up_can_be_asked_for_again(koji_side):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.koji.faults.add(Fault(kind="unavailable", count=-1))
    side.process(event, "opened")
    for _ in range(2):
        side.once_more(event)
    side.koji.faults.clear()
    again = side.pull_event(pull, action="reopened")
    assert side.process(again, "again").outcome == "done"
    side.built()
    assert side.shown()[F44][0] == "success"


def test_a_box_without_room_is_waited_for(koji_side):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)
    side.srpms.error = TransientError("no-room", service="the box")
    assert side.process(event, "opened").outcome == "waiting"
    side.srpms.error = None
    assert side.once_more(event).outcome == "done"


def test_bodhi_is_down(koji_side):
    side = koji_side
    pull = side.pull(JOB.replace("[f44]", "[fedora-stable]"), source="octo/hello")
    event = side.pull_event(pull)
    side.bodhi.faults.add(Fault(kind="unavailable", count=-1))
    assert side.process(event, "opened").outcome == "waiting"
    assert side.koji.world.calls == []


def test_a_worker_that_dies_before_the_row_leaves_nothing_behind(koji_side):
    side = koji_side
    pull = side.pull(JOB, source="octo/hello")
    event = side.pull_event(pull)

    class DeadError(BaseException):
        """What ends a process."""

    def die(*_arguments):
        raise DeadError

    side.srpms.make = die
    with pytest.raises(DeadError):
        side.process(event, "opened")
    del side.srpms.make
    side.lose_worker("opened")
    assert side.process(event, "opened").outcome == "done"
    assert side.tasks() == [(117000001, "f44")]
    assert side.rows() == [("f44", "submitted")]

"""What Koji's messages do: every state, in every order, once, and only to builds of ours."""

from itertools import permutations

import pytest
from koji_side import F44, JOB

from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.stage1 import take_in
from parsers import Options

GOOD = Outcome()
BAD = Outcome(arches={"x86_64": "failed"})
CANCELED = Outcome(arches={"x86_64": "canceled"})
ENDS = {
    "closed": (GOOD, "success", "success"),
    "failed": (BAD, "failure", "failure"),
    "canceled": (CANCELED, "canceled", "error"),
}


TARGETS = [f"t{number}" for number in range(6)]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("end", ENDS)
def test_every_state_in_every_order(koji_side, end, first):
    """All 24 orders of free, assigned, open and the end: a target for each that begins alike."""
    outcome, state, status = ENDS[end]
    side = koji_side
    for target in TARGETS:
        side.koji.world.target(target, ("x86_64",))
    side.opened(JOB.replace("[f44]", f"[{', '.join(TARGETS)}]"))
    before = len(side.statuses())
    tasks = {target: number for number, target in side.tasks()}
    orders = [order for order in permutations(range(4)) if order[0] == first]
    for target, order in zip(TARGETS, orders, strict=True):
        side.built(
            outcome,
            task_id=tasks[target],
            order=lambda messages, order=order: [messages[number] for number in order],
        )
    assert {state for _target, state in side.rows()} == {state}
    for target in TARGETS:
        context = f"packit/upstream-koji-build:{target}"
        states = [state for where, state, _text in side.statuses()[before:] if where == context]
        # Once it has ended, it has ended, and is said once.
        assert states in ([status], ["pending", status])


@pytest.mark.parametrize("end", ENDS)
def test_the_end_alone_is_enough(koji_side, end):
    outcome, state, _status = ENDS[end]
    side = koji_side
    side.opened()
    side.built(outcome, order=lambda messages: messages[-1:])
    assert side.rows() == [("f44", state)]
    [run] = side.runs()
    assert (run.ended_at - run.started_at).total_seconds() == pytest.approx(252, abs=1)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("reverse", [False, True])
def test_messages_about_the_build_count_as_well(koji_side, end, reverse):
    """A build that is kept has a number of its own, and messages that tell its task."""
    outcome, state, status = ENDS[end]
    side = koji_side
    side.opened()
    side.koji.world.tasks[117000001].request[2]["scratch"] = False

    def order(messages):
        chosen = [one for one in messages if "build.state.change" in one["topic"]]
        assert len(chosen) == 2
        return chosen[::-1] if reverse else chosen

    side.built(outcome, order=order)
    assert side.rows() == [("f44", state)]
    assert side.shown()[F44][0] == status


def test_messages_that_come_twice_change_nothing(koji_side):
    side = koji_side
    side.opened()
    side.koji.run(117000001)
    for _ in range(2):
        for message in side.heard:
            side.say_again(message)
    texts = [text for _context, _state, text in side.statuses()]
    assert texts == [
        "Accepted. Waiting for Koji.",
        "Building the SRPM.",
        "Accepted. Waiting for Koji.",
        "Koji task 117000001 is running.",
        "Built in 4 min 12 s for aarch64, x86_64.",
    ]


def test_messages_of_others_are_ignored(koji_side, tmp_path):
    side = koji_side
    side.opened()
    task = side.koji.world.tasks[117000001]
    task.owner = side.koji.world.users["stranger"]
    theirs = side.koji.world.task("build", task.owner, ["x.src.rpm", "f44", {"scratch": True}])
    side.koji.run(theirs.id)
    side.forget()
    ends = [side.say(message) for message in side.heard]
    assert {(end.outcome, end.code) for end in ends} == {("skipped", "not-ours")}
    assert side.statuses() == []
    assert side.requests() == []
    assert side.rows() == [("f44", "submitted")]


@pytest.mark.parametrize(("owner", "code"), [("mallory", "not-ours"), (None, ""), ("packit", "")])
def test_whose_task_it_is_counts_also_where_a_row_has_its_number(koji_side, owner, code):
    side = koji_side
    side.opened()
    side.koji.run(117000001)
    message = side.heard[-1]
    message["body"]["owner"] = owner
    end = side.say(message)
    assert end.code == code
    assert side.rows() == [("f44", "submitted" if code else "success")]


def test_another_hub_s_task_of_the_same_number_changes_nothing(koji_side):
    side = koji_side
    side.opened()
    side.koji.run(117000001)
    side.heard[-1]["body"]["instance"] = "s390"
    assert take_in(side.heard[-1], source=None, event_type=None, options=Options()).code == (
        "other-instance"
    )


def test_a_task_of_ours_that_is_no_build_of_ours_is_waited_for_and_dropped(koji_side):
    side = koji_side
    side.opened()
    ours = side.koji.world.users["packit"]
    other = side.koji.world.task("build", ours, ["x.src.rpm", "f44", {"scratch": True}])
    side.koji.run(other.id)
    end = side.say(side.heard[-1], "m")
    assert end.outcome == "waiting"
    assert side.event_row("m").decision["steps"][-1]["code"] == "result-before-row"


def test_each_of_two_jobs_gets_its_own(koji_side):
    side = koji_side
    first = JOB.replace("scratch: true", "scratch: true, identifier: one")
    second = JOB.replace("scratch: true", "scratch: true, identifier: two")
    side.opened(first + second)
    assert len(side.tasks()) == 2
    ends = side.built(BAD, task_id=117000001)
    assert ends[-1].outcome == "done"
    shown = {context: state for context, (state, _text) in side.shown().items()}
    assert shown == {f"{F44}:one": "failure", f"{F44}:two": "pending"}


def test_a_newer_build_keeps_the_status(koji_side):
    side = koji_side
    pull, _end = side.opened()
    side.built(GOOD, task_id=117000001, order=lambda _messages: [])
    side.due()
    with_first = side.runs()[0]
    # The first is over for us; its messages come late.
    side.say(side.koji.builders.run(side.koji.world.tasks[117000001]) or late(side))
    assert side.shown()[F44][0] == "success"
    side.process(side.pull_event(pull, action="reopened"), "again")
    assert side.shown()[F44] == ("pending", "Accepted. Waiting for Koji.")
    assert side.runs()[0].id == with_first.id


def late(side):
    """Return the message of the end of the first task."""
    from packit_worker.sandbox.koji_messages import task_message  # noqa: PLC0415 - only here

    world = side.koji.world
    return task_message(world.tasks[117000001], "OPEN", world.parts(117000001), "https://k")


def test_the_sweep_finds_an_end_that_nobody_told(koji_side_anywhere):
    side = koji_side_anywhere
    side.opened()
    side.built(BAD, order=lambda _messages: [])
    side.due()
    [end] = side.sweep()
    assert end.outcome == "done"
    text = "Build failed after 4 min 12 s for x86_64. The page shows the log."
    assert side.shown() == {F44: ("failure", text)}
    assert side.sweep() == []


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("FREE", "Accepted. Waiting for Koji."),
        ("ASSIGNED", "Accepted. Waiting for Koji."),
        ("OPEN", "Koji task 117000001 is running."),
        ("CLOSED", "Built."),
        ("CANCELED", "Canceled in Koji. Not your change."),
        ("FAILED", "Build failed, before any architecture was begun. The page shows why."),
    ],
)
def test_the_sweep_looks_at_every_state(koji_side, state, shown):
    side = koji_side
    side.opened()
    side.koji.world.tasks[117000001].state = state
    for _ in range(2):
        side.due()
        side.sweep()
    assert side.shown()[F44][1] == shown


def test_a_task_that_koji_does_not_know_ends_in_an_error(koji_side):
    side = koji_side
    side.opened()
    del side.koji.world.tasks[117000001]
    side.due()
    side.sweep()
    assert side.rows() == [("f44", "error")]
    assert side.shown()[F44][0] == "error"


def test_the_sweep_waits_for_a_hub_that_is_down(koji_side):
    side = koji_side
    side.opened()
    side.koji.world.offline = True
    side.due()
    assert side.sweep() == []
    assert side.rows() == [("f44", "submitted")]
    side.koji.world.offline = False
    side.built(order=lambda _messages: [])
    side.due()
    side.sweep()
    assert side.rows() == [("f44", "success")]

"""What handlers are promised of their rows: every way out ends in a status, none is shown late."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from packit_worker.ending import Limits
from packit_worker.errors import RefusedError, TransientError
from packit_worker.handler import Done, Failed
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import Submission, status_state
from packit_worker.sandbox.faults import Fault
from packit_worker.store import allowlist, models

CONTEXT = "packit/rpm-build:f44"
AGAIN = 'Comment "/packit build" to try again.'
BUG = "packit-worker failed, not your change. Reported as e-1."


def begin(context, text="Accepted."):
    wanted = Submission(kind=RunKind.COPR_BUILD, target="f44", context="rpm-build:f44", text=text)
    return context.submissions.begin([wanted], marker="m1")


def announced_then(side, what):
    """Have the build announce a row, and then do something."""

    def act(_event, context):
        rows = context.submissions.earlier() or begin(context)
        context.runs.show(rows)
        return what(context, rows)

    side.handlers.acts["Build"] = act


def raising(error):
    def raise_it(_context, _rows):
        raise error

    return raise_it


def test_what_takes_too_long_with_one_of_several_targets_goes_on_with_the_others(engine_side):
    """Each target of a slow row is a unit of its own."""
    side = engine_side
    made = []

    def act(_event, context):
        wanted = [
            Submission(kind=RunKind.DOWNSTREAM, target=name, context=f"slow:{name}", text="Soon.")
            for name in ("f43", "f44", "f45")
        ]
        rows = context.submissions.rows() or context.submissions.begin(wanted, marker="m1")
        context.runs.show(rows)
        for row in rows:
            if row.state is RunState.SUBMITTING:
                made.append(row.target)
                if made == ["f43", "f44"] or row.target == "f45":
                    time.sleep(20)
                context.runs.show(context.runs.advance([row], RunState.SUCCESS, text="Made."))
        return Done("all")

    side.handlers.acts["Slow"] = act
    events, jobs = side.engine.handlers[1].events, frozenset({"copr_build"})
    slow = side.handlers.row("Slow", events, job_types=jobs, status="slow", slow=True)
    side.change(handlers=(slow,))
    event = side.pull_event(side.pull())
    end = side.process(event, limits=Limits(attempts=3, soft=1, hard=3))
    assert (end.outcome, end.code) == ("waiting", "no-time-left")
    waits = "Waiting for another turn (no-time-left). Tried again by itself, next at "
    assert side.statuses()[-1][1:] == ("pending", f"{waits}{end.again_at:%H:%M} UTC.")
    for expected in ("waiting", "failed"):  # there is an end to it
        side.make_due()
        assert side.process(event, limits=Limits(attempts=3, soft=1, hard=3)).outcome == expected
    assert made == ["f43", "f44", "f44", "f45", "f45"]
    states = {context: (state, text[:40]) for context, state, text in side.statuses()}
    assert states == {
        "packit/slow:f43": ("success", "Made."),
        "packit/slow:f44": ("success", "Made."),
        "packit/slow:f45": ("error", "Not your change: it took longer than 1 s"),
    }


def run_of(side):
    with side.database.read() as session:
        return session.scalars(select(models.Run)).one()


@pytest.mark.parametrize(
    ("what", "outcome", "text"),
    [
        (raising(ZeroDivisionError()), "bug", BUG),
        (
            raising(RefusedError("no", "It said no")),
            "failed",
            "Not your change: no: It said no. " + AGAIN,
        ),
        (lambda *_: Failed("superseded", "1a2b3c4"), "failed", "Superseded by 1a2b3c4."),
        (lambda *_: time.sleep(5), "failed", "Not your change: it took longer than 1 s. " + AGAIN),
    ],
)
def test_every_way_out_ends_what_was_announced(engine_side, what, outcome, text):
    side = engine_side
    announced_then(side, what)
    pull = side.pull()
    limits = Limits(attempts=3, soft=1, hard=60)
    assert side.process(side.pull_event(pull), limits=limits).outcome == outcome
    assert side.statuses() == [(CONTEXT, "pending", "Accepted."), (CONTEXT, "error", text)]
    run = run_of(side)
    assert (str(run.known_state), str(run.reported_state)) == ("error", "error")


def test_while_a_service_is_down_it_says_whom_we_wait_for(engine_side):
    side = engine_side
    announced_then(side, raising(TransientError("http-503", service="Brewery")))
    event = side.pull_event(side.pull())
    for _ in range(3):
        side.process(event)
        side.make_due()
    texts = [text for _, _, text in side.statuses()]
    assert texts[0] == "Accepted."
    assert texts[1].startswith("Waiting for Brewery (http-503). Tried again by itself, next at ")
    assert texts[-1] == ("Not your change: Brewery did not answer, 3 attempts (http-503). " + AGAIN)
    assert run_of(side).known_state == RunState.ERROR


def wait_with_a_row(side, event):
    """Announce a row, and wait for a service that is down."""
    announced_then(side, raising(TransientError("http-503", service="Brewery")))
    assert side.process(event).outcome == "waiting"
    side.make_due()
    assert side.statuses()[-1][1] == "pending"
    return len(side.statuses())


def sweep_later(side):
    due = update(models.Run).where(models.Run.report_due_at.is_not(None))
    with side.database.write() as session:
        session.execute(due.values(report_due_at=datetime.now(UTC)))
    side.engine.sweep()


def test_what_was_announced_ends_with_an_event_that_gives_up(engine_side_anywhere):
    """The forge goes down for good before the next attempt: the sweep tells it once it is back."""
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    wait_with_a_row(side, event)
    side.github.faults.add(Fault(kind="unavailable", match="GET /repos/octo/hello$", count=-1))
    while side.process(event).outcome == "waiting":
        side.make_due()
    assert side.states() == [("Build", "copr_build#0", "gave-up")]
    text = "Not your change: github.com did not answer, 3 attempts (http-503). " + AGAIN
    assert (str(run_of(side).known_state), run_of(side).known_text) == ("error", text)
    sweep_later(side)
    assert side.statuses()[-1] == (CONTEXT, "error", text)


def test_what_was_announced_ends_with_an_event_that_is_not_allowed_any_more(engine_side):
    side = engine_side
    event = side.pull_event(side.pull())
    wait_with_a_row(side, event)
    with side.database.write() as session:
        allowlist.remove(session, "github.com/octo", by="joan", now=datetime.now(UTC))
    assert side.process(event).outcome == "denied"
    sweep_later(side)
    assert [one for one in side.statuses() if one[0] == CONTEXT][-1][1] == "error"


def denied(side):
    side.approve(status="denied")


def private(side):
    side.hello.private = True


@pytest.mark.parametrize("became", [denied, private])
def test_what_was_announced_ends_silently_where_nothing_may_be_written(engine_side, became):
    side = engine_side
    event = side.pull_event(side.pull())
    told = wait_with_a_row(side, event)
    became(side)
    side.process(event)
    assert (str(run_of(side).known_state), run_of(side).report_due_at) == ("error", None)
    sweep_later(side)
    assert len(side.statuses()) == told


def test_what_was_announced_ends_when_nothing_asks_for_it_any_more(engine_side):
    """The default branch gets a package config with another job before the next attempt."""
    side = engine_side
    job = "  - {job: propose_downstream, trigger: release, dist_git_branches: [main]}\n"
    commit = side.push(job)

    def announce_and_wait(_event, context):
        wanted = Submission(kind=RunKind.DOWNSTREAM, target="main", context="propose:main")
        rows = context.submissions.begin([wanted], marker="m1", commit=commit)
        context.runs.show(rows)
        raise TransientError("http-503", service="Brewery")

    side.handlers.acts["ProposeAsked"] = announce_and_wait
    issue = side.github.world.issue(side.hello, author="wendy", title="Update")
    event = side.issue_event(issue.id)
    assert side.process(event).outcome == "waiting"
    side.make_due()
    side.push(job.replace("trigger", "identifier: new, trigger"))
    side.handlers.acts["ProposeAsked"] = Done()
    assert side.process(event).outcome == "done"
    text = "No longer asked for: no job of the package config matches."
    assert (str(run_of(side).known_state), run_of(side).known_text) == ("error", text)
    sweep_later(side)
    assert side.statuses()[-1] == ("packit/propose:main", "error", text)


def test_what_was_submitted_stays_open(engine_side_anywhere):
    side = engine_side_anywhere

    def submit(context, rows):
        context.submissions.submitted(rows, outside_id="7", web_url="https://copr.example.org/7")
        raise ZeroDivisionError

    announced_then(side, submit)
    side.process(side.pull_event(side.pull()))
    assert run_of(side).known_state == RunState.SUBMITTED
    # Somebody who asks for the same is told that it runs: it does, outside.
    assert side.count_rows()["in_flight"] == 1


def test_a_row_that_moves_on_while_it_is_told_is_told_again(engine_side):
    side = engine_side
    runs = side.engine.runs()
    stale = []

    def show_what_is_old(context, rows):
        context.runs.advance(rows, RunState.SUCCESS, text="Built.")
        # As another worker would that read the row before: its write comes last.
        stale.append(context.runs.show(rows))
        return Done()

    announced_then(side, show_what_is_old)
    side.process(side.pull_event(side.pull()))
    assert stale == [True]
    assert side.statuses()[-1] == (CONTEXT, "success", "Built.")
    (row,) = runs.find(RunKind.COPR_BUILD, "7") or (runs.get(1),)
    assert (row.shown_state, row.shown_text) == (RunState.SUCCESS, "Built.")


def test_a_late_write_whose_answer_was_lost_does_not_stay(engine_side):
    side = engine_side

    def show_what_is_old(context, rows):
        context.runs.show(context.runs.advance(rows, RunState.SUCCESS, text="Built."))
        # As another worker would that read the row before. The forge does it, and does not say so.
        lost = Fault(kind="drop", match="POST .*statuses", after=True, count=-1)
        side.github.faults.add(lost)
        shown = context.runs.show(rows)
        side.github.faults.clear()
        return Done(str(shown))

    announced_then(side, show_what_is_old)
    assert side.process(side.pull_event(side.pull())).pairs[0].detail == "False"
    assert side.statuses()[-1] == (CONTEXT, "pending", "Accepted.")
    with side.database.write() as session:
        session.execute(update(models.Run).values(report_due_at=datetime.now(UTC)))
    side.engine.sweep()
    assert side.statuses()[-1] == (CONTEXT, "success", "Built.")


def test_the_same_is_not_told_twice(engine_side):
    side = engine_side
    announced_then(
        side, lambda context, rows: Done(str(context.runs.show(context.submissions.rows())))
    )
    side.process(side.pull_event(side.pull()))
    assert side.statuses() == [(CONTEXT, "pending", "Accepted.")]


def test_a_forge_that_is_down_is_asked_once_and_the_rest_is_due(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="rate-limit", match="POST .*statuses", seconds=300, count=-1))

    def act(_event, context):
        wanted = [
            Submission(kind=RunKind.COPR_BUILD, target=name, context=f"rpm-build:{name}", text="A.")
            for name in ("f43", "f44", "f45")
        ]
        return Done(str(context.runs.show(context.submissions.begin(wanted, marker="m"))))

    side.handlers.acts["Build"] = act
    assert side.process(side.pull_event(side.pull())).detail == "False"
    assert len([one for one in side.requests() if one.startswith("POST")]) == 1
    with side.database.read() as session:
        due = session.scalars(select(models.Run.report_due_at)).all()
    assert all(at > datetime.now(UTC) + timedelta(seconds=200) for at in due)


def test_the_newest_row_of_a_commit_comes_first(engine_side_anywhere):
    side = engine_side_anywhere
    announced_then(side, lambda _context, _rows: Done())
    pull = side.pull()
    side.process(side.pull_event(pull))
    with side.database.write() as session:
        session.execute(update(models.Run).values(known_state="success", next_check_at=None))
        session.execute(models.InFlight.__table__.delete())
    side.process(side.pull_event(pull), "e-2")
    repository = side.engine.runs().get(1).repository
    rows = side.engine.runs().of_commit(repository, pull.head_sha, RunKind.COPR_BUILD)
    assert [(row.id, row.attempt, row.is_newest) for row in rows] == [(2, 2, True), (1, 1, False)]
    assert [(row.job, row.handler, row.trigger, row.ref) for row in rows] == [
        ("copr_build#0", "Build", "pull-request", str(pull.id))
    ] * 2
    assert side.engine.runs().of_commit(repository, "0" * 40, RunKind.COPR_BUILD) == ()
    assert side.engine.runs().get(99) is None


def test_details_are_added_to(engine_side):
    side = engine_side
    announced_then(side, lambda _context, _rows: Done())
    side.process(side.pull_event(side.pull()))
    runs = side.engine.runs()
    runs.keep_details(runs.get(1), {"a": 1})
    (row,) = runs.advance([runs.get(1)], RunState.RUNNING, text="It runs.", details={"b": 2})
    assert row.details == {"a": 1, "b": 2}
    assert runs.advance([row], RunState.RUNNING, text="Again.", details={"c": 3}) == ()
    assert runs.say([row], "It runs on.", until=RunState.RUNNING) == ()
    assert runs.get(1).text == "It runs."


def test_only_what_is_the_fault_of_the_change_is_a_failure():
    assert [status_state(state) for state in RunState] == [
        "pending", "pending", "pending", "success", "failure", "error", "error", "error", "error",
    ]  # fmt: skip

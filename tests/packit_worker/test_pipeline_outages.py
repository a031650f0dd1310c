"""What an event does while a forge is down: it waits, and gives up at last."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine_side import LIMITS
from event_kwargs import event_of

from packit_worker.ending import Limits
from packit_worker.handler import Done
from packit_worker.registry import EVENTS
from packit_worker.routing import DEFAULT_FILE, load_routing
from packit_worker.sandbox.faults import Fault
from packit_worker.store.errors import LostLeaseError

HELLO = "GET /repos/octo/hello$"


def down(side, kind="unavailable", match=HELLO, **more):
    side.github.faults.add(Fault(kind=kind, match=match, **({"count": -1} | more)))


def test_a_forge_that_is_down_makes_the_event_wait(engine_side_anywhere):
    side = engine_side_anywhere
    down(side, count=1)
    event = side.pull_event(side.pull())
    end = side.process(event)
    assert (end.outcome, end.code) == ("waiting", "http-503")
    assert 4 < end.resend.countdown <= 5
    assert not end.resend.is_slow
    assert side.steps()[-1] == ("forge", "wait", "http-503")
    assert side.writes() == []
    # The sweep sends it only where the countdown did not.
    assert 30 < side.wait_seconds() <= 35
    assert side.process(event).outcome == "done"


def test_too_many_requests_does_not_hold_the_worker(engine_side):
    side = engine_side
    down(side, "too-many-requests", seconds=120)
    started = time.monotonic()
    end = side.process(side.pull_event(side.pull()))
    assert time.monotonic() - started < 2
    assert (end.outcome, end.code, end.resend) == ("waiting", "rate-limit", None)
    assert 115 < side.wait_seconds() <= 120


def test_a_forge_cannot_put_us_off_for_ever(engine_side):
    side = engine_side
    down(side, "too-many-requests", seconds=10**9)
    side.process(side.pull_event(side.pull()))
    assert 86_390 < side.wait_seconds() <= 86_400


@pytest.mark.parametrize(("kind", "reason"), [("timeout", "timeout"), ("drop", "connection")])
def test_a_forge_that_does_not_answer_makes_the_event_wait(engine_side, kind, reason):
    side = engine_side
    down(side, kind, seconds=60)
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code) == ("waiting", reason)
    assert side.writes() == []


def test_delays_grow_and_the_event_gives_up_without_a_word(engine_side):
    side = engine_side
    down(side)
    event = side.pull_event(side.pull())
    assert [round(side.process(event).resend.countdown) for _ in range(2)] == [5, 15]
    end = side.process(event)
    assert (end.outcome, end.code, end.detail) == (
        "gave-up",
        "http-503",
        "github.com did not answer, 3 attempts",
    )
    assert side.event_row().outcome == "gave-up"
    assert side.writes() == []


def shipped():
    """Return what the queues.yaml that we ship allows a pull request."""
    words = {event.word() for event in EVENTS} | {"parse_message", "record_outcome", "sweep"}
    route = load_routing(DEFAULT_FILE, frozenset(words)).routes["pull_request_gh"]
    patience = timedelta(seconds=route.patience)
    return Limits(attempts=route.attempts, patience=patience, soft=30, hard=60)


def sit_out(side, event, seconds):
    """Process the event again and again for so long; return each wait and how it ended."""
    waits = []
    end = side.process(event, limits=shipped())
    while end.outcome == "waiting" and sum(waits) < seconds:
        waits.append(round((end.again_at - datetime.now(UTC)).total_seconds()))
        side.let_pass(waits[-1] + 1)
        end = side.process(event, limits=shipped())
    return waits, end


# Of the event as a whole, and of a check of its one job run.
@pytest.mark.parametrize("match", [HELLO, "permission"])
def test_an_outage_of_an_hour_loses_nothing(engine_side, match):
    side = engine_side
    down(side, match=match)
    event = side.pull_event(side.pull())
    waits, end = sit_out(side, event, 3600)
    assert (end.outcome, end.code) == ("waiting", "http-503")
    assert waits == [5, 15, 60, 300, 900, 900, 900, 900]
    side.github.faults.clear()
    side.make_due()
    assert side.process(event, limits=shipped()).outcome == "done"


@pytest.mark.parametrize("match", [HELLO, "permission"])
def test_an_outage_of_six_hours_is_too_long(engine_side, caplog, match):
    side = engine_side
    down(side, match=match)
    waits, end = sit_out(side, side.pull_event(side.pull()), 7 * 3600)
    assert (end.outcome, end.code) == ("gave-up", "http-503")
    assert waits == [5, 15, 60, 300, *[900] * 24]
    # Whoever must mend it hears of it long before.
    assert caplog.text.count("still waits: http-503") == 1
    assert caplog.text.count("failed for good: http-503") == 1


def test_what_runs_again_has_all_the_time_again(engine_side):
    side = engine_side
    down(side)
    event = side.pull_event(side.pull())
    assert sit_out(side, event, 7 * 3600)[1].outcome == "gave-up"
    assert side.process(event, limits=shipped(), force=True).outcome == "waiting"
    waits, end = sit_out(side, event, 3600)
    assert (end.outcome, waits[-1]) == ("waiting", 900)


def test_a_run_that_waited_is_ended_by_the_second_killed_worker_in_a_row(engine_side):
    """The first may have been killed by chance, by a deployment."""
    side = engine_side
    event = side.pull_event(side.pull())
    down(side, match="permission")
    sit_out(side, event, 3600)
    side.github.faults.clear()
    side.make_due()

    class KilledError(BaseException):
        """As if the process ended here."""

    side.handlers.acts["Build"] = [KilledError(), KilledError()]
    for _ in range(2):
        with pytest.raises(KilledError):
            side.process(event, limits=shipped())
        side.lose_worker()
    end = side.process(event, limits=shipped())
    assert (end.outcome, end.code) == ("gave-up", "killed")


def test_who_asked_is_told_when_the_event_gives_up(engine_side):
    side = engine_side
    down(side, match="contents")
    event = side.comment_event(side.pull())
    for _ in range(3):
        end = side.process(event)
    assert end.outcome == "gave-up"
    assert side.bodies() == [
        (
            "Not your change: github.com did not answer, 3 attempts (http-503)."
            " Comment it once more to try again."
        )
    ]


def test_an_event_that_gives_up_takes_its_waiting_runs_with_it(engine_side):
    """Once a run is planned, the forge goes down for good: nothing stays open."""
    side = engine_side
    event = side.pull_event(side.pull())
    down(side, match="permission", count=1)
    assert side.process(event).outcome == "waiting"
    side.make_due()
    down(side)
    ends = [side.process(event) for _ in range(3)]
    assert [end.outcome for end in ends] == ["waiting", "waiting", "gave-up"]
    assert side.states() == [("Build", "copr_build#0", "gave-up")]
    assert side.run_rows()[0].detail == "http-503: github.com did not answer, 3 attempts"


def test_an_event_that_is_denied_while_it_waits_takes_its_runs_with_it(engine_side):
    side = engine_side
    event = side.pull_event(side.pull())
    down(side, match="permission", count=1)
    side.process(event)
    side.approve(status="denied")
    end = side.process(event)
    assert (end.outcome, end.code) == ("denied", "denied")
    assert side.states() == [("Build", "copr_build#0", "skipped")]


def test_an_event_that_kills_each_worker_before_it_is_planned_ends(engine_side):
    side = engine_side
    event = side.pull_event(side.pull())
    down(side)
    side.process(event)
    for _ in range(2):
        side.process(event)
    side.lose_worker()
    end = side.process(event)
    assert (end.outcome, end.code) == ("gave-up", "killed")
    assert end.detail == "3 ended without a word"


def test_a_result_without_its_row_waits_and_is_then_not_ours(engine_side):
    side = engine_side
    limits = type(LIMITS)(attempts=5, soft=30, hard=60)
    event = event_of("CoprBuildEvent")
    waits = []
    for _ in range(4):
        end = side.process(event, limits=limits)
        assert (end.outcome, end.code) == ("waiting", "result-before-row")
        waits.append(end.resend.countdown if end.resend else side.wait_seconds())
    assert [round(seconds) for seconds in waits] == [5, 15, 60, 300]
    assert side.steps()[-1] == ("origin", "wait", "result-before-row")
    end = side.process(event, limits=limits)
    assert (end.outcome, end.code) == ("skipped", "not-ours")
    assert side.requests() == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("CoprBuildEvent", {"user": "olaf", "owner": "olaf"}),
        ("CoprBuildEvent", {"user": None, "owner": "olaf"}),
        ("KojiBuildEvent", {"owner": "olaf"}),
        ("KojiBuildEvent", {"owner": None}),
    ],
)
def test_a_result_of_others_is_not_ours_at_once(engine_side, name, changes):
    end = engine_side.process(event_of(name, **changes))
    assert (end.outcome, end.code) == ("skipped", "not-ours")
    assert engine_side.requests() == []


def test_a_bug_in_what_decides_ends_the_event(engine_side):
    class Reader:
        def read(self, path, text, *, repository):
            raise LookupError("jobs")

    side = engine_side
    side.change(reader=Reader())
    end = side.process(side.comment_event(side.pull()))
    assert (end.outcome, end.code, end.detail) == ("bug", "bug", "LookupError")
    assert side.event_row().outcome == "bug"
    assert side.bodies() == ["packit-worker failed, not your change. Reported as e-1."]


def test_who_lost_the_lease_writes_nothing_more(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    other = []

    def be_late(_event, _context):
        side.lose_worker()
        other.append(side.process(event).outcome)
        return Done("late")

    side.handlers.acts["Build"] = [be_late, Done("in time")]
    with pytest.raises(LostLeaseError):
        side.process(event)
    assert other == ["done"]
    (run,) = side.run_rows()
    assert (str(run.state), run.detail, run.attempts) == ("done", "in time", 2)


def test_a_lease_is_renewed_while_a_slow_handler_runs(engine_side_anywhere):
    side = engine_side_anywhere
    side.change(ledger=replace(side.engine.ledger, renew_seconds=0.05))

    def wait_for_renewal(_event, _context):
        before = side.event_row().lease_until
        deadline = time.monotonic() + 10
        while side.event_row().lease_until == before and time.monotonic() < deadline:
            time.sleep(0.02)
        return Done(str(side.event_row().lease_until > before))

    side.handlers.acts["Build"] = wait_for_renewal
    assert side.process(side.pull_event(side.pull())).detail == "True"


CALLS = {
    "visibility": "GET /repos/octo/hello$",
    "config": "contents",
    "collaborators": "permission",
    "pulls": "pulls/1$",
}


@pytest.mark.parametrize("match", CALLS.values(), ids=CALLS)
def test_a_token_that_is_no_good_loses_no_event(engine_side, caplog, match):
    """The operator is at fault, so the event waits, and in the end somebody hears of it."""
    side = engine_side
    down(side, "unauthorized", match=match)
    event = side.comment_event(side.pull(author="wendy"))
    ends = []
    for _ in range(3):
        ends.append(side.process(event))
        side.make_due()
    assert [(end.outcome, end.code) for end in ends] == [
        ("waiting", "bad-credentials"),
        ("waiting", "bad-credentials"),
        ("gave-up", "bad-credentials"),
    ]
    # Beside this line it is reported to Sentry.
    assert caplog.text.count("failed for good: bad-credentials") == 1


def test_once_the_token_is_mended_the_event_goes_on(engine_side):
    side = engine_side
    down(side, "unauthorized", count=1)
    event = side.pull_event(side.pull())
    assert side.process(event).code == "bad-credentials"
    assert side.process(event).outcome == "done"


def test_a_forge_that_forbids_to_see_a_repository_says_no(engine_side):
    side = engine_side
    down(side, "forbidden")
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code) == ("skipped", "no-permission")

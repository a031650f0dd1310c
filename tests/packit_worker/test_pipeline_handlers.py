"""Handlers of one event: one that fails does not stop the others, and each says how it ended."""

import time
from datetime import UTC, datetime

import pytest

from packit_worker.ending import Limits, Resend
from packit_worker.errors import RefusedError, TransientError
from packit_worker.handler import Done, Failed
from packit_worker.sandbox.faults import Fault
from parsers.result import Skip

TWO_JOBS = (
    "  - {job: copr_build, trigger: pull_request, targets: [fedora-42]}\n"
    "  - {job: tests, trigger: pull_request, skip_build: true}\n"
)
BUG = ("packit/rpm-build", "error", "packit-worker failed, not your change. Reported as e-1.")

AGAIN = 'Comment "/packit build" to try again.'


def limits(**changes):
    return Limits(**({"attempts": 3, "soft": 30, "hard": 60} | changes))


def test_a_bug_does_not_stop_the_others(engine_side_anywhere):
    side = engine_side_anywhere
    side.handlers.acts["Build"] = ZeroDivisionError()
    end = side.process(side.pull_event(side.pull(TWO_JOBS)))
    assert (end.outcome, end.code, end.detail) == ("bug", "bug", "ZeroDivisionError")
    assert side.states() == [("Build", "copr_build#0", "bug"), ("Tests", "tests#1", "done")]
    assert side.statuses() == [BUG]


@pytest.mark.parametrize(
    ("error", "outcome", "code", "said"),
    [
        (ZeroDivisionError(), "bug", "bug", BUG[2]),
        (
            RefusedError("deleted", "gone"),
            "failed",
            "refused",
            f"Not your change: deleted: gone. {AGAIN}",
        ),
    ],
)
def test_a_check_that_breaks_does_not_stop_the_others(engine_side, error, outcome, code, said):
    def break_down(_event, _context):
        raise error

    side = engine_side
    _, build, *others = side.engine.handlers
    broken = type(build)(**(vars(build) | {"checks": (break_down,)}))
    side.change(handlers=(broken, *others))
    end = side.process(side.pull_event(side.pull(TWO_JOBS)))
    assert (end.outcome, end.code) == (outcome, code)
    assert side.calls == [("Tests", "tests#1")]
    assert [text for _, _, text in side.statuses()] == [said]


def test_a_refusal_is_told_and_not_tried_again(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = RefusedError("no-permission", "Copr says no")
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code) == ("failed", "refused")
    assert side.calls == [("Build", "copr_build#0")]
    assert side.statuses() == [
        ("packit/rpm-build", "error", f"Not your change: no-permission: Copr says no. {AGAIN}")
    ]


@pytest.mark.parametrize(
    ("result", "outcome", "state"),
    [
        (Failed("build-failed", "told already"), "failed", "failed"),
        (Skip("nothing-new", "same as before"), "skipped", "skipped"),
    ],
)
def test_a_handler_that_told_it_itself_is_not_repeated(engine_side, result, outcome, state):
    side = engine_side
    side.handlers.acts["Build"] = result
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.code, end.detail) == (outcome, result.code, result.detail)
    assert side.states() == [("Build", "copr_build#0", state)]
    assert side.run_rows()[0].detail == f"{result.code}: {result.detail}"
    assert side.writes() == []


def test_a_bug_beside_what_was_done_is_told_to_who_asked(engine_side):
    side = engine_side
    jobs = TWO_JOBS
    side.handlers.acts["TestsAsked"] = ZeroDivisionError()
    side.process(side.comment_event(side.pull(jobs), "/packit build\n/packit test"))
    assert side.bodies() == ["packit-worker failed, not your change. Reported as e-1."]


def test_a_service_that_is_down_is_tried_again_for_that_handler_alone(engine_side_anywhere):
    side = engine_side_anywhere
    side.handlers.acts["Build"] = [TransientError("http-503"), Done("built")]
    event = side.pull_event(side.pull(TWO_JOBS))
    end = side.process(event)
    assert end.outcome == "waiting"
    assert 0 < end.resend.countdown <= 5  # of 5 s, what the test took is gone
    build, tests = side.run_rows()
    assert (str(build.state), build.attempts, build.last_error) == ("started", 1, "http-503")
    assert build.next_attempt_at is not None
    assert str(tests.state) == "done"
    # Too early: nothing runs, and it waits on.
    assert side.process(event).outcome == "waiting"
    side.make_due()
    assert side.process(event).outcome == "done"
    assert side.calls == [
        ("Build", "copr_build#0"),
        ("Tests", "tests#1"),
        ("Build", "copr_build#0"),
    ]
    assert side.run_rows()[0].attempts == 2
    assert side.writes() == []


def test_what_a_waiting_event_decided_so_far_can_be_seen(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = TransientError("timeout")
    side.process(side.pull_event(side.pull()))
    (pair,) = side.event_row().decision["pairs"]
    assert (pair["outcome"], pair["code"]) == ("waiting", "timeout")
    assert pair["again_at"] is not None


def test_a_long_wait_is_left_to_the_sweep(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = TransientError("rate-limit", 90)
    end = side.process(side.pull_event(side.pull()))
    assert (end.outcome, end.resend) == ("waiting", None)
    assert 85 < side.wait_seconds() <= 90


def test_a_service_that_stays_down_is_given_up_and_told(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = TransientError("http-503")
    event = side.pull_event(side.pull())
    for _ in range(2):
        assert side.process(event).outcome == "waiting"
        side.make_due()
    assert side.writes() == []
    end = side.process(event)
    assert (end.outcome, end.code) == ("gave-up", "http-503")
    assert side.states() == [("Build", "copr_build#0", "gave-up")]
    assert side.statuses() == [
        (
            "packit/rpm-build",
            "error",
            f"Not your change: a service did not answer, 3 attempts (http-503). {AGAIN}",
        )
    ]


def test_a_run_that_killed_its_workers_is_given_up(engine_side_anywhere):
    side = engine_side_anywhere

    class KilledError(BaseException):
        """As if the process ended here."""

    side.handlers.acts["Build"] = KilledError()
    event = side.pull_event(side.pull())
    for _ in range(3):
        with pytest.raises(KilledError):
            side.process(event)
        side.lose_worker()
    end = side.process(event)
    assert (end.outcome, end.code) == ("gave-up", "killed")
    assert len(side.calls) == 3
    assert side.statuses() == [
        (
            "packit/rpm-build",
            "error",
            f"Not your change: 3 attempts ended without a word (killed). {AGAIN}",
        )
    ]


def test_what_is_delivered_again_runs_only_what_is_not_done(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull(TWO_JOBS))
    side.handlers.acts["Build"] = [LookupError("bug"), Done("built")]
    assert side.process(event).outcome == "bug"
    assert side.process(event).outcome == "duplicate"
    side.forget()
    assert side.process(event, sent_at=datetime.now(UTC)).outcome == "done"
    assert side.calls == [("Build", "copr_build#0")]


def test_a_handler_that_takes_too_long_is_ended(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = lambda _event, _context: time.sleep(20)
    started = time.monotonic()
    end = side.process(side.pull_event(side.pull(TWO_JOBS)), limits=limits(soft=1))
    assert time.monotonic() - started < 10
    assert (end.outcome, end.code, end.detail) == (
        "failed",
        "time-limit",
        "it took longer than 1 s",
    )
    assert side.calls[-1] == ("Tests", "tests#1")
    assert side.statuses() == [
        ("packit/rpm-build", "error", f"Not your change: it took longer than 1 s. {AGAIN}")
    ]


def test_the_permission_that_cannot_be_asked_for_now_is_asked_for_later(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="unavailable", match="permission"))
    event = side.pull_event(side.pull())
    assert side.process(event).outcome == "waiting"
    assert side.run_rows()[0].attempts == 1
    side.make_due()
    assert side.process(event).outcome == "done"


def test_a_denial_of_an_earlier_pass_is_told_when_the_event_ends(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="unavailable", match="POST .*statuses"))
    event = side.pull_event(side.pull(author="olaf"))
    assert side.process(event).outcome == "waiting"
    end = side.process(event)
    assert (end.outcome, end.code) == ("denied", "no-write-access")
    assert [text[:30] for _, _, text in side.statuses()] == ["Not allowed yet: only people w"]


def test_slow_rows_move_to_the_slow_queue_and_go_on_there(engine_side_anywhere):
    side = engine_side_anywhere
    slow = side.handlers.row(
        "Slow",
        side.engine.handlers[1].events,
        job_types=frozenset({"copr_build"}),
        slow=True,
    )
    side.change(handlers=(slow, *side.engine.handlers))
    event = side.pull_event(side.pull())
    end = side.process(event, limits=limits(has_slow_queue=True))
    assert (end.outcome, end.resend) == ("waiting", Resend(is_slow=True))
    assert side.calls == [("Build", "copr_build#0")]
    assert side.process(event).outcome == "done"
    assert side.calls == [("Build", "copr_build#0"), ("Slow", "copr_build#0")]


def test_no_time_left_before_the_hard_limit_moves_the_rest(engine_side):
    side = engine_side

    def take_time(_event, _context):
        time.sleep(1.1)
        return Done("slowly")

    side.handlers.acts["Build"] = take_time
    event = side.pull_event(side.pull(TWO_JOBS))
    end = side.process(event, limits=limits(soft=59))
    assert (end.outcome, end.resend) == ("waiting", Resend())
    assert side.process(event, limits=limits(soft=59)).outcome == "done"
    assert side.calls == [("Build", "copr_build#0"), ("Tests", "tests#1")]


def test_at_least_one_run_is_made_in_a_pass(engine_side):
    side = engine_side
    end = side.process(side.pull_event(side.pull()), limits=limits(soft=60))
    assert end.outcome == "done"


def test_a_job_that_nothing_asks_for_any_more_ends(engine_side):
    side = engine_side
    side.handlers.acts["Build"] = TransientError("timeout")
    event = side.pull_event(side.pull())
    side.process(event)
    release, _build, *others = side.engine.handlers
    tests = side.handlers.row(
        "Other", side.engine.handlers[1].events, job_types=frozenset({"copr_build"})
    )
    side.change(handlers=(release, tests, *others))
    assert side.process(event).outcome == "done"
    assert side.states() == [
        ("Build", "copr_build#0", "skipped"),
        ("Other", "copr_build#0", "done"),
    ]

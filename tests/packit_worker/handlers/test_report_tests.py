"""What Testing Farm tells becomes a status, once."""

import pytest
from sqlalchemy import select
from testing_farm_side import F44, RAWHIDE, TESTS

from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.testing_farm_backend import Outcome
from packit_worker.store import models

AGAIN = 'Comment "/packit test" to try again.'
CONTEXT = f"packit/testing-farm:{F44}"


@pytest.fixture
def tested(farm_side):
    """A request that runs, as it stands at Testing Farm."""
    farm_side.built(farm_side.pull())
    farm_side.build_ends()
    farm_side.side.forget()
    [test] = farm_side.requests
    return test


@pytest.mark.parametrize(
    ("outcome", "state", "status", "text"),
    [
        (Outcome(), "success", "success", "The tests passed."),
        (
            Outcome(overall="failed", summary="1 of 2 failed"),
            "failure",
            "failure",
            "The tests failed. 1 of 2 failed.",
        ),
        (
            Outcome(overall="error"),
            "error",
            "error",
            f"Not your change: the tests could not be run. {AGAIN}",
        ),
        (Outcome(overall="skipped"), "success", "success", "No test was run: all were skipped."),
        (
            Outcome(overall="unknown"),
            "error",
            "error",
            f"Testing Farm does not know how the tests ended. {AGAIN}",
        ),
        (
            Outcome(overall="splendid"),
            "error",
            "error",
            f'Testing Farm told the result "splendid", which is not known. {AGAIN}',
        ),
        (
            Outcome(state="error", summary="No plan /x."),
            "error",
            "error",
            f"Not your change: the tests could not be run. {AGAIN} No plan /x.",
        ),
        (
            Outcome(state="canceled"),
            "canceled",
            "error",
            f"The tests were canceled. {AGAIN}",
        ),
        (
            Outcome(state="baking"),
            "error",
            "error",
            f'Testing Farm told the state "baking", which is not known. {AGAIN}',
        ),
        (Outcome(state="running"), "running", "pending", "The tests are running."),
    ],
)
def test_each_ending(farm_side, tested, outcome, state, status, text):
    farm_side.farm.run(tested.id, outcome)
    assert farm_side.told(tested).outcome == "done"
    assert farm_side.rows() == [(f"testing-farm:{F44}", state)]
    assert farm_side.statuses() == [(CONTEXT, status, text)]
    row = farm_side.row_models()[0]
    assert row.details["artifacts_url"] == f"https://artifacts.example.com/{tested.id}"


@pytest.mark.parametrize(
    "outcome", [Outcome(), Outcome(overall="splendid"), Outcome(state="running")]
)
def test_told_twice_it_is_said_once(farm_side, tested, outcome):
    farm_side.farm.run(tested.id, outcome)
    farm_side.told(tested)
    assert farm_side.told(tested).outcome == "skipped"
    assert len(farm_side.statuses()) == 1


def test_what_is_final_is_not_asked_for_again(farm_side, tested):
    farm_side.farm.run(tested.id)
    farm_side.told(tested)
    farm_side.farm.stand_in.forget()
    farm_side.told(tested)
    assert farm_side.farm.stand_in.requests == []


def test_the_first_end_stands(farm_side, tested):
    farm_side.farm.run(tested.id)
    farm_side.told(tested)
    tested.overall = "failed"
    farm_side.told(tested)
    farm_side.sweep()
    assert farm_side.shown() == {CONTEXT: "success"}


def test_a_notification_before_anything_happened_changes_nothing(farm_side, tested):
    assert farm_side.told(tested).outcome == "skipped"
    assert (farm_side.rows()[0][1], farm_side.statuses()) == ("submitted", [])


def test_a_result_before_its_row_is_waited_for(farm_side, tested):
    """The notification may be faster than the number is stored."""
    farm_side.farm.run(tested.id)
    with farm_side.side.database.write() as session:
        row = session.scalar(select(models.Run).where(models.Run.kind == "test-run"))
        row.outside_id = None
    end = farm_side.told(tested)
    assert (end.outcome, end.code) == ("waiting", "result-before-row")
    with farm_side.side.database.write() as session:
        session.get_one(models.Run, row.id).outside_id = tested.id
    assert farm_side.told(tested).outcome == "done"
    assert farm_side.statuses() == [(CONTEXT, "success", "The tests passed.")]


def test_a_result_that_is_not_ours(farm_side, tested):
    tested.id = "somebody-elses"
    assert farm_side.told(tested).outcome == "waiting"
    assert farm_side.statuses() == []


def test_results_of_the_older_api_come_whole(farm_side, tested):
    farm_side.farm.stand_in.forget()
    old = {"result": "failed", "summary": "2 tests failed", "log_url": "https://logs.example/7"}
    assert farm_side.told(tested, **old).outcome == "done"
    assert farm_side.statuses() == [(CONTEXT, "failure", "The tests failed. 2 tests failed.")]
    assert farm_side.row_models()[0].details["artifacts_url"] == "https://logs.example/7"
    assert farm_side.farm.stand_in.requests == []


def test_two_jobs_ask_once_for_one_result(farm_side):
    farm_side.built(farm_side.pull(TESTS + TESTS), job="tests#0")
    farm_side.build_ends()
    _first, second = farm_side.requests
    farm_side.farm.run(second.id)
    farm_side.farm.stand_in.forget()
    farm_side.told(second)
    assert [one.path for one in farm_side.farm.stand_in.requests] == [f"/v0.1/requests/{second.id}"]
    assert farm_side.rows() == [
        (f"testing-farm:{F44}:0", "submitted"),
        (f"testing-farm:{F44}:1", "success"),
    ]


def test_a_late_result_of_an_older_run_leaves_the_status_alone(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull, {F44: "success"}, number=9)
    farm_side.build_ends(number=9)
    farm_side.built(pull, {F44: "success"}, number=10)
    farm_side.build_ends(number=10)
    older, newer = farm_side.requests
    farm_side.farm.run(newer.id)
    farm_side.told(newer)
    farm_side.farm.run(older.id, Outcome(overall="failed"))
    farm_side.told(older)
    assert [state for _, state in farm_side.rows()] == ["failure", "success"]
    assert farm_side.shown() == {CONTEXT: "success"}


def test_an_outage_of_the_look_up_is_waited_for(farm_side, tested):
    farm_side.farm.run(tested.id)
    farm_side.farm.faults.add(Fault(kind="unavailable", match="GET"))
    event = "told"
    assert farm_side.told(tested, event_id=event).outcome == "waiting"
    farm_side.side.make_due(event)
    assert farm_side.told(tested, event_id=event).outcome == "done"
    assert farm_side.shown() == {CONTEXT: "success"}


# The sweep.


def test_the_sweep_finds_results_that_nobody_told(farm_side, tested):
    farm_side.farm.run(tested.id, Outcome(state="running", told="none"))
    assert farm_side.sweep() == []
    assert farm_side.shown() == {CONTEXT: "pending"}
    farm_side.farm.run(tested.id, Outcome(told="none"))
    farm_side.sweep()
    assert farm_side.shown() == {CONTEXT: "success"}
    farm_side.farm.stand_in.forget()
    farm_side.sweep()
    assert farm_side.farm.stand_in.requests == []


def test_the_sweep_ends_what_testing_farm_does_not_know(farm_side, tested):
    del farm_side.farm.world.tests[tested.id]
    farm_side.sweep()
    assert farm_side.rows() == [(f"testing-farm:{F44}", "error")]
    assert farm_side.shown() == {CONTEXT: "error"}


def test_one_that_cannot_be_asked_about_does_not_stop_the_others(farm_side):
    farm_side.built(farm_side.pull())
    farm_side.build_ends(F44)
    farm_side.build_ends(RAWHIDE)
    first, second = farm_side.requests
    for test in (first, second):
        farm_side.farm.run(test.id)
    farm_side.farm.faults.add(Fault(kind="unavailable", match=first.id))
    farm_side.sweep()
    assert [state for _, state in farm_side.rows()] == ["submitted", "success"]


def test_the_sweep_leaves_alone_what_is_not_submitted(farm_side):
    farm_side.built(farm_side.pull())
    farm_side.farm.faults.add(Fault(kind="unavailable", match="POST"))
    farm_side.build_ends()
    farm_side.sweep()
    assert farm_side.rows() == [(f"testing-farm:{F44}", "submitting")]

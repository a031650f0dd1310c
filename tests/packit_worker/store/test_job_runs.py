"""Job runs are planned once and only move forward."""

import pytest

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.errors import WrongStateError
from packit_worker.store.job_runs import (
    Plan,
    due,
    finish,
    plan,
    retry_later,
    start,
)
from packit_worker.store.job_states import FINAL, JobState
from packit_worker.store.lease import Lease
from packit_worker.store.models import JobRun


@pytest.fixture
def lease(database, at):
    delivery = Delivery(event_id="e-1", task="task.process_release_event", kwargs={})
    with database.write() as session:
        return claim(session, delivery, owner="one", now=at()).lease


@pytest.fixture
def run(database, lease, at):
    with database.write() as session:
        return plan(session, lease, [Plan("build", "0", "copr_build", "f40")], now=at())[0]


def row(database, run):
    with database.read() as session:
        return session.get_one(JobRun, run.id)


def test_planning_again_adds_only_what_is_missing(database, lease, at):
    first = [Plan("build", "0", "copr_build", "f40"), Plan("build", "0", "copr_build", "f41")]
    with database.write() as session:
        ids = [run.id for run in plan(session, lease, first, now=at())]
    with database.write() as session:
        again = plan(session, lease, [*first, Plan("report")], now=at(5))
    assert [run.id for run in again[:2]] == ids
    assert [(run.handler, run.job, run.job_type, run.target) for run in again] == [
        ("build", "0", "copr_build", "f40"),
        ("build", "0", "copr_build", "f41"),
        ("report", "", "", ""),
    ]
    assert [run.created_at for run in again] == [at(), at(), at(5)]
    assert {run.state for run in again} == {"planned"}


def test_planning_nothing_is_fine(database, lease, at):
    with database.write() as session:
        assert plan(session, lease, [], now=at()) == []


def test_two_attempts_and_a_success(database, lease, run, at):
    with database.write() as session:
        start(session, lease, run.id, now=at(1))
    with database.write() as session:
        retry_later(session, lease, run.id, at=at(31), error="503 from \x00 Copr")
    waiting = row(database, run)
    assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == ("started", 1, at(31))
    assert waiting.last_error == "503 from \ufffd Copr"
    with database.write() as session:
        start(session, lease, run.id, now=at(31))
    with database.write() as session:
        finish(session, lease, run.id, JobState.DONE, now=at(40), detail="built", log="a\nb")
    done = row(database, run)
    assert (done.state, done.attempts, done.next_attempt_at) == ("done", 2, None)
    assert (done.started_at, done.ended_at) == (at(1), at(40))
    assert (done.detail, done.log_excerpt, done.last_error) == (
        "built",
        "a\nb",
        "503 from \ufffd Copr",
    )


def test_a_run_that_a_check_stopped_needs_no_start(database, lease, run, at):
    with database.write() as session:
        finish(session, lease, run.id, JobState.SKIPPED, now=at(1), detail="branch")
    assert (row(database, run).state, row(database, run).started_at) == ("skipped", None)


@pytest.mark.parametrize("state", FINAL)
def test_a_final_state_stands(database, lease, run, at, state):
    with database.write() as session:
        finish(session, lease, run.id, state, now=at(1))
    writes = [
        lambda session: start(session, lease, run.id, now=at(2)),
        lambda session: retry_later(session, lease, run.id, at=at(9), error="late"),
        lambda session: finish(session, lease, run.id, JobState.DONE, now=at(2)),
    ]
    for write in writes:
        with (
            pytest.raises(WrongStateError, match=r"is not planned or started|is not started"),
            database.write() as session,
        ):
            write(session)
    after = row(database, run)
    assert (after.state, after.ended_at, after.last_error) == (state, at(1), None)


def test_an_open_state_is_no_end(database, lease, run, at):
    with (
        pytest.raises(WrongStateError, match="started is no final state"),
        database.write() as session,
    ):
        finish(session, lease, run.id, JobState.STARTED, now=at(1))


def test_what_waits_for_its_turn_has_used_no_attempt(database, lease, run, at):
    with database.write() as session:
        retry_later(session, lease, run.id, at=at(9), error="no")
    waiting = row(database, run)
    assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == ("planned", 0, at(9))


def test_what_is_over_is_not_tried_again(database, lease, run, at):
    with database.write() as session:
        finish(session, lease, run.id, JobState.SKIPPED, now=at(1))
    with pytest.raises(WrongStateError), database.write() as session:
        retry_later(session, lease, run.id, at=at(9), error="no")


def test_a_lease_writes_only_runs_of_its_own_event(database, lease, run, at):
    with database.write() as session:
        other = Delivery(event_id="e-2", task="task.process_release_event", kwargs={})
        foreign = claim(session, other, owner="two", now=at()).lease
    with pytest.raises(WrongStateError), database.write() as session:
        start(session, foreign, run.id, now=at(1))
    earlier = Lease(lease.event_id, lease.fence, lease.generation + 1)
    with pytest.raises(WrongStateError), database.write() as session:
        start(session, earlier, run.id, now=at(1))


def test_a_long_log_keeps_its_end(database, lease, run, at):
    log = "é" * 70_000 + "the error"
    with database.write() as session:
        finish(session, lease, run.id, JobState.FAILED, now=at(1), log=log)
    kept = row(database, run).log_excerpt
    assert kept.endswith("éthe error")
    assert len(kept.encode()) == 65_535


def test_what_is_due(at):
    planned = JobRun(id=1, state="planned")
    now = JobRun(id=2, state="started", next_attempt_at=at(10))
    soon = JobRun(id=3, state="started", next_attempt_at=at(11))
    later = JobRun(id=4, state="started", next_attempt_at=at(99))
    done = JobRun(id=5, state="done", next_attempt_at=at(1))
    runs = [planned, now, soon, later, done]
    assert due(runs, now=at(10)) == [planned, now]

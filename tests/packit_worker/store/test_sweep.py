"""What is due is handed out once, and again when nobody took care of it."""

from datetime import timedelta

import pytest

from packit_worker.run_states import RunKind, RunState
from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.lease import end, release, renew
from packit_worker.store.models import Run
from packit_worker.store.runs import advance
from packit_worker.store.sweep import take_due_checks, take_due_events, take_unreported


def due_events(database, now, **options):
    with database.write() as session:
        again_at = now + timedelta(seconds=100)
        return [row.id for row in take_due_events(session, now=now, again_at=again_at, **options)]


def test_events_are_due_when_their_lease_or_their_wait_ends(database, leased, at):
    leased(1)
    renewed, _ = leased(2)
    waiting, _ = leased(3)
    with database.write() as session:
        ended = Delivery(event_id="e-4", task="t", kwargs={})
        lease = claim(session, ended, owner="one", now=at()).lease
        end(session, lease, outcome="done", decision={}, now=at(1))
        renew(session, renewed, until=at(75))
        release(session, waiting, next_attempt_at=at(30))
    assert due_events(database, at(29)) == []
    assert due_events(database, at(30)) == ["e-3"]
    assert due_events(database, at(60)) == ["e-1"]
    assert due_events(database, at(129)) == ["e-2"]
    # e-3 was handed out at 30, and nobody claimed it.
    assert due_events(database, at(130)) == ["e-3"]


def test_the_longest_due_come_first_and_not_all_at_once(database, at):
    for number, wait in enumerate([50, 10, 30]):
        with database.write() as session:
            delivery = Delivery(event_id=f"e-{number}", task="t", kwargs={})
            lease = claim(session, delivery, owner="one", now=at()).lease
            release(session, lease, next_attempt_at=at(wait))
    assert due_events(database, at(60), limit=2) == ["e-1", "e-2"]
    assert due_events(database, at(60), limit=2) == ["e-0"]


def test_a_sweep_takes_what_no_other_sweep_has(postgres_database_url, at):
    """PostgreSQL lets two sweeps run at a time; on SQLite the second waits for the first."""
    database, other = Database(postgres_database_url), Database(postgres_database_url)
    for number in (1, 2):
        with database.write() as session:
            delivery = Delivery(event_id=f"e-{number}", task="t", kwargs={})
            claim(session, delivery, owner="one", now=at(number))
    with database.write() as session:
        first = take_due_events(session, now=at(90), again_at=at(190), limit=1)
        assert [row.id for row in first] == ["e-1"]
        assert due_events(other, at(90)) == ["e-2"]
    database.close()
    other.close()


@pytest.fixture
def make_run(database, project_id, at):
    """`make_run(kind, state, check, report)`: a row with those times in seconds, or None."""

    def make(kind, state="submitted", check=None, report=None):
        with database.write() as session:
            run = Run(
                kind=kind,
                project_id=project_id,
                commit_sha="0c" * 20,
                target="",
                context="c",
                marker="",
                details={},
                attempt=1,
                known_state=state,
                created_at=at(),
                next_check_at=None if check is None else at(check),
                report_due_at=None if report is None else at(report),
            )
            session.add(run)
        return run.id

    return make


def test_checks_are_due_by_kind(database, make_run, at):
    late = make_run("copr-build", check=40)
    early = make_run("copr-build", check=20)
    make_run("copr-build", check=41)
    make_run("koji-build", check=20)
    make_run("copr-build", state="success")

    def take():
        with database.write() as session:
            return take_due_checks(session, RunKind.COPR_BUILD, now=at(40), again_at=at(140))

    rows = take()
    assert [row.id for row in rows] == [early, late]
    assert [row.next_check_at for row in rows] == [at(140), at(140)]
    assert take() == []


def test_unreported_statuses_are_due(database, make_run, at):
    due = make_run("copr-build", state="success", report=60)
    make_run("copr-build", state="success", report=61)
    make_run("copr-build", state="success")

    def take(now):
        with database.write() as session:
            return [row.id for row in take_unreported(session, now=at(now), again_at=at(200))]

    assert take(60) == [due]
    assert take(60) == []
    assert len(take(200)) == 2


def test_a_run_that_ended_is_checked_no_more(database, make_run, at):
    run_id = make_run("copr-build", check=20)
    with database.write() as session:
        advance(session, run_id, RunState.SUCCESS, now=at(10))
        assert take_due_checks(session, RunKind.COPR_BUILD, now=at(40), again_at=at(140)) == []

"""What people ask about events."""

from datetime import UTC, datetime

import pytest

from packit_worker.run_states import RunKind
from packit_worker.store.claims import Claimed, Delivery, claim
from packit_worker.store.errors import NotFoundError
from packit_worker.store.job_runs import Plan, finish, plan
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import end, release
from packit_worker.store.listing import (
    Requeued,
    knows_repository,
    list_events,
    repositories,
    requeue,
    show_event,
)
from packit_worker.store.models import Event
from packit_worker.store.projects import Repository, get_project
from packit_worker.store.submissions import Submission, begin_submission
from packit_worker.store.sweep import take_due_events

LANTERN, LAMP = "github.com/fedora-lab/lantern", "src.example.org/rpms/lamp"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def take(database, number, now, repository=LANTERN, *, force=False):
    delivery = Delivery(event_id=f"e-{number}", task="t", kwargs={}, repository=repository)
    with database.write() as session:
        return claim(session, delivery, owner="one", now=now, force=force)


def close(database, lease, now, outcome):
    with database.write() as session:
        end(session, lease, outcome=outcome, decision={"steps": ["private"]}, now=now)


@pytest.fixture
def four(database, at):
    """e-1 done, e-2 skipped, e-3 open, of LANTERN; e-4 done, of LAMP; ten seconds apart."""
    for number, outcome in enumerate(["done", "skipped", None], start=1):
        lease = take(database, number, at(number * 10)).lease
        if outcome:
            close(database, lease, at(number * 10 + 1), outcome)
    close(database, take(database, 4, at(40), LAMP).lease, at(41), "done")


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, ["e-4", "e-3", "e-2", "e-1"]),
        ({"repository": LANTERN}, ["e-3", "e-2", "e-1"]),
        ({"outcome": "done"}, ["e-4", "e-1"]),
        ({"outcome": "open"}, ["e-3"]),
        ({"since": NOON.replace(second=20)}, ["e-4", "e-3", "e-2"]),
        ({"repository": LANTERN, "outcome": "done"}, ["e-1"]),
        ({"limit": 2}, ["e-4", "e-3"]),
        ({"repository": "github.com/fedora-lab"}, []),
    ],
)
@pytest.mark.usefixtures("four")
def test_events_are_listed_the_newest_first(database, filters, ids):
    with database.read() as session:
        assert [row.id for row in list_events(session, **filters)] == ids


def test_an_event_is_shown_with_all_that_came_of_it(database, project_id, at):
    lease = take(database, 1, at()).lease
    one = Submission(
        kind=RunKind.COPR_BUILD, project_id=project_id, commit_sha="0c", target="f40", context="c"
    )
    options = {"marker": "m", "now": at(), "next_check_at": at(300)}
    with database.write() as session:
        (job,) = plan(session, lease, [Plan("build")], now=at())
        (run,) = begin_submission(session, lease, job.id, [one], **options)
        finish(session, lease, job.id, JobState.DONE, now=at(1))
    close(database, lease, at(2), "done")
    again = take(database, 1, at(3), force=True).lease
    with database.write() as session:
        (second,) = plan(session, again, [Plan("build")], now=at(3))
    with database.read() as session:
        shown = show_event(session, "e-1")
        assert shown.event.repository == LANTERN
        assert [(each.id, each.generation) for each in shown.job_runs] == [
            (job.id, 1),
            (second.id, 2),
        ]
        assert [each.id for each in shown.runs] == [run.id]


def test_an_unknown_event_is_told(database, at):
    with database.read() as session, pytest.raises(NotFoundError, match="no event e-9"):
        show_event(session, "e-9")
    with database.write() as session, pytest.raises(NotFoundError, match="no event e-9"):
        requeue(session, "e-9", now=at())


def ask(database, now, *, force=False):
    with database.write() as session:
        return requeue(session, "e-1", now=now, force=force)


def due(database, now):
    with database.write() as session:
        return [row.id for row in take_due_events(session, now=now, again_at=now)]


def test_a_waiting_event_is_sent_at_once(database, at):
    lease = take(database, 1, at()).lease
    with database.write() as session:
        release(session, lease, next_attempt_at=at(3000))
    assert due(database, at(5)) == []
    assert ask(database, at(5)) == Requeued.DUE
    assert due(database, at(5)) == ["e-1"]


def test_an_event_at_work_is_left_alone(database, at):
    take(database, 1, at())
    assert ask(database, at(59)) == Requeued.IN_PROGRESS
    assert ask(database, at(59), force=True) == Requeued.IN_PROGRESS
    assert ask(database, at(60)) == Requeued.DUE


def test_an_ended_event_runs_again_only_by_force(database, at):
    close(database, take(database, 1, at()).lease, at(1), "done")
    assert ask(database, at(2)) == Requeued.ENDED
    assert due(database, at(2)) == []
    assert ask(database, at(2), force=True) == Requeued.DUE
    assert due(database, at(2)) == ["e-1"]
    with database.read() as session:
        event = session.get_one(Event, "e-1")
        assert (event.generation, event.outcome, event.ended_at) == (2, None, None)
    # The message that the sweep sends needs no force.
    taken = take(database, 1, at(3))
    assert isinstance(taken, Claimed)
    assert (taken.lease.generation, taken.attempts, taken.taken_over) == (2, 1, False)


@pytest.mark.usefixtures("four")
def test_which_repositories_are_known(database):
    with database.write() as session:
        get_project(session, Repository("github.com", "fedora-lab", "lantern"))
        get_project(session, Repository("pagure.io", "", "lamp"))
    with database.read() as session:
        assert repositories(session) == ["pagure.io/lamp", LANTERN]
        assert knows_repository(session, LAMP)
        assert not knows_repository(session, "pagure.io/lamp")

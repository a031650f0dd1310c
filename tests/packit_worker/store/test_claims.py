"""One owner at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from packit_worker.store.claims import Claimed, Delivery, Duplicate, InProgress, claim
from packit_worker.store.errors import LostLeaseError, OpenRunsError
from packit_worker.store.job_runs import Plan, finish, plan, retry_later, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import Lease, end, note_repository, release, renew
from packit_worker.store.models import Event, JobRun

PUSH = Delivery(
    event_id="5a1e0f3c-0000-5000-8000-000000000001",
    task="task.process_push_github_gh_event",
    kwargs={"repo_name": "lantern", "nested": {"b": [1, None], "a": "\u00e9"}},
    delivery_id="d-1",
    correlation_id="c-1",
    repository="github.com/fedora-lab/lantern",
    sent_at=datetime(2026, 3, 1, 13, 59, 58, tzinfo=UTC),
)
DAY = 24 * 3600


def take(database, now, owner="one", **options):
    with database.write() as session:
        return claim(session, PUSH, owner=owner, now=now, **options)


def close(database, lease, now, outcome="done"):
    with database.write() as session:
        end(session, lease, outcome=outcome, decision={"why": "test"}, now=now)


def test_a_new_event_is_claimed_and_kept_whole(database, at):
    claimed = take(database, at())
    assert claimed == Claimed(Lease(PUSH.event_id, 1, 1), attempts=1, received_at=at())
    with database.read() as session:
        row = session.get_one(Event, PUSH.event_id)
        assert row.task == "task.process_push_github_gh_event"
        assert row.kwargs == {"repo_name": "lantern", "nested": {"b": [1, None], "a": "é"}}
        assert list(row.kwargs["nested"]) == ["b", "a"]
        assert (row.delivery_id, row.correlation_id) == ("d-1", "c-1")
        assert row.repository == "github.com/fedora-lab/lantern"
        assert row.sent_at == datetime(2026, 3, 1, 13, 59, 58, tzinfo=UTC)
        assert (row.received_at, row.lease_owner) == (at(), "one")
        assert (row.lease_until, row.next_attempt_at) == (at(60), at(60))
        assert (row.outcome, row.ended_at, row.decision) == (None, None, None)


def test_a_live_lease_is_respected_even_by_force(database, at):
    take(database, at())
    busy = InProgress("one", at(60))
    assert take(database, at(59), "two") == busy
    assert take(database, at(59), "two", force=True) == busy
    assert take(database, at(59), "one") == busy


def test_an_ended_event_is_a_duplicate_for_a_day(database, at):
    lease = take(database, at()).lease
    close(database, lease, at(5))
    assert take(database, at(6), "two") == Duplicate("done", at(5))
    assert take(database, at(4 + DAY), "two") == Duplicate("done", at(5))
    again = take(database, at(5 + DAY), "two")
    assert again.lease == Lease(PUSH.event_id, 2, 2)
    assert (again.attempts, again.taken_over) == (1, False)
    # How long it may wait for a service counts from now.
    assert again.received_at == at(5 + DAY)


def test_the_window_is_a_setting(database, at):
    close(database, take(database, at()).lease, at(5))
    window = timedelta(seconds=10)
    assert isinstance(take(database, at(14), window=window), Duplicate)
    assert isinstance(take(database, at(15), window=window), Claimed)


def deliver(database, at, seconds, sent):
    with database.write() as session:
        delivery = replace(PUSH, sent_at=at(sent))
        return claim(session, delivery, owner="two", now=at(seconds))


@pytest.mark.parametrize("outcome", ["gave-up", "bug"])
def test_what_failed_for_good_runs_again_if_it_is_delivered_again(database, at, outcome):
    close(database, take(database, at()).lease, at(5), outcome)
    # A copy of the first message, which lay in the queue meanwhile.
    assert deliver(database, at, 60, sent=4) == Duplicate(outcome, at(5))
    again = deliver(database, at, 60, sent=58)
    assert again.lease == Lease(PUSH.event_id, 2, 2)
    assert (again.attempts, again.received_at) == (1, at(60))


@pytest.mark.parametrize("outcome", ["done", "skipped", "denied", "failed"])
def test_what_was_decided_is_a_duplicate_also_if_it_is_delivered_again(database, at, outcome):
    close(database, take(database, at()).lease, at(5), outcome)
    assert deliver(database, at, 60, sent=58) == Duplicate(outcome, at(5))


def test_what_is_delivered_again_does_nothing_twice(database, at):
    lease = take(database, at()).lease
    ends = {
        "build": JobState.DONE,
        "tests": JobState.UNKNOWN_IF_SUBMITTED,
        "propose": JobState.GAVE_UP,
        "sync": JobState.BUG,
    }
    with database.write() as session:
        for run in plan(session, lease, map(Plan, ends), now=at()):
            finish(session, lease, run.id, ends[run.handler], now=at(1))
    close(database, lease, at(5), "bug")
    again = deliver(database, at, 60, sent=58)
    assert {run.handler: run.state for run in again.runs} == {
        "build": "done",
        "tests": "unknown-if-submitted",
    }
    with database.write() as session:
        runs = plan(session, again.lease, map(Plan, ends), now=at(61))
    assert {run.handler: run.state for run in runs} == {
        "build": "done",
        "tests": "unknown-if-submitted",
        "propose": "planned",
        "sync": "planned",
    }


def test_force_makes_a_new_run_and_keeps_the_old_one(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        (old,) = plan(session, lease, [Plan("build", "0", "copr_build", "f40")], now=at())
        finish(session, lease, old.id, JobState.FAILED, now=at(1))
    close(database, lease, at(2))
    again = take(database, at(3), "two", force=True)
    assert again.lease == Lease(PUSH.event_id, 2, 2)
    assert again.runs == ()
    with database.write() as session:
        (new,) = plan(session, again.lease, [Plan("build", "0", "copr_build", "f40")], now=at(3))
    with database.read() as session:
        old, new = session.get_one(JobRun, old.id), session.get_one(JobRun, new.id)
        assert (old.state, old.superseded_by_id, old.previous_id) == ("failed", new.id, None)
        assert (new.state, new.superseded_by_id, new.previous_id) == ("planned", None, old.id)
        event = session.get_one(Event, PUSH.event_id)
        assert (event.outcome, event.ended_at, event.decision) == (None, None, None)


def test_an_expired_lease_is_taken_over_with_what_is_done(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        first, second = plan(session, lease, [Plan("first"), Plan("second")], now=at())
        start(session, lease, first.id, now=at(1))
        finish(session, lease, first.id, JobState.DONE, now=at(2))
        start(session, lease, second.id, now=at(3))
    taken = take(database, at(60), "two")
    assert taken.lease == Lease(PUSH.event_id, 2, 1)
    assert (taken.attempts, taken.taken_over) == (2, True)
    assert [(run.handler, run.state) for run in taken.runs] == [
        ("first", "done"),
        ("second", "started"),
    ]


def test_every_write_of_a_late_owner_is_refused(database, at):
    late = take(database, at()).lease
    with database.write() as session:
        (run,) = plan(session, late, [Plan("build")], now=at())
        start(session, late, run.id, now=at())
    take(database, at(61), "two")
    writes = [
        lambda session: renew(session, late, until=at(120)),
        lambda session: note_repository(session, late, "a/b/c"),
        lambda session: release(session, late, next_attempt_at=at(120)),
        lambda session: end(session, late, outcome="done", decision={}, now=at(62)),
        lambda session: plan(session, late, [Plan("other")], now=at(62)),
        lambda session: start(session, late, run.id, now=at(62)),
        lambda session: finish(session, late, run.id, JobState.DONE, now=at(62)),
        lambda session: retry_later(session, late, run.id, at=at(90), error="no"),
    ]
    for write in writes:
        with pytest.raises(LostLeaseError), database.write() as session:
            write(session)
    with database.read() as session:
        assert [(row.handler, row.state) for row in session.query(JobRun)] == [("build", "started")]
        event = session.get_one(Event, PUSH.event_id)
        assert (event.lease_owner, event.lease_until, event.fence) == ("two", at(121), 2)


def test_a_renewed_lease_lives_longer(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        renew(session, lease, until=at(75))
    assert take(database, at(74), "two") == InProgress("one", at(75))
    assert isinstance(take(database, at(75), "two"), Claimed)


def test_a_released_event_is_free_at_once(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        note_repository(session, lease, "github.com/fedora-lab/lamp")
        release(session, lease, next_attempt_at=at(300), decision={"waits": "Copr"})
    with database.read() as session:
        event = session.get_one(Event, PUSH.event_id)
        assert (event.repository, event.decision) == (
            "github.com/fedora-lab/lamp",
            {"waits": "Copr"},
        )
    taken = take(database, at(1), "two")
    assert taken.lease == Lease(PUSH.event_id, 2, 1)
    assert taken.taken_over is False


def test_a_renewal_after_the_release_changes_nothing(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        release(session, lease, next_attempt_at=at(5))
    with pytest.raises(LostLeaseError), database.write() as session:
        renew(session, lease, until=at(75))
    with database.read() as session:
        event = session.get_one(Event, PUSH.event_id)
        assert (event.lease_owner, event.lease_until) == (None, None)
        assert event.next_attempt_at == at(5)


def test_an_event_with_open_runs_does_not_end(database, at):
    lease = take(database, at()).lease
    with database.write() as session:
        plan(session, lease, [Plan("build")], now=at())
    with pytest.raises(OpenRunsError, match="has 1 open job runs"):
        close(database, lease, at(1))
    assert isinstance(take(database, at(2), "two"), InProgress)


def test_nothing_is_written_about_an_ended_event(database, at):
    lease = take(database, at()).lease
    close(database, lease, at(1))
    with pytest.raises(LostLeaseError):
        close(database, lease, at(2), "other")

"""Who works on an event: one owner at a time, for as long as its lease lives.

An owner that is late (its worker hung, and another took the event over) holds a lower fencing
number, and each of its writes is refused with `LostLeaseError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from packit_worker.store.errors import NotFoundError
from packit_worker.store.insertion import insert_missing
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import Lease
from packit_worker.store.models import Event, JobRun

LEASE = timedelta(seconds=60)
DUPLICATE_WINDOW = timedelta(hours=24)
# What ended so is run again if it is delivered again afterwards: GitHub's "Redeliver" keeps the id.
_UNDONE = ("gave-up", "bug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a message of stage 2 says.

    Args:
        event_id: The id of the task.
        task: Its name.
        kwargs: The event's fields, JSON only.
        repository: `host/namespace/name`, or None: the event names none.
        trace: The headers of its trace.
        sent_at: When stage 1 sent it.
    """

    event_id: str
    task: str
    kwargs: Mapping[str, Any]
    delivery_id: str | None = None
    correlation_id: str | None = None
    repository: str | None = None
    trace: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The event is ours until the lease ends.

    `taken_over`: the lease of an owner that never gave it back had ended. `runs`: what was planned
    before, by earlier owners; empty for a new event. `decision`: as it was when the event was last
    given back.
    """

    lease: Lease
    attempts: int
    received_at: datetime
    taken_over: bool = False
    runs: tuple[JobRun, ...] = field(default=())
    decision: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class InProgress:
    """Somebody else works on it: drop the message."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """It ended, not long ago: drop the message."""

    outcome: str
    ended_at: datetime


Claim: TypeAlias = Claimed | InProgress | Duplicate


def claim(
    session: Session,
    delivery: Delivery,
    *,
    owner: str,
    now: datetime,
    lease: timedelta = LEASE,
    window: timedelta = DUPLICATE_WINDOW,
    force: bool = False,
) -> Claim:
    """Take the event for `owner`, unless somebody has it or it ended within `window`.

    With `force` it is run again although it ended; a lease that lives is respected all the same.
    So is what gave up, or met a bug of ours, if it was sent after that: a copy that was under way
    before is a duplicate. What was done of it is not done again.
    """
    until = now + lease
    if insert_missing(session, Event, [_new_row(delivery, owner, now, until)], ["id"]):
        return Claimed(Lease(delivery.event_id, 1, 1), attempts=1, received_at=now)
    row = locked(session, delivery.event_id)
    if row.lease_owner and row.lease_until and row.lease_until > now:
        return InProgress(row.lease_owner, row.lease_until)
    if row.ended_at:
        is_undone = row.outcome in _UNDONE
        is_sent_again = is_undone and (delivery.sent_at or row.ended_at) > row.ended_at
        if not (force or is_sent_again) and row.ended_at > now - window:
            return Duplicate(row.outcome or "", row.ended_at)
        reopen(row, now=now, sent_at=delivery.sent_at)
        if is_undone and not force:
            _keep_done(session, row)
    return _take(session, row, owner, until)


def locked(session: Session, event_id: str) -> Event:
    """Return the event's row, locked until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    # Not FOR UPDATE: that would block the foreign keys of job runs, which only need the id.
    statement = select(Event).where(Event.id == event_id).with_for_update(key_share=True)
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError(f"no event {event_id}")
    return row


def reopen(row: Event, *, now: datetime, sent_at: datetime | None = None) -> None:
    """Make an ended event a new run, received now; the job runs of the old one stay as they are."""
    row.sent_at, row.received_at = sent_at, now
    row.generation += 1
    row.attempts = 0
    row.ended_at = row.outcome = row.decision = None


def _keep_done(session: Session, row: Event) -> None:
    """Make what the last run did, or may have done, a part of the new one."""
    done = (JobState.DONE, JobState.UNKNOWN_IF_SUBMITTED)
    of_last = (JobRun.event_id == row.id, JobRun.generation == row.generation - 1)
    move = update(JobRun).where(*of_last, JobRun.state.in_(done)).values(generation=row.generation)
    session.execute(move.execution_options(synchronize_session=False))


def _take(session: Session, row: Event, owner: str, until: datetime) -> Claimed:
    taken_over = row.lease_owner is not None
    row.fence += 1
    row.attempts += 1
    row.lease_owner = owner
    row.lease_until = row.next_attempt_at = until
    session.flush()
    lease = Lease(row.id, row.fence, row.generation)
    of_this = (JobRun.event_id == row.id, JobRun.generation == row.generation)
    runs = session.scalars(select(JobRun).where(*of_this).order_by(JobRun.id)).all()
    return Claimed(lease, row.attempts, row.received_at, taken_over, tuple(runs), row.decision)


def _new_row(delivery: Delivery, owner: str, now: datetime, until: datetime) -> dict[str, Any]:
    return {
        "id": delivery.event_id,
        "task": delivery.task,
        "kwargs": dict(delivery.kwargs),
        "delivery_id": delivery.delivery_id,
        "correlation_id": delivery.correlation_id,
        "repository": delivery.repository,
        "trace": dict(delivery.trace) or None,
        "generation": 1,
        "fence": 1,
        "attempts": 1,
        "lease_owner": owner,
        "lease_until": until,
        "next_attempt_at": until,
        "sent_at": delivery.sent_at,
        "received_at": now,
    }

"""The right to write about an event: kept, given back, and checked in every write of an owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, update
from sqlalchemy.orm import Session

from packit_worker.store.errors import LostLeaseError, OpenRunsError
from packit_worker.store.job_states import OPEN
from packit_worker.store.models import Event, InFlight, JobRun


@dataclass(frozen=True, slots=True)
class Lease:
    """What `claim` gave: which event, the fencing number, and which run of the event it is."""

    event_id: str
    fence: int
    generation: int


def hold(session: Session, lease: Lease) -> None:
    """Make sure, until the transaction ends, that the lease is not lost.

    Raises:
        LostLeaseError: it is.
    """
    if session.scalar(_held(lease)) is None:
        raise _lost(lease)


def is_held(lease: Lease) -> ColumnElement[bool]:
    """Return the condition under which an owner's UPDATE may touch a row.

    It locks the event's row, so that nobody takes the event over between check and commit.
    """
    return exists(_held(lease))


def renew(session: Session, lease: Lease, *, until: datetime) -> None:
    """Keep the event, and what it has in flight, until then.

    Raises:
        LostLeaseError: it is lost.
    """
    _update_event(session, lease, {"lease_until": until, "next_attempt_at": until})
    mine = (InFlight.event_id == lease.event_id, InFlight.until < until)
    session.execute(update(InFlight).where(*mine).values(until=until))


def note_repository(session: Session, lease: Lease, repository: str) -> None:
    """Say what the event is about (`host/namespace/name`), where it does not say so itself.

    Raises:
        LostLeaseError: it is lost.
    """
    _update_event(session, lease, {"repository": repository})


def release(
    session: Session,
    lease: Lease,
    *,
    next_attempt_at: datetime,
    decision: dict[str, Any] | None = None,
    counts: bool = True,
) -> None:
    """Give the event back with open job runs; the sweep sends it again at that time.

    The lease is lost then: write nothing more with it. `decision` is what was decided so far.
    Of a pass that does not count nothing failed: there may be any number of them.

    Raises:
        LostLeaseError: it is lost.
    """
    values = {"lease_owner": None, "lease_until": None, "next_attempt_at": next_attempt_at}
    attempts = {} if counts else {"attempts": Event.attempts - 1}
    _update_event(session, lease, {**values, **attempts, "decision": decision})


def end(
    session: Session, lease: Lease, *, outcome: str, decision: dict[str, Any], now: datetime
) -> None:
    """Close the event for good.

    Raises:
        LostLeaseError: it is lost.
        OpenRunsError: a job run of it is not final.
    """
    hold(session, lease)
    still_open = select(func.count()).where(
        JobRun.event_id == lease.event_id,
        JobRun.generation == lease.generation,
        JobRun.state.in_(OPEN),
    )
    count = session.scalar(still_open)
    if count:
        raise OpenRunsError(f"event {lease.event_id} has {count} open job runs")
    closed = {"lease_owner": None, "lease_until": None, "next_attempt_at": None}
    values = {**closed, "ended_at": now, "outcome": outcome, "decision": decision}
    _update_event(session, lease, values)


def _held(lease: Lease) -> Select[str]:
    return select(Event.id).where(*_mine(lease)).with_for_update(key_share=True)


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    # Nobody owns an event that was released or ended: a renewal that comes late changes nothing.
    return (
        Event.id == lease.event_id,
        Event.fence == lease.fence,
        Event.lease_owner.is_not(None),
    )


def _update_event(session: Session, lease: Lease, values: dict[str, Any]) -> None:
    statement = update(Event).where(*_mine(lease)).values(values).returning(Event.id)
    if session.scalar(statement.execution_options(synchronize_session=False)) is None:
        raise _lost(lease)


def _lost(lease: Lease) -> LostLeaseError:
    return LostLeaseError(f"event {lease.event_id}: fence {lease.fence} holds it no more")

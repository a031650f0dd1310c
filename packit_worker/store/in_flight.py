"""The same work asked for twice: the second request is told what runs already.

A key lives until a time that its holder sets: `lease.renew` moves it with the lease, `keep` for
work that goes on outside. A holder that died lets it go by itself.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert
from packit_worker.store.lease import Lease, hold
from packit_worker.store.models import InFlight


@dataclass(frozen=True, slots=True)
class Work:
    """What must not be done twice at a time.

    `commit` names the repository too where commits of several are handled: forks share commits.
    """

    handler: str
    commit: str
    job: str
    target: str

    @property
    def key(self) -> str:
        """One text for the four, which no other four have."""
        return json.dumps([self.handler, self.commit, self.job, self.target])


@dataclass(frozen=True, slots=True)
class Acquired:
    """It is ours to do."""


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """That job run of that event does it, since then."""

    job_run_id: int
    since: datetime
    event_id: str


def acquire(
    session: Session, lease: Lease, job_run_id: int, work: Work, *, now: datetime, until: datetime
) -> Acquired | AlreadyRunning:
    """Take the key until then, unless another job run holds it; again by its holder is fine.

    Raises:
        LostLeaseError: somebody took the event over.
    """
    hold(session, lease)
    row = {"job_run_id": job_run_id, "event_id": lease.event_id, "since": now, "until": until}
    free = or_(InFlight.until <= now, InFlight.job_run_id == job_run_id)
    statement = (
        insert(session, InFlight)
        .values(key=work.key, **row)
        .on_conflict_do_update(index_elements=["key"], set_=row, where=free)
        .returning(InFlight.key)
    )
    if session.scalar(statement) is not None:
        return Acquired()
    holder = session.execute(
        select(InFlight.job_run_id, InFlight.since, InFlight.event_id).where(
            InFlight.key == work.key
        )
    ).one()
    return AlreadyRunning(holder.job_run_id, holder.since, holder.event_id)


def keep(session: Session, job_run_id: int, *, until: datetime) -> None:
    """Hold the keys of the job run until then, for instance until its build outside is given up."""
    session.execute(update(InFlight).where(InFlight.job_run_id == job_run_id).values(until=until))


def let_go(session: Session, job_run_id: int) -> None:
    """Free the keys of the job run: its work is over."""
    session.execute(delete(InFlight).where(InFlight.job_run_id == job_run_id))


def drop_expired(session: Session, *, now: datetime) -> None:
    """Delete keys that nobody holds any more; for the sweep, so that they do not pile up."""
    session.execute(delete(InFlight).where(InFlight.until <= now))

"""What an event set going: one job run a handler, job and target, planned once.

States only move forward (`job_states`), and each write checks the lease of the event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from packit_worker.store.errors import WrongStateError
from packit_worker.store.insertion import insert_missing
from packit_worker.store.job_states import FINAL, OPEN, JobState
from packit_worker.store.lease import Lease, hold, is_held
from packit_worker.store.models import JobRun

_UNIQUE = ["event_id", "generation", "handler", "job", "target"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run.

    Args:
        handler: Its name in the registry.
        job: The job's index or identifier in the package config; "" for a handler without one.
        job_type: The job's type there; "" likewise.
        target: One target; "" for all of them, or none.
    """

    handler: str
    job: str = ""
    job_type: str = ""
    target: str = ""


def plan(session: Session, lease: Lease, plans: Iterable[Plan], *, now: datetime) -> list[JobRun]:
    """Make the job runs that are missing, and return all of this run of the event, oldest first.

    Raises:
        LostLeaseError: somebody took the event over.
    """
    hold(session, lease)
    rows = [_new_row(lease, each, now) for each in plans]
    insert_missing(session, JobRun, rows, _UNIQUE)
    if lease.generation > 1:
        _chain(session, lease)
    statement = select(JobRun).where(*_of(lease)).order_by(JobRun.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def start(session: Session, lease: Lease, run_id: int, *, now: datetime) -> None:
    """Begin an attempt.

    Raises:
        LostLeaseError: somebody took the event over.
        WrongStateError: the run is final.
    """
    values = {
        "state": JobState.STARTED,
        "attempts": JobRun.attempts + 1,
        # Of the first attempt: how long a person waited.
        "started_at": func.coalesce(JobRun.started_at, now),
        "next_attempt_at": None,
    }
    _require(session, lease, run_id, OPEN, values)


def finish(
    session: Session,
    lease: Lease,
    run_id: int,
    state: JobState,
    *,
    now: datetime,
    detail: str | None = None,
    log: str | None = None,
) -> None:
    """Give the run its final state; the first one stands.

    `detail` says why, for people; `log` is what the run wrote, of which the end is kept (64 KiB).

    Raises:
        LostLeaseError: somebody took the event over.
        WrongStateError: `state` is not final, or the run has a final state already.
    """
    if state not in FINAL:
        raise WrongStateError(f"{state} is no final state")
    values = {"state": state, "detail": detail, "ended_at": now, "next_attempt_at": None}
    if log is not None:
        values["log_excerpt"] = log
    _require(session, lease, run_id, OPEN, values)


def close(
    session: Session, lease: Lease, state: JobState, *, now: datetime, detail: str
) -> list[tuple[int, str]]:
    """Give every run that is still open the same final state; return their ids and handlers.

    Raises:
        LostLeaseError: somebody took the event over.
    """
    hold(session, lease)
    values = {"state": state, "detail": detail, "ended_at": now, "next_attempt_at": None}
    statement = (
        update(JobRun)
        .where(*_of(lease), JobRun.state.in_(OPEN))
        .values(values)
        .returning(JobRun.id, JobRun.handler)
        .execution_options(synchronize_session=False)
    )
    return [(run_id, handler) for run_id, handler in session.execute(statement)]


def retry_later(session: Session, lease: Lease, run_id: int, *, at: datetime, error: str) -> None:
    """Have the run tried again at that time; its state stays as it is.

    Raises:
        LostLeaseError: somebody took the event over.
        WrongStateError: the run is final.
    """
    values = {"next_attempt_at": at, "last_error": error}
    _require(session, lease, run_id, OPEN, values)


def due(runs: Iterable[JobRun], *, now: datetime) -> list[JobRun]:
    """Return those of `runs` that are open and wait for nothing."""
    return [run for run in runs if run.state in OPEN and (run.next_attempt_at or now) <= now]


def _of(lease: Lease) -> tuple[Any, ...]:
    return (JobRun.event_id == lease.event_id, JobRun.generation == lease.generation)


def _require(
    session: Session,
    lease: Lease,
    run_id: int,
    before: Iterable[JobState],
    values: dict[str, Any],
) -> None:
    if not _advance(session, lease, run_id, before, values):
        hold(session, lease)
        raise WrongStateError(f"job run {run_id} is not {' or '.join(before)}")


def _advance(
    session: Session,
    lease: Lease,
    run_id: int,
    before: Iterable[JobState],
    values: dict[str, Any],
) -> bool:
    statement = (
        update(JobRun)
        .where(JobRun.id == run_id, *_of(lease), JobRun.state.in_(before), is_held(lease))
        .values(values)
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def _chain(session: Session, lease: Lease) -> None:
    """Link the runs of a repeated event to those of the time before."""
    before = select(JobRun).where(
        JobRun.event_id == lease.event_id, JobRun.generation == lease.generation - 1
    )
    old = {(run.handler, run.job, run.target): run for run in session.scalars(before)}
    new = select(JobRun).where(*_of(lease), JobRun.previous_id.is_(None))
    for run in session.scalars(new):
        previous = old.get((run.handler, run.job, run.target))
        if previous is not None:
            run.previous_id = previous.id
            previous.superseded_by_id = run.id


def _new_row(lease: Lease, each: Plan, now: datetime) -> dict[str, Any]:
    return {
        "event_id": lease.event_id,
        "generation": lease.generation,
        "handler": each.handler,
        "job": each.job,
        "job_type": each.job_type,
        "target": each.target,
        "state": JobState.PLANNED,
        "attempts": 0,
        "created_at": now,
    }

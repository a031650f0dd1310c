"""Builds and test runs outside: only ever moved forward.

Rows keep apart what we know and what the forge shows (`reports`); the commit status of a context
shows the newest row of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.orm import Session

from packit_worker.run_states import FINAL, RunKind, RunState, before
from packit_worker.store.errors import NotFoundError
from packit_worker.store.models import Run

# The owner of a row reports it right away; the sweep gives it this long.
REPORT_GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Advance:
    """What became of a piece of news. `changed` False: the row was as far already, or further."""

    changed: bool
    state: RunState


def advance(
    session: Session,
    run_id: int,
    state: RunState,
    *,
    now: datetime,
    text: str | None = None,
    log: str | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    next_check_at: datetime | None = None,
) -> Advance:
    """Move the row forward to `state`, if it is not as far yet; the first final state stands.

    Args:
        session: Of `Database.write()`. No lease is asked for: a late call changes nothing.
        run_id: The row.
        state: What the other side says.
        now: When we learn it.
        text: The fact behind it, for people; None leaves it as it is.
        log: Of which the end is kept (64 KiB).
        started_at: When the other side began, where it says so; else `now`.
        ended_at: The same of its end.
        next_check_at: When to ask the other side; None leaves the time as it is.

    Raises:
        NotFoundError: there is no such row.
    """
    values: dict[str, Any] = {"known_state": state}
    if text is not None:
        values["known_text"] = text
    if state != RunState.SUBMITTED:  # to people it is the same as `submitting`
        values |= _due(now)
    if next_check_at is not None:
        values["next_check_at"] = next_check_at
    if state == RunState.RUNNING or started_at is not None:
        values["started_at"] = func.coalesce(Run.started_at, started_at or now)
    if log is not None:
        values["log_excerpt"] = log
    if state in FINAL:
        values |= {"ended_at": ended_at or now, "next_check_at": None}
    if _update(session, [Run.id == run_id, Run.known_state.in_(before(state))], values):
        return Advance(changed=True, state=state)
    return Advance(changed=False, state=RunState(get(session, run_id).known_state))


def say(session: Session, run_id: int, text: str, *, until: RunState, now: datetime) -> bool:
    """Change the text of a row that has not come to `until`; answer whether it changed."""
    values = {"known_text": text, **_due(now)}
    other = func.coalesce(Run.known_text, "") != text
    conditions = [Run.id == run_id, Run.known_state.in_(before(until)), other]
    return bool(_update(session, conditions, values))


def end_unsubmitted(
    session: Session, job_run_id: int, *, text: str, is_shown: bool, now: datetime
) -> None:
    """End what a job run announced and never submitted; `is_shown`: the sweep is to tell it."""
    unsubmitted = (Run.job_run_id == job_run_id, Run.known_state == RunState.SUBMITTING)
    for run_id in session.scalars(select(Run.id).where(*unsubmitted)).all():
        advance(session, run_id, RunState.ERROR, now=now, text=text)
        if not is_shown:
            _update(session, [Run.id == run_id], {"report_due_at": None})


def is_any_open(session: Session, job_run_id: int) -> bool:
    """Whether something that the job run made outside has not ended."""
    still_open = (Run.job_run_id == job_run_id, Run.known_state.not_in(FINAL))
    return session.scalar(select(Run.id).where(*still_open).limit(1)) is not None


def check_later(session: Session, run_id: int, *, at: datetime) -> None:
    """Have an open row checked at that time; a final one is left alone."""
    _update(session, [Run.id == run_id, Run.known_state.not_in(FINAL)], {"next_check_at": at})


def get(session: Session, run_id: int) -> Run:
    """Return one row as the database has it now.

    Raises:
        NotFoundError: there is no such row.
    """
    run = session.get(Run, run_id, populate_existing=True)
    if run is None:
        raise NotFoundError(f"no run {run_id}")
    return run


def find(
    session: Session, kind: RunKind, outside_id: str, target: str | None = None
) -> Sequence[Run]:
    """Return the rows of what the other side calls `outside_id`, all targets or one."""
    statement = select(Run).where(Run.kind == kind, Run.outside_id == outside_id)
    if target is not None:
        statement = statement.where(Run.target == target)
    return session.scalars(statement.order_by(Run.id)).all()


def of_commit(session: Session, project_id: int, commit_sha: str, kind: RunKind) -> Sequence[Run]:
    """Return the rows of one kind for a commit, the newest first."""
    same = (Run.project_id == project_id, Run.commit_sha == commit_sha, Run.kind == kind)
    return session.scalars(select(Run).where(*same).order_by(Run.id.desc())).all()


def newest(session: Session, project_id: int, commit_sha: str, context: str) -> Run | None:
    """Return the row that the commit status of this context shows, or None."""
    same = (Run.project_id == project_id, Run.commit_sha == commit_sha, Run.context == context)
    return session.scalar(select(Run).where(*same).order_by(Run.id.desc()).limit(1))


def _due(now: datetime) -> dict[str, Any]:
    is_shown = and_(Run.superseded_by_id.is_(None), Run.context != "")
    return {"report_due_at": case((is_shown, now + REPORT_GRACE))}


def _update(session: Session, conditions: list[Any], values: dict[str, Any]) -> int:
    statement = update(Run).where(*conditions).values(values).returning(Run.id)
    return len(session.scalars(statement.execution_options(synchronize_session=False)).all())

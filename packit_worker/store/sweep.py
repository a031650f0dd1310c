"""What is due. Each row taken is moved to `again_at` at once: a sweep that dies loses nothing.

So nothing is handed out twice at a time, and what a sweep did with a row it need not write back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from packit_worker.run_states import RunKind
from packit_worker.store.models import Event, Project, Run

LIMIT = 100
Row = TypeVar("Row", Event, Run)


def take_due_events(
    session: Session, *, now: datetime, again_at: datetime, limit: int = LIMIT
) -> Sequence[Event]:
    """Return events to be sent again, those due longest first.

    Their retries are due, or the lease of their owner ended. Whoever gets the message claims it.
    """
    statement = _due(Event.id, Event.next_attempt_at, now, limit)
    return _take(session, Event, statement, {"next_attempt_at": again_at})


def overdue(session: Session, *, before: datetime) -> tuple[int, datetime | None]:
    """Return how many events should have been sent again before that time, and since when."""
    late = Event.next_attempt_at.is_not(None), Event.next_attempt_at < before
    statement = select(func.count(), func.min(Event.next_attempt_at)).where(*late)
    count, since = session.execute(statement).one()
    return count, since


def take_due_checks(
    session: Session, kind: RunKind, *, now: datetime, again_at: datetime, limit: int = LIMIT
) -> Sequence[Run]:
    """Return open runs of one kind whose state is to be asked for, those due longest first.

    Giving up on what is open for too long (`created_at`) is the caller's.
    """
    statement = _due(Run.id, Run.next_check_at, now, limit).where(Run.kind == kind)
    return _take(session, Run, statement, {"next_check_at": again_at})


def take_unreported(
    session: Session, *, now: datetime, again_at: datetime, limit: int = LIMIT
) -> Sequence[Run]:
    """Return runs of which the forge shows an older state, those due longest first."""
    statement = _due(Run.id, Run.report_due_at, now, limit)
    return _take(session, Run, statement, {"report_due_at": again_at})


def look_at_account(session: Session, account_key: str, *, now: datetime) -> None:
    """Have all that is open, or not shown yet, of an account's repositories looked at at once.

    While our App was away nobody could note their results, nor tell them.
    """
    host, _, namespace = account_key.partition("/")
    place = (Project.host == host, func.lower(Project.namespace) == namespace)
    of_account = Run.project_id.in_(select(Project.id).where(*place))
    for column in (Run.next_check_at, Run.report_due_at):
        session.execute(
            update(Run)
            .where(of_account, column.is_not(None))
            .values({column: now})
            .execution_options(synchronize_session=False)
        )


def _due(
    row_id: InstrumentedAttribute[Any],
    column: InstrumentedAttribute[datetime | None],
    now: datetime,
    limit: int,
) -> Select[Any]:
    # The index is ordered by the time, and holds only rows that wait for something.
    due = select(row_id).where(column.is_not(None), column <= now).order_by(column).limit(limit)
    return due.with_for_update(skip_locked=True)


def _take(
    session: Session, model: type[Row], due: Select[Any], values: dict[str, Any]
) -> Sequence[Row]:
    ids = session.scalars(due).all()
    if not ids:
        return []
    session.execute(
        update(model)
        .where(model.id.in_(ids))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    rows = {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids)))}
    return [rows[each] for each in ids]

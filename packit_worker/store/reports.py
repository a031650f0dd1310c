"""What the forge shows of a run. A status that never reached it stays due, and is repaired."""

from datetime import datetime

from sqlalchemy import and_, case, func, update
from sqlalchemy.orm import Session

from packit_worker.run_states import RunState
from packit_worker.store.models import Run


def reported(
    session: Session,
    run_id: int,
    *,
    state: RunState,
    context: str,
    text: str,
    now: datetime,
) -> bool:
    """Note what was written to the forge.

    Args:
        session: Of `Database.write()`.
        run_id: The row.
        state: The state that was told.
        context: The context of the commit status; that of the row, or a comment's.
        text: Its text, uncut.
        now: When.

    Returns:
        Whether the forge may show something old: the row is further by now, or another took its
        place. Then what is to be shown is due at once.
    """
    is_all = and_(Run.known_state == state, func.coalesce(Run.known_text, "") == text)
    values = {
        "reported_state": state,
        "reported_context": context,
        "reported_text": text,
        "reported_at": now,
        "report_due_at": case((is_all, None), (Run.superseded_by_id.is_(None), now)),
    }
    statement = update(Run).where(Run.id == run_id).values(values)
    row = session.execute(statement.returning(Run.report_due_at, Run.superseded_by_id)).one()
    if row.superseded_by_id is not None:
        _show_again(session, row.superseded_by_id, now)
    return row.report_due_at is not None or row.superseded_by_id is not None


def report_later(session: Session, run_id: int, *, at: datetime) -> None:
    """Have the sweep report at that time: no answer came, so nobody knows what the forge shows.

    Due even if a newer state was reported meanwhile: a write without an answer may come late.
    """
    values = {
        "reported_state": None,
        "reported_text": None,
        "report_due_at": case((Run.superseded_by_id.is_(None), at)),
    }
    statement = update(Run).where(Run.id == run_id).values(values)
    successor = session.scalars(statement.returning(Run.superseded_by_id)).one()
    if successor is not None:
        _show_again(session, successor, at)


def _show_again(session: Session, run_id: int, now: datetime) -> None:
    """Have the newest row after this one shown again: an older one was, after it."""
    run = session.get_one(Run, run_id, populate_existing=True)
    while run.superseded_by_id is not None:
        run = session.get_one(Run, run.superseded_by_id, populate_existing=True)
    run.report_due_at = now

"""What the forge shows of a run. A status that never reached it stays due, and is repaired."""

from datetime import datetime

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from packit_worker.store.models import Run
from packit_worker.store.run_states import RunState


def reported(
    session: Session,
    run_id: int,
    *,
    state: RunState,
    context: str,
    text: str,
    now: datetime,
) -> None:
    """Note what was written to the forge.

    Args:
        session: Of `Database.write()`.
        run_id: The row.
        state: The state that was told; if the row is further by now, its report stays due.
        context: The context of the commit status; that of the row, or a comment's.
        text: Its text.
        now: When.
    """
    values = {
        "reported_state": state,
        "reported_context": context,
        "reported_text": text,
        "reported_at": now,
        "report_due_at": case((Run.known_state != state, Run.report_due_at)),
    }
    session.execute(update(Run).where(Run.id == run_id).values(values))


def report_later(session: Session, run_id: int, *, at: datetime) -> None:
    """Have the sweep report the row at that time, if it is still due and still the newest."""
    due = (Run.id == run_id, Run.report_due_at.is_not(None))
    session.execute(update(Run).where(*due).values(report_due_at=at))

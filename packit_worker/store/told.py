"""Statuses that were shown without a row: those of events that ended before a build had one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from packit_worker.store.models import Event

# How such events end.
_OUTCOMES = ("denied", "failed", "gave-up", "bug")
# Of a repository, the newest that are looked through.
_LIMIT = 100


def was_told(session: Session, repository: str, commit: str, *, event_id: str) -> bool:
    """Whether an earlier event of the commit ended in a way that its status may still show.

    Args:
        session: of `Database`.
        repository: `host/namespace/name`.
        commit: its hash.
        event_id: of the event under way, which does not count.
    """
    ended = (Event.repository == repository, Event.outcome.in_(_OUTCOMES), Event.id != event_id)
    newest = select(Event.kwargs).where(*ended).order_by(Event.received_at.desc()).limit(_LIMIT)
    return any(kwargs.get("commit_sha") == commit for kwargs in session.scalars(newest))


def stop_codes(session: Session, repository: str, commit: str, *, event_id: str) -> frozenset[str]:
    """Return why earlier events of the commit stopped before any handler: a status told it.

    The arguments are those of `was_told`.
    """
    ended = (Event.repository == repository, Event.outcome.in_(_OUTCOMES), Event.id != event_id)
    newest = select(Event.kwargs, Event.decision).where(*ended)
    rows = session.execute(newest.order_by(Event.received_at.desc()).limit(_LIMIT))
    found = [row.decision for row in rows if row.kwargs.get("commit_sha") == commit]
    steps = [step for decision in found if decision for step in decision.get("steps", ())]
    return frozenset(str(step["code"]) for step in steps if step["verdict"] == "stop")

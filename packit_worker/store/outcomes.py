"""Messages that led to no event, so that "nothing happened" has an answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert_missing
from packit_worker.store.models import Stage1Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What stage 1 tells of a message.

    Args:
        id: Of the task that parsed it: the same message twice is one row.
        outcome: `skip`, `malformed` or `unknown`.
        code: The stable code of the outcome.
        detail: The fact it rests on.
        repository: `host/namespace/name`, as far as it was read.
    """

    id: str
    outcome: str
    code: str
    detail: str | None = None
    source: str | None = None
    event_type: str | None = None
    delivery_id: str | None = None
    correlation_id: str | None = None
    repository: str | None = None
    sent_at: datetime | None = None


def record(session: Session, outcome: Outcome, *, now: datetime) -> bool:
    """Keep the outcome; False: it is there already."""
    row = {**asdict(outcome), "recorded_at": now}
    return insert_missing(session, Stage1Outcome, [row], ["id"]) == 1


def list_outcomes(
    session: Session,
    *,
    repository: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> Sequence[Stage1Outcome]:
    """Return outcomes, the newest first."""
    statement = select(Stage1Outcome)
    if repository is not None:
        statement = statement.where(Stage1Outcome.repository == repository)
    if outcome is not None:
        statement = statement.where(Stage1Outcome.outcome == outcome)
    if since is not None:
        statement = statement.where(Stage1Outcome.recorded_at >= since)
    newest_first = (Stage1Outcome.recorded_at.desc(), Stage1Outcome.id.desc())
    return session.scalars(statement.order_by(*newest_first).limit(limit)).all()


def find_outcome(session: Session, message_id: str) -> Stage1Outcome | None:
    """Return how stage 1 ended for a message; None: nothing was kept of it."""
    return session.get(Stage1Outcome, message_id)

"""Statuses that are shown without a row: those of events that ended before a build had one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert
from packit_worker.store.models import ShownStatus


def shown(session: Session, repository: str, commit_sha: str) -> dict[str, tuple[str, str]]:
    """Return state and text of each such status of a commit, by its context.

    Args:
        session: of `Database`.
        repository: `host/namespace/name`.
        commit_sha: its hash.
    """
    of_commit = (ShownStatus.repository == repository, ShownStatus.commit_sha == commit_sha)
    rows = session.scalars(select(ShownStatus).where(*of_commit))
    return {row.context: (row.state, row.text) for row in rows}


def note(
    session: Session,
    repository: str,
    commit_sha: str,
    context: str,
    state: str,
    text: str,
    *,
    now: datetime,
) -> None:
    """Note what the forge shows by now; the other arguments are those of `shown`."""
    place = {"repository": repository, "commit_sha": commit_sha, "context": context}
    values = {"state": state, "text": text, "shown_at": now}
    statement = insert(session, ShownStatus).values(**place, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(place), set_=values))


def take_over(session: Session, repository: str, commit_sha: str, context: str) -> None:
    """Forget a status: a row shows what is under its context from now on."""
    place = (
        ShownStatus.repository == repository,
        ShownStatus.commit_sha == commit_sha,
        ShownStatus.context == context,
    )
    session.execute(delete(ShownStatus).where(*place))

"""Which repository each Copr project under our account belongs to."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert_missing
from packit_worker.store.models import CoprProjectClaim, Project
from packit_worker.store.projects import Repository


def claim(
    session: Session, owner: str, name: str, repository: str, *, now: datetime
) -> CoprProjectClaim:
    """Return the row of a project, made for a repository (`host/namespace/name`) if nobody has it.

    Of two that ask at once, one gets it.
    """
    row = {"owner": owner, "name": name, "repository": repository, "claimed_at": now}
    insert_missing(session, CoprProjectClaim, [row], ["owner", "name"])
    return session.get_one(CoprProjectClaim, (owner, name), populate_existing=True)


def find(session: Session, owner: str, name: str) -> CoprProjectClaim | None:
    """Return the row of a project; None: nobody claimed it."""
    return session.get(CoprProjectClaim, (owner, name), populate_existing=True)


def note_made(session: Session, owner: str, name: str, *, now: datetime) -> None:
    """Note that Copr has the project; the first time stands."""
    unmade = (*_is(owner, name), CoprProjectClaim.made_at.is_(None))
    session.execute(update(CoprProjectClaim).where(*unmade).values(made_at=now))


def let_go(session: Session, owner: str, name: str) -> None:
    """Forget a claim whose project was never made."""
    unmade = (*_is(owner, name), CoprProjectClaim.made_at.is_(None))
    session.execute(delete(CoprProjectClaim).where(*unmade))


def repositories(session: Session) -> list[Repository]:
    """Return all repositories that we have heard of."""
    rows = session.execute(select(Project.host, Project.namespace, Project.name))
    return [Repository(*row) for row in rows]


def _is(owner: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return (CoprProjectClaim.owner == owner, CoprProjectClaim.name == name)

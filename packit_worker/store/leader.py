"""One leader of a name at a time, by a lock of the database."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from packit_worker.store.database import Database, translated
from packit_worker.store.insertion import insert
from packit_worker.store.models import LeaderLease


@contextmanager
def leadership(
    database: Database, name: str, *, owner: str, now: datetime, until: datetime
) -> Iterator[bool]:
    """Say whether we lead; while the block runs, nobody else does.

    PostgreSQL frees its lock when the connection of a dead leader ends, and asks for no times. It
    is a lock of the session: a pooler between us must not share sessions (pgbouncer: `session`).
    On SQLite the leadership of one who died ends at `until`; `owner` is new for each try.
    """
    if database.engine.dialect.name == "postgresql":
        with _advisory_lock(database, name) as leads:
            yield leads
        return
    with database.write() as session:
        leads = _take(session, name, owner, now, until)
    try:
        yield leads
    finally:
        if leads:
            with database.write() as session:
                mine = (LeaderLease.name == name, LeaderLease.owner == owner)
                session.execute(delete(LeaderLease).where(*mine))


@contextmanager
def _advisory_lock(database: Database, name: str) -> Iterator[bool]:
    # A number of the name that is the same in every process; signed, 64 bits.
    digest = hashlib.sha256(f"packit-worker {name}".encode()).digest()
    key = {"key": int.from_bytes(digest[:8], signed=True)}
    # Without a transaction: one that stays open would hold back PostgreSQL's vacuum.
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with translated(database.place), engine.connect() as connection:
        leads = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
        try:
            yield leads
        finally:
            if leads:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _take(session: Session, name: str, owner: str, now: datetime, until: datetime) -> bool:
    row = {"owner": owner, "until": until}
    statement = (
        insert(session, LeaderLease)
        .values(name=name, **row)
        .on_conflict_do_update(index_elements=["name"], set_=row, where=LeaderLease.until <= now)
        .returning(LeaderLease.name)
    )
    return session.scalar(statement) is not None

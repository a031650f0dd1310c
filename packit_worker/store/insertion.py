"""INSERT that gives way to a row which is there already."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from packit_worker.store.models import Base


def insert(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT: both databases do, in classes of their own."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)


def insert_missing(
    session: Session, model: type[Base], rows: list[dict[str, Any]], keys: list[str]
) -> int:
    """Insert those of `rows` whose `keys` no row has yet, and return how many.

    A concurrent insert of the same key is waited for, and then counts as there.
    """
    if not rows:
        return 0
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for mypy; a declarative model has a table
    first = next(iter(table.primary_key))
    statement = insert(session, model).values(rows).on_conflict_do_nothing(index_elements=keys)
    return len(session.execute(statement.returning(first)).all())

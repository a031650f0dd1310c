"""Which tables the database has, and which it should have.

The embedded file of SQLite is upgraded by whoever opens it first. A database that the settings name
is upgraded by its operator, with `packit-worker db upgrade`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, inspect, text

from packit_worker.store.database import Database
from packit_worker.store.errors import (
    SchemaTooOldError,
    StoreError,
    StoreUnavailableError,
    UnfitDatabaseError,
)
from packit_worker.store.models import Base

EMBEDDED = "packit-worker.db"
_FOLDER = Path(__file__).parent / "migrations"
# One upgrade at a time. The number has no meaning; it only has to stay the same.
_POSTGRES_LOCK = 7_225_481_936


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`, in one transaction; others who try meanwhile wait.

    Raises:
        StoreUnavailableError: the database is down, or somebody else's upgrade takes too long.
        UnfitDatabaseError: its schema is of another program, or of a newer packit-worker.
    """
    found = current(database)
    if found is not None and found not in revisions():
        raise UnfitDatabaseError(
            f"{database.place}: the schema is {found}, the newest known here is {head()}:"
            " is packit-worker itself too old, or is it the database of something else?"
        )
    with _connection(database) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))
            # An upgrade of a big table may take long, and waits for those before it.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def current(database: Database) -> str | None:
    """Return the revision of the database; None: it has no tables yet."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def head() -> str:
    """Return the newest revision that this packit-worker knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None  # noqa: S101 - for mypy; there is a revision
    return newest


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [each.revision for each in script.walk_revisions()][::-1]


def check_schema(database: Database) -> None:
    """Refuse a database that is older than this packit-worker, or of another program.

    A newer one passes: an operator upgrades the database first, and the workers one by one.

    Raises:
        SchemaTooOldError: it has no tables, or old ones.
        StoreUnavailableError: it cannot be asked.
        UnfitDatabaseError: it lacks what we read and write.
    """
    found = current(database)
    known = revisions()
    if found == known[-1]:
        return
    if found is not None and found not in known:
        _check_tables(database, found)
        return
    raise SchemaTooOldError(
        f"{database.place}: the schema is {found or 'empty'}, {known[-1]} is needed:"
        " stop the workers and run `packit-worker db upgrade`"
    )


def _check_tables(database: Database, found: str) -> None:
    """Refuse a database of an unknown revision without a table or a column that we use."""
    tables = Base.metadata.tables.items()
    wanted = {(name, column.name) for name, table in tables for column in table.columns}
    with database.read() as session:
        columns = inspect(session.connection()).get_multi_columns()
    there = {(name, each["name"]) for (_, name), table in columns.items() for each in table}
    missing = min(wanted - there, default=None)
    if missing is not None:
        raise UnfitDatabaseError(
            f"{database.place}: the schema is {found}, which this packit-worker does not know, and"
            f" {'.'.join(missing)} is missing: is it the database of something else?"
        )


def check_writable(database: Database) -> None:
    """Refuse a database that takes no writes; nothing is written.

    Raises:
        StoreUnavailableError: it is a standby, a file that must not be written, or does not answer.
    """
    with database.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            answer = session.scalar(text("SHOW transaction_read_only"))
            if answer == "on":
                raise StoreUnavailableError(
                    f"{database.place}: it takes no writes: a standby, or set to read only"
                )


def open_database(url: str | None, folder: Path) -> Database:
    """Return the database that the settings name, or else the embedded file in `folder`.

    The embedded one is upgraded here; the other one is its operator's.

    Raises:
        BadDatabaseUrlError: the URL is neither of SQLite nor of PostgreSQL.
        SchemaTooOldError: the named database is older than this packit-worker.
        StoreUnavailableError: it cannot be asked.
        UnfitDatabaseError: it is none, or none of ours.
    """
    if url is not None:
        database = Database(url)
        try:
            check_schema(database)
        except StoreError:
            database.close()
            raise
        return database
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(embedded_url(folder))
    try:
        found = current(database)
        if found is None or found in revisions()[:-1]:
            upgrade(database)
        check_schema(database)
    except StoreError:
        database.close()
        raise
    return database


def open_to_read(url: str | None, folder: Path) -> Database:
    """Return the database as `open_database`, for reading only: nothing is made or upgraded.

    Raises:
        BadDatabaseUrlError: as `open_database`.
    """
    return Database(embedded_url(folder) if url is None else url, read_only=True)


def embedded_url(folder: Path) -> URL:
    """Return the URL of the embedded file in a folder."""
    return URL.create("sqlite", database=str(folder / EMBEDDED))


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    # As a writer from the first statement on, or SQLite would let two upgrades begin.
    with database.write() as session:
        yield session.connection()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config

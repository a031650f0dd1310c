"""An engine and its short transactions."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from packit_worker.store.errors import (
    BadDatabaseUrlError,
    StoreUnavailableError,
    UnfitDatabaseError,
)

BUSY_SECONDS = 15
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
_WRITES = "packit_worker_writes"
_SQL_ERROR = sqlite3.SQLITE_ERROR
# The server became a standby; a transaction was idle for too long.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_OUTAGES = {"25006", "25P03"}
_STRANGE_FILES = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
# Parts of a URL that say where the database is, and hold no secret.
_PLACE = ("host", "port")


class Database:
    """One database. Make it after a fork, never before: connections do not survive one.

    Args:
        url: `sqlite:////path/of/file` or `postgresql://user:password@host/name`.
        read_only: let the database itself refuse every write.

    Attributes:
        place: where it is, for people: a file, or a URL without its password.

    Raises:
        BadDatabaseUrlError: it is neither.
    """

    def __init__(self, url: str | URL, *, read_only: bool = False) -> None:
        self.engine = open_engine(url, read_only=read_only)
        self.place = place_of(self.engine.url)
        self._joined = threading.local()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write; commits at its end, rolls back on an error.

        In a block of `together` it is that one.

        On SQLite it is the only writer from its first statement on: a transaction that begins by
        reading could not become one later, and would fail instead of waiting.

        Raises:
            StoreUnavailableError: the database is down, full, or locked for too long.
            UnfitDatabaseError: it is none.
        """
        outer: Session | None = getattr(self._joined, "session", None)
        if outer is not None:
            yield outer
            return
        engine = self.engine.execution_options(**{_WRITES: True})
        with (
            translated(self.place),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have all that this thread writes in the block be one transaction; call nothing outside.

        Raises:
            StoreUnavailableError, UnfitDatabaseError: as `write`.
        """
        outer = getattr(self._joined, "session", None)
        with self.write() as session:
            self._joined.session = session
            try:
                yield
            finally:
                self._joined.session = outer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads; it waits for no writer.

        Raises:
            StoreUnavailableError: as `write`.
        """
        with translated(self.place), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_engine(url: str | URL, *, read_only: bool = False) -> Engine:
    """Return an engine with our timeouts; one that is read-only also makes no file.

    Raises:
        BadDatabaseUrlError: the URL is neither of SQLite nor of PostgreSQL.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and read_only:
        engine = create_engine(parsed, creator=partial(_connect_to_read, parsed.database or ""))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    limits = {
        "statement_timeout": STATEMENT_SECONDS,
        "lock_timeout": BUSY_SECONDS,
        "idle_in_transaction_session_timeout": STATEMENT_SECONDS,
    }
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    if read_only:
        options += " -c default_transaction_read_only=on"
    connect_args = {"connect_timeout": CONNECT_SECONDS, "options": options}
    return create_engine(parsed, pool_pre_ping=True, connect_args=connect_args)


def parse_url(url: str | URL) -> URL:
    """Return the URL with the driver that we use.

    Raises:
        BadDatabaseUrlError: it is neither of SQLite nor of PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # Not shown: what cannot be parsed may hold a password anywhere.
        raise BadDatabaseUrlError("the database URL cannot be read") from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    if backend == "sqlite":
        raise BadDatabaseUrlError("a database of SQLite needs a file: sqlite:////path/of/file")
    raise BadDatabaseUrlError(f"{backend}: only sqlite and postgresql are known")


def place_of(url: URL) -> str:
    """Return where a database is, for people; no secret of its URL is in it."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    shown = {name: value for name, value in url.query.items() if name in _PLACE}
    return url.set(drivername="postgresql", query=shown).render_as_string(hide_password=True)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself, and never with IMMEDIATE.
    # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _connect_to_read(file: str) -> sqlite3.Connection:
    """Open a file that must be there. Not `mode=ro`: a reader of a log in WAL writes beside it."""
    name = f"file:{quote(file)}?mode=rw"
    # The pool hands a connection to one thread at a time.
    options: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    connection: sqlite3.Connection = sqlite3.connect(
        name, uri=True, timeout=BUSY_SECONDS, **options
    )
    connection.execute("PRAGMA query_only=ON")
    return connection


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises when the database is down, or none, into our errors.

    Args:
        place: where it is, for people.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailableError(f"{place}: no connection in time") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) in _STRANGE_FILES:
            raise UnfitDatabaseError(f"{place}: {_reason(error)}") from error
        if _is_outage(error):
            raise StoreUnavailableError(f"{place}: {_reason(error)}") from error
        raise


def _reason(error: DBAPIError) -> str:
    first, *others = str(error.orig).splitlines()
    # A host with several addresses: what each said stands in a line of its own.
    return " ".join([first, *others]) if first.endswith(":") else first


def _is_outage(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # SQLite has one class for a locked file and for SQL that is wrong: the latter is code 1.
        return isinstance(error, OperationalError) and error.orig.sqlite_errorcode != _SQL_ERROR
    if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
        return True
    return getattr(error.orig, "sqlstate", None) in _OUTAGES

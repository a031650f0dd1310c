"""A ledger on both databases, and moments to speak of."""

from datetime import UTC, datetime, timedelta

import pytest

from packit_worker.store.database import Database

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url):
    """A database with all tables and no rows; once on SQLite, once on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def at():
    """`at(seconds)` is noon and that many seconds."""
    return lambda seconds=0: NOON + timedelta(seconds=seconds)

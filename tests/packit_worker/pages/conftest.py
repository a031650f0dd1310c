"""The pages over a real database, asked in this process."""

import pytest
from public_world import World

from packit_worker.assembly import database_to_read
from packit_worker.pages.app import create_app
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile, Settings
from packit_worker.store.database import Database


@pytest.fixture
def world(database_url):
    """Rows in an empty database, on SQLite and then PostgreSQL."""
    database = Database(database_url)
    yield World(database)
    database.close()


@pytest.fixture
def settings(database_url):
    service = ServiceFile(
        pages_url="https://packit.example.org/status/",
        authentication={"github.com": ForgeAccess(), "src.example.org": ForgeAccess()},
    )
    return Settings(database=database_url, service=service)


@pytest.fixture
def read_only(settings):
    """The database as the pages open it."""
    database = database_to_read(settings)
    yield database
    database.close()


@pytest.fixture
def client(world, read_only, settings):
    """Asks the pages."""
    return create_app(read_only, settings.policy()).test_client()

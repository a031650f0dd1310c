"""A ledger on both databases, and moments to speak of."""

from datetime import UTC, datetime, timedelta

import pytest

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.job_runs import Plan, plan, start
from packit_worker.store.projects import Repository, get_project

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


@pytest.fixture
def leased(database, at):
    """`leased(number)` claims event e-<number> at noon: its lease and a job run that started."""

    def begin(number=1):
        delivery = Delivery(event_id=f"e-{number}", task="task.process_release_event", kwargs={})
        with database.write() as session:
            lease = claim(session, delivery, owner="one", now=at()).lease
            (run,) = plan(session, lease, [Plan("build", "0", "copr_build")], now=at())
            start(session, lease, run.id, now=at())
        return lease, run.id

    return begin


@pytest.fixture
def project_id(database):
    """The id of a project."""
    with database.write() as session:
        return get_project(session, Repository("github.com", "fedora-lab", "lantern")).id

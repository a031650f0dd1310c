"""What the ledger costs when it is empty, and when it holds a million events.

SQLite is a file of our own. PostgreSQL is the server that PACKIT_WORKER_TEST_POSTGRES names (a URL;
a database is made there, and dropped); without it only SQLite is measured.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, insert, make_url, text

from benchmarks.figures import Figure, Report
from packit_worker.store.claims import Claimed, Delivery, claim
from packit_worker.store.database import Database, parse_url
from packit_worker.store.lease import end
from packit_worker.store.listing import list_events
from packit_worker.store.models import Event
from packit_worker.store.schema import upgrade
from packit_worker.store.sweep import take_due_events

EVENTS, QUICK_EVENTS = 1_000_000, 20_000
ROUNDS, QUICK_ROUNDS = 300, 30
BATCH = 10_000
MOST = 1.5  # times the cost of an empty ledger
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KWARGS = {"repo_namespace": "fedora-lab", "repo_name": "lantern", "commit_sha": "0c" * 20}


def run(*, quick: bool) -> Report:
    """Measure each database empty, fill it, and measure it again."""
    events = QUICK_EVENTS if quick else EVENTS
    rounds = QUICK_ROUNDS if quick else ROUNDS
    ratios, absolute = [], []
    for name, url in _urls():
        with url as address:
            database = Database(address)
            upgrade(database)
            empty = _measure(database, rounds)
            _fill(database, events)
            full = _measure(database, rounds)
            database.close()
        for what, before in empty.items():
            title = f"{name}, {what}"
            ratios.append(Figure(f"{title}, full / empty", full[what] / before, target=MOST))
            absolute.append(Figure(f"{title}, full", full[what], "ms"))
    return Report(f"the ledger with {events} events", ratios, absolute)


def _measure(database: Database, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each thing done."""
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        now = NOON + timedelta(seconds=number)
        delivery = Delivery(event_id=str(uuid4()), task="t", kwargs=KWARGS, repository="a/b/c")
        with _timed(times, "claim"), database.write() as session:
            claimed = claim(session, delivery, owner="one", now=now)
        if not isinstance(claimed, Claimed):
            raise TypeError(claimed)
        with _timed(times, "end"), database.write() as session:
            end(session, claimed.lease, outcome="done", decision={"steps": []}, now=now)
        with _timed(times, "duplicate"), database.write() as session:
            claim(session, delivery, owner="two", now=now)
        with _timed(times, "sweep"), database.write() as session:
            take_due_events(session, now=now, again_at=now)
        with _timed(times, "list"), database.read() as session:
            list_events(session, repository="a/b/c", outcome="done", limit=20)
    return {name: median(each) for name, each in times.items()}


@contextmanager
def _timed(times: dict[str, list[float]], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    times.setdefault(name, []).append((time.perf_counter() - start) * 1000)


def _fill(database: Database, events: int) -> None:
    """Add ended events, a second apart, of a thousand repositories."""
    for first in range(0, events, BATCH):
        with database.write() as session:
            session.execute(insert(Event), [_row(first + each) for each in range(BATCH)])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _row(number: int) -> dict[str, Any]:
    """Return an event that ended before all those that are measured."""
    moment = NOON - timedelta(days=30, seconds=number)
    return {
        "id": str(uuid4()),
        "task": "task.process_push_github_gh_event",
        "kwargs": KWARGS,
        "repository": f"github.com/fedora-lab/repository-{number % 1000}",
        "generation": 1,
        "fence": 1,
        "attempts": 1,
        "received_at": moment,
        "ended_at": moment,
        "outcome": "done",
        "decision": {"steps": ["private", "config", "selection"]},
    }


def _urls() -> list[tuple[str, Any]]:
    urls: list[tuple[str, Any]] = [("SQLite", _file())]
    server = os.environ.get("PACKIT_WORKER_TEST_POSTGRES")
    return [*urls, ("PostgreSQL", _fresh_database(server))] if server else urls


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'ledger.db'}"


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    name = f"packit_worker_benchmark_{uuid4().hex}"
    engine = create_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()

"""What the ledger costs when it is empty, and when it holds a million events.

    python benchmarks/ledger.py DATABASE_URL [EVENTS]

The database must be empty, and is filled: use one made for this. Prints medians in milliseconds,
and their ratios: claims must not be slower by more than 1.5 x.
"""

import statistics
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.lease import end
from packit_worker.store.listing import list_events
from packit_worker.store.models import Event
from packit_worker.store.schema import upgrade
from packit_worker.store.sweep import take_due_events

EVENTS = 1_000_000
BATCH = 10_000
ROUNDS = 300
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KWARGS = {"repo_namespace": "fedora-lab", "repo_name": "lantern", "commit_sha": "0c" * 20}


def main(url, events=EVENTS):
    """Measure empty, fill, measure full."""
    database = Database(url)
    upgrade(database)
    empty = measure(database)
    fill(database, int(events))
    full = measure(database)
    print(f"{'':12}{'empty':>10}{int(events):>12}{'ratio':>8}")
    for name, before in empty.items():
        print(f"{name:12}{before:>10.3f}{full[name]:>12.3f}{full[name] / before:>8.2f}")


def measure(database):
    """Return the median milliseconds of each thing done."""
    times = {"claim": [], "duplicate": [], "end": [], "sweep": [], "list": []}
    for number in range(ROUNDS):
        now = NOON + timedelta(seconds=number)
        delivery = Delivery(event_id=str(uuid.uuid4()), task="t", kwargs=KWARGS, repository="a/b/c")
        with timed(times["claim"]), database.write() as session:
            lease = claim(session, delivery, owner="one", now=now).lease
        with timed(times["end"]), database.write() as session:
            end(session, lease, outcome="done", decision={"steps": []}, now=now)
        with timed(times["duplicate"]), database.write() as session:
            claim(session, delivery, owner="two", now=now)
        with timed(times["sweep"]), database.write() as session:
            take_due_events(session, now=now, again_at=now)
        with timed(times["list"]), database.read() as session:
            list_events(session, repository="a/b/c", outcome="done", limit=20)
    return {name: statistics.median(each) for name, each in times.items()}


class timed:  # noqa: N801 - reads like a function where it is used
    """Append the milliseconds that the block took to a list."""

    def __init__(self, times):
        """Keep the list."""
        self._times = times

    def __enter__(self):
        """Start the clock."""
        self._start = time.perf_counter()

    def __exit__(self, *_error):
        """Stop the clock."""
        self._times.append((time.perf_counter() - self._start) * 1000)


def fill(database, events):
    """Add ended events, a second apart, of a thousand repositories."""
    for first in range(0, events, BATCH):
        with database.write() as session:
            session.execute(Event.__table__.insert(), [row(first + each) for each in range(BATCH)])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def row(number):
    """Return an event that ended before all those that are measured."""
    moment = NOON - timedelta(days=30, seconds=number)
    return {
        "id": str(uuid.uuid4()),
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


if __name__ == "__main__":
    main(*sys.argv[1:])

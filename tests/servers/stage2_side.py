"""Stage 2 for process tests: its own workers, and its database seen from outside.

Time is not waited for: `Stage2.let_time_pass` makes the rows older, as if it had passed.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from servers.worker_app import TASK, Records, event
from servers.worker_process import ROOT, WorkerProcess

from packit_worker.app import create_app
from packit_worker.routing import DEFAULT_FILE
from packit_worker.settings import Settings
from packit_worker.store.database import Database
from packit_worker.store.models import Event, InFlight, JobRun, LeaderLease
from packit_worker.store.schema import EMBEDDED

POLL_SECONDS = 0.05
# Each broker and each database once, where not every pair of them is worth its seconds.
EACH_ONCE = pytest.mark.parametrize(
    ("broker", "module_database_url"),
    [("redis", "sqlite"), ("rabbitmq", "postgres")],
    indirect=True,
    scope="module",
)


class Stage2:
    """A broker, a database, records, and the workers that one module starts.

    Args:
        folder: Where all files go.
        broker: Its URL.
        database: Its URL; None: the embedded file.
        route: What is changed in the route of the event, as queues.yaml names it.
        word: The event, as queues.yaml names it.
    """

    def __init__(self, folder: Path, broker, database, *, word="installation", **route):
        self.folder = folder
        self.broker = broker
        self.database_url = database
        self.database = Database(database or f"sqlite:///{folder / 'state' / EMBEDDED}")
        self.records = Records(folder)
        self.queues = _write_queues(folder / "queues.yaml", word, route)
        self.app = create_app(Settings(broker=broker, database=database, queues_file=self.queues))
        self.workers = []

    def worker(self, queues="installation,sweep", concurrency=1, config=None, level="DEBUG"):
        """Return a worker, not started yet; `config` is the path of a packit-worker.yaml."""
        environment = {
            "PACKIT_WORKER_DATABASE": self.database_url or "",
            "PACKIT_WORKER_QUEUES": str(self.queues),
            "PACKIT_WORKER_CONFIG": str(config or ""),
            "RECORDS": str(self.folder),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
        }
        arguments = ["-l", level, "-Q", queues, "-c", str(concurrency), "-n", f"{uuid4()}@test"]
        worker = WorkerProcess(self.folder, self.broker, arguments, environment, _CELERY)
        self.workers.append(worker)
        return worker

    def send(self, login, *orders, task_id=None, **options):
        """Send an event; its id is its login, unless another is given."""
        kwargs = event(login, *orders)
        self.app.send_task(TASK, kwargs=kwargs, task_id=task_id or login, **options)

    def sweep(self):
        """Send what beat sends; return the id of the message."""
        return self.app.send_task("task.sweep").id

    def let_time_pass(self, event_id, seconds):
        """Make what the ledger knows of an event older, as that many seconds would."""
        passed = timedelta(seconds=seconds)
        with self.database.write() as session:
            row = session.get_one(Event, event_id)
            for name in ("lease_until", "next_attempt_at"):
                _move(row, name, passed)
            for run in session.query(JobRun).filter_by(event_id=event_id):
                _move(run, "next_attempt_at", passed)
            for work in session.query(InFlight).filter_by(event_id=event_id):
                _move(work, "until", passed)
            for leader in session.query(LeaderLease):  # of a sweep that was killed
                _move(leader, "until", passed)

    def row(self, event_id) -> Event | None:
        """Return the row of an event, or None."""
        with self.database.read() as session:
            return session.get(Event, event_id)

    def wait_for_row(self, event_id) -> Event:
        """Return the row of an event, as soon as nobody works on it, and it is not ended."""
        self.wait_until(lambda: (row := self.row(event_id)) and row.lease_owner is None)
        return self.row(event_id)

    def runs(self, event_id) -> dict[str, tuple[str, int]]:
        """Return state and attempts of each job run of an event, by handler."""
        with self.database.read() as session:
            runs = session.query(JobRun).filter_by(event_id=event_id).all()
            return {run.handler: (run.state, run.attempts) for run in runs}

    def wait_for_end(self, event_id, seconds=30) -> str:
        """Return how an event ended, as soon as it did."""
        self.wait_until(lambda: (row := self.row(event_id)) and row.ended_at, seconds)
        return self.row(event_id).outcome

    def wait_until(self, is_so, seconds=30):
        """Return as soon as `is_so()` is true."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                pytest.fail(f"it never became so; the end of the logs:\n{self.logs()}")
            time.sleep(POLL_SECONDS)

    def logs(self) -> str:
        """Return the ends of the workers' logs."""
        return "\n".join(worker.text()[-2500:] for worker in self.workers)

    def close(self):
        """End the workers; close the connections."""
        # Not by a kill: what they had not acked would come to whoever uses the broker next.
        for worker in self.workers:
            worker.stop()
        self.app.close()
        self.database.close()


_CELERY = [sys.executable, "-m", "celery", "-A", "servers.worker_app", "worker"]
_CELERY += ["--pool", "prefork", "--without-gossip", "--without-mingle"]


def _write_queues(file, word, route):
    table = yaml.safe_load(DEFAULT_FILE.read_text())
    table["tasks"][word].update(route)
    file.write_text(yaml.safe_dump(table))
    return file


def _move(row, name, passed):
    if getattr(row, name) is not None:
        setattr(row, name, getattr(row, name) - passed)

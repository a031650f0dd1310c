"""What the sweep does about builds and tests: ask about them, give them up, repair statuses.

A row that fails is logged, and the others go on. No transaction is open during a call outside.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from packit_worker import sentry
from packit_worker.checkup import Checkup, SweepContext
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event
from packit_worker.ledger import OPEN_LIMIT, now
from packit_worker.run_rows import StoredRuns
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow
from packit_worker.sentences import again, refused
from packit_worker.store import in_flight, run_rows, sweep
from packit_worker.store.database import Database
from packit_worker.store.errors import StoreError

# Seconds after which no further row is begun: the next sweep goes on.
_TIME = 25.0
_ROWS = 50
_GAVE_UP = "Not your change: no result came within a week. {again}"
# An unreported status is tried again after so long.
_REPORT_AGAIN = timedelta(minutes=2)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Looks once after everything that is due."""

    database: Database
    runs: StoredRuns
    context: SweepContext
    checkups: tuple[Checkup, ...]

    def sweep(self) -> list[Event]:
        """Do what is due; return the events that services should have sent."""
        self._drop_expired_keys()
        self._repair_statuses()
        give_up_at = time.monotonic() + _TIME
        events: list[Event] = []
        for checkup in self.checkups:
            if time.monotonic() < give_up_at:
                events += self._check(checkup, give_up_at)
        return events

    def _drop_expired_keys(self) -> None:
        with self.database.write() as session:
            in_flight.drop_expired(session, now=now())

    def _repair_statuses(self) -> None:
        """Show what did not reach the forge."""
        with self.database.write() as session:
            due = sweep.take_unreported(
                session, now=now(), again_at=now() + _REPORT_AGAIN, limit=_ROWS
            )
            rows = run_rows.by_id(session, [run.id for run in due])
        for row in rows:
            with _alone(f"the status of run {row.id}"):
                self.runs.show([row])

    def _check(self, checkup: Checkup, give_up_at: float) -> list[Event]:
        """Ask a service about its open rows, those of one number at a time."""
        with self.database.write() as session:
            due = sweep.take_due_checks(
                session, checkup.kind, now=now(), again_at=now() + checkup.every, limit=_ROWS
            )
            rows = run_rows.by_id(session, [run.id for run in due])
        events: list[Event] = []
        for group in _by_number(rows):
            if time.monotonic() > give_up_at:
                break
            with _alone(f"{checkup.kind} {group[0].outside_id}"):
                events += self._ask(checkup, group)
        return events

    def _ask(self, checkup: Checkup, rows: Sequence[RunRow]) -> Sequence[Event]:
        old = [row for row in rows if now() - row.created_at > OPEN_LIMIT]
        if old:
            self._end(old, RunState.GAVE_UP, _GAVE_UP.format(again=self._again(old[0])))
        left = [row for row in rows if row not in old]
        if not left:
            return ()
        try:
            return checkup.ask(left, self.context)
        except RefusedError as error:
            self._end(left, RunState.ERROR, self._refused(left[0], error))
            return ()

    def _again(self, row: RunRow) -> str:
        return again(row.handler, row.trigger, self.context.policy.command_prefix)

    def _refused(self, row: RunRow, error: RefusedError) -> str:
        prefix = self.context.policy.command_prefix
        return refused(str(error), row.handler, row.trigger, prefix)

    def _end(self, rows: Sequence[RunRow], state: RunState, text: str) -> None:
        self.runs.show(self.runs.advance(rows, state, text=text))


def _by_number(rows: Sequence[RunRow]) -> list[list[RunRow]]:
    groups: dict[str, list[RunRow]] = defaultdict(list)
    for row in rows:
        groups[row.outside_id or f"row {row.id}"].append(row)
    return list(groups.values())


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """Let a failure of one thing not stop the others; a database that is down stops all."""
    try:
        yield
    except StoreError:
        raise
    except TransientError as error:
        log.info("sweep: %s waits: %s", what, error)
    except Exception as error:
        log.exception("sweep: bug in %s", what)
        sentry.report_bug("the sweep", error)

"""The ledger as the engine uses it: each method is one short transaction.

This is where the store's functions are put together; the engine knows no session and no table.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from packit_worker.context import Context
from packit_worker.decision import Decision
from packit_worker.facts import Allowance, ConfigText, Facts, Known
from packit_worker.forge import Repository
from packit_worker.recalling import (
    allowance,
    config_at,
    open_runs,
    recall,
    remember,
    shown_statuses,
)
from packit_worker.selection import Pair
from packit_worker.store import (
    claims,
    in_flight,
    job_runs,
    lease,
    outcomes,
    runs,
    sweep,
    told,
)
from packit_worker.store.database import Database
from packit_worker.store.errors import LostLeaseError, StoreError
from packit_worker.store.job_states import JobState
from packit_worker.store.leader import leadership
from packit_worker.store.models import Event, JobRun
from packit_worker.subject import Subject

RENEW_SECONDS = 15.0
# What is open outside for so long is given up.
OPEN_LIMIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that is ours, and what the store knows about it.

    Attributes:
        lease: the right to write about it.
        attempts: how often it was taken, this time included.
        age: how long ago it was received, or made to run again.
        taken_over: whether whoever had it before never gave it back.
        runs: what was planned for it before.
        known: what the store knows of its subject.
    """

    lease: lease.Lease
    attempts: int
    age: timedelta
    taken_over: bool
    runs: tuple[JobRun, ...]
    known: Known


def now() -> datetime:
    """Return the time: the one clock of stage 2."""
    return datetime.now(UTC)


def owner_name() -> str:
    """Return who we are: host, process and thread."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"


@dataclass(slots=True)
class Ledger:
    """The ledger of one worker.

    Attributes:
        database: where it is kept.
        window: how long the end of an event answers `duplicate`.
        owner: who we are, in the leases.
        renew_seconds: how often a lease is renewed.
    """

    database: Database
    window: timedelta = claims.DUPLICATE_WINDOW
    owner: str = field(default_factory=owner_name)
    renew_seconds: float = RENEW_SECONDS

    def take(
        self, delivery: claims.Delivery, subject: Subject, *, force: bool = False
    ) -> Taken | claims.InProgress | claims.Duplicate:
        """Claim an event, and read what the store knows of its subject."""
        with self.database.write() as session:
            claim = claims.claim(
                session,
                delivery,
                owner=self.owner,
                now=now(),
                window=self.window,
                force=force,
            )
            if not isinstance(claim, claims.Claimed):
                return claim
            planned_for = (claim.decision or {}).get("commit")
            known = replace(recall(session, subject), planned_for=planned_for)
            if known.origin is not None:
                lease.note_repository(session, claim.lease, str(known.origin.repository))
            age = now() - claim.received_at
            return Taken(claim.lease, claim.attempts, age, claim.taken_over, claim.runs, known)

    def plan(
        self, held: lease.Lease, pairs: tuple[Pair, ...], facts: Facts, subject: Subject
    ) -> list[JobRun]:
        """Keep what is to run, and what was learned on the way."""
        plans = [
            job_runs.Plan(pair.spec.name, pair.job_name, pair.job.type if pair.job else "")
            for pair in pairs
        ]
        with self.database.write() as session:
            remember(session, facts, subject)
            facts.known = replace(
                facts.known,
                shown=shown_statuses(session, subject),
                open_runs=open_runs(session, subject),
            )
            return job_runs.plan(session, held, plans, now=now())

    def start(
        self, held: lease.Lease, run: JobRun, work: in_flight.Work | None
    ) -> int | in_flight.AlreadyRunning:
        """Begin an attempt of a run; return its number, or who does the same work just now."""
        with self.database.write() as session:
            if work is not None:
                until = now() + claims.LEASE
                answer = in_flight.acquire(session, held, run.id, work, now=now(), until=until)
                if isinstance(answer, in_flight.AlreadyRunning):
                    return answer
            job_runs.start(session, held, run.id, now=now())
        return run.attempts + 1

    def finish(
        self, held: lease.Lease, run: JobRun, state: JobState, detail: str, *, keeps: bool = True
    ) -> None:
        """Give a run its final state; it keeps its work in flight while that goes on outside."""
        with self.database.write() as session:
            job_runs.finish(session, held, run.id, state, now=now(), detail=detail)
            if keeps and runs.is_any_open(session, run.id):
                # The work goes on outside; whoever hears of its end lets go of the key.
                in_flight.keep(session, run.id, until=now() + OPEN_LIMIT)
            else:
                in_flight.let_go(session, run.id)

    def retry_later(
        self, held: lease.Lease, run: JobRun, at: datetime, error: str, *, keeps: bool = True
    ) -> None:
        """Have a run tried again at that time; until then it keeps its work in flight, or not."""
        with self.database.write() as session:
            job_runs.retry_later(session, held, run.id, at=at, error=error)
            if keeps:
                # Nobody renews it while the event waits.
                in_flight.keep(session, run.id, until=at + claims.LEASE)
            else:
                in_flight.let_go(session, run.id)

    def release(
        self, held: lease.Lease, *, again_at: datetime, decision: Decision, counts: bool = True
    ) -> None:
        """Give the event back; the sweep sends it again at that time, if nobody did."""
        told = decision.as_json()
        with self.database.write() as session:
            lease.release(session, held, next_attempt_at=again_at, decision=told, counts=counts)

    def end(self, held: lease.Lease, outcome: str, decision: Decision) -> None:
        """Close the event for good; all of its runs are final."""
        with self.database.write() as session:
            lease.end(session, held, outcome=outcome, decision=decision.as_json(), now=now())

    def drop(self, held: lease.Lease, run: JobRun, detail: str, *, text: str) -> None:
        """End a run that nothing asks for any more, and what it announced and never submitted."""
        with self.database.together():
            with self.database.write() as session:
                runs.end_unsubmitted(session, run.id, text=text, is_shown=True, now=now())
            self.finish(held, run, JobState.SKIPPED, detail)

    def stop(
        self,
        held: lease.Lease,
        outcome: str,
        context: Context,
        *,
        state: JobState,
        detail: str,
        text_of: Callable[[str], str],
        is_shown: bool,
    ) -> None:
        """Close an event that goes no further; its runs that are still open get that state.

        What they announced and never submitted ends with what `text_of` says of their handler; the
        sweep tells it if `is_shown`.
        """
        with self.database.write() as session:
            remember(session, context.facts, context.subject)
            for run_id, handler in job_runs.close(session, held, state, now=now(), detail=detail):
                text = text_of(handler)
                runs.end_unsubmitted(session, run_id, text=text, is_shown=is_shown, now=now())
                in_flight.let_go(session, run_id)
            lease.end(
                session, held, outcome=outcome, decision=context.decision.as_json(), now=now()
            )

    def code_at(
        self, repository: Repository, commit: str, keys: Sequence[str]
    ) -> tuple[ConfigText | None, Sequence[Allowance]]:
        """Return the package config at a commit, if it was read before; and what holds for keys."""
        with self.database.read() as session:
            config = config_at(session, repository, commit)
            return config, [allowance(session, key) for key in keys]

    def shown(self, subject: Subject) -> dict[str, tuple[str, str]]:
        """Return the statuses of the subject's commit that no row stands for."""
        with self.database.read() as session:
            return shown_statuses(session, subject)

    def note_shown(
        self, repository: Repository, commit: str, context: str, state: str, text: str
    ) -> None:
        """Keep what the forge shows now under a context that no row stands for."""
        with self.database.write() as session:
            told.note(session, str(repository), commit, context, state, text, now=now())

    def record_outcome(
        self, task_id: str, texts: dict[str, str], correlation_id: str, sent_at: datetime | None
    ) -> None:
        """Keep how stage 1 ended for a message that led to no event."""
        outcome = outcomes.Outcome(
            id=task_id, correlation_id=correlation_id, sent_at=sent_at, **_with_outcome(texts)
        )
        with self.database.write() as session:
            outcomes.record(session, outcome, now=now())

    @contextmanager
    def due_events(self, *, again_after: timedelta) -> Iterator[Sequence[Event]]:
        """Yield the events that are to be sent again; none, if somebody else sweeps just now."""
        # Short: if this one dies, nobody sweeps before on SQLite. Two at a time would do no harm.
        until = now() + timedelta(seconds=15)
        owner = f"{self.owner}:{uuid4()}"
        with leadership(self.database, "sweep", owner=owner, now=now(), until=until) as leads:
            if not leads:
                yield ()
                return
            with self.database.write() as session:
                found = sweep.take_due_events(session, now=now(), again_at=now() + again_after)
            yield found

    @contextmanager
    def kept(self, held: lease.Lease) -> Iterator[None]:
        """Renew the lease while the block runs.

        A renewal that fails is tried again; if it fails for too long the lease is lost, and the
        fencing number refuses what the block writes then.
        """
        done = threading.Event()
        thread = threading.Thread(target=self._renew, args=(held, done.wait), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _renew(self, held: lease.Lease, wait: Callable[[float], bool]) -> None:
        while not wait(self.renew_seconds):
            try:
                with self.database.write() as session:
                    lease.renew(session, held, until=now() + claims.LEASE)
            except LostLeaseError:
                return
            except StoreError:
                continue


def _with_outcome(texts: dict[str, str]) -> dict[str, str]:
    return {"outcome": "skipped", "code": "unknown"} | texts

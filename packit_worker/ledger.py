"""The ledger as the engine uses it: each method is one short transaction.

This is where the store's functions are put together; the engine knows no session and no table.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from packit_worker.decision import Decision
from packit_worker.facts import Allowance, ConfigText, Facts, Known, Origin
from packit_worker.forge import Repository, Visibility
from packit_worker.selection import Pair
from packit_worker.store import (
    allowlist,
    claims,
    in_flight,
    job_runs,
    lease,
    outcomes,
    package_configs,
    projects,
    runs,
    sweep,
)
from packit_worker.store.database import Database
from packit_worker.store.errors import BadKeyError, StoreError
from packit_worker.store.job_states import JobState
from packit_worker.store.leader import leadership
from packit_worker.store.models import Event, JobRun, Project, Trigger
from packit_worker.store.run_states import RunKind
from packit_worker.subject import Outside, Subject

RENEW_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that is ours, and what the store knows about it.

    Attributes:
        lease: the right to write about it.
        attempts: how often it was taken, this time included.
        runs: what was planned for it before.
        known: what the store knows of its subject.
    """

    lease: lease.Lease
    attempts: int
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
    """

    database: Database
    window: timedelta = claims.DUPLICATE_WINDOW
    owner: str = field(default_factory=owner_name)

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
            return Taken(claim.lease, claim.attempts, claim.runs, recall(session, subject))

    def plan(
        self, held: lease.Lease, pairs: tuple[Pair, ...], facts: Facts, subject: Subject
    ) -> list[JobRun]:
        """Keep what is to run, and what was learned on the way."""
        plans = [
            job_runs.Plan(pair.spec.name, pair.job_name, pair.job.type if pair.job else "")
            for pair in pairs
        ]
        with self.database.write() as session:
            _remember(session, facts, subject)
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

    def finish(self, held: lease.Lease, run: JobRun, state: JobState, detail: str) -> None:
        """Give a run its final state."""
        with self.database.write() as session:
            job_runs.finish(session, held, run.id, state, now=now(), detail=detail)
            in_flight.let_go(session, run.id)

    def retry_later(self, held: lease.Lease, run: JobRun, at: datetime, error: str) -> None:
        """Have a run tried again at that time."""
        with self.database.write() as session:
            job_runs.retry_later(session, held, run.id, at=at, error=error)

    def release(self, held: lease.Lease, *, again_at: datetime) -> None:
        """Give the event back; the sweep sends it again at that time, if nobody did."""
        with self.database.write() as session:
            lease.release(session, held, next_attempt_at=again_at)

    def end(self, held: lease.Lease, outcome: str, decision: Decision) -> None:
        """Close the event for good."""
        with self.database.write() as session:
            lease.end(session, held, outcome=outcome, decision=decision.as_json(), now=now())

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
        while not wait(RENEW_SECONDS):
            try:
                with self.database.write() as session:
                    lease.renew(session, held, until=now() + claims.LEASE)
            except StoreError:
                continue


def _with_outcome(texts: dict[str, str]) -> dict[str, str]:
    return {"outcome": "skipped", "code": "unknown"} | texts


def recall(session: Session, subject: Subject) -> Known:
    """Return what the store knows of a subject."""
    repository = subject.repository
    if subject.outside is not None:
        return _recall_result(session, subject.outside)
    if repository is None:
        return _recall_account(session, subject)
    config = None
    if subject.commit:
        config = package_configs.find(session, str(subject.source or repository), subject.commit)
    actor = f"{repository.host}/{subject.actor}" if subject.actor else None
    return Known(
        repository=_allowance(session, str(repository)),
        actor=_allowance(session, actor) if actor else Allowance(),
        config=ConfigText(config.path, config.text) if config else None,
    )


def _recall_account(session: Session, subject: Subject) -> Known:
    """Return what is known of an account, and of who acts for it: a denied one may not either."""
    if subject.account is None:
        return Known()
    host = subject.account.partition("/")[0]
    return Known(
        repository=_allowance(session, subject.account),
        actor=_allowance(session, f"{host}/{subject.actor}") if subject.actor else Allowance(),
    )


def _recall_result(session: Session, outside: Outside) -> Known:
    found = runs.find(session, RunKind(outside.kind), outside.id, outside.target)
    if not found:
        return Known()
    run = found[0]
    project = session.get_one(Project, run.project_id)
    trigger = session.get(Trigger, run.trigger_id) if run.trigger_id else None
    repository = Repository(project.host, project.namespace, project.name)
    config = package_configs.find(session, str(repository), run.commit_sha)
    origin = Origin(
        run_id=run.id,
        repository=repository,
        commit=run.commit_sha,
        trigger=trigger.kind if trigger else None,
        ref=trigger.ref if trigger else "",
    )
    return Known(
        repository=_allowance(session, str(repository)),
        config=ConfigText(config.path, config.text) if config else None,
        origin=origin,
    )


def _allowance(session: Session, key: str) -> Allowance:
    try:
        verdict = allowlist.look_up(session, key)
    except BadKeyError:  # a name that no forge gives: nothing was ever decided about it
        return Allowance()
    return Allowance(verdict.status, verdict.key)


def _remember(session: Session, facts: Facts, subject: Subject) -> None:
    for repository, visibility in facts.seen.items():
        project = projects.get_project(session, _stored(repository))
        if visibility is not Visibility.UNKNOWN:
            is_private = visibility is Visibility.PRIVATE
            projects.see_visibility(session, project.id, is_private=is_private, seen_at=now())
    if facts.read and subject.commit and subject.repository:
        place = str(subject.source or subject.repository)
        package_configs.keep(
            session, place, subject.commit, facts.read.path, facts.read.text, now=now()
        )


def _stored(repository: Repository) -> projects.Repository:
    return projects.Repository(repository.host, repository.namespace, repository.name)

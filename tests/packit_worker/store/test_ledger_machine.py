"""The ledger against a model of it, over random histories of owners, crashes and repeats."""

import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from packit_worker.store.claims import Claimed, Delivery, Duplicate, InProgress, claim
from packit_worker.store.errors import LostLeaseError, OpenRunsError, WrongStateError
from packit_worker.store.job_runs import Plan, finish, plan, retry_later, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import end, release, renew
from packit_worker.store.models import Event, JobRun

MINUTE = timedelta(seconds=60)
HANDLERS = ["build", "report"]
# Written by hand: no state is ever followed by one that stands before it here.
ORDER = {"planned": 0, "started": 1, "done": 2, "skipped": 2, "failed": 2, "bug": 2}
ENDINGS = [name for name, place in ORDER.items() if place == 2]

owners = st.integers(0, 2)
handlers = st.sampled_from(HANDLERS)


class LedgerMachine(RuleBasedStateMachine):
    """Three workers and one event. What the model holds is what the database must hold."""

    database = None

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.delivery = Delivery(event_id=str(uuid.uuid4()), task="t", kwargs={})
        self.leases = {}  # of each worker: the last it got, late or not
        self.fence = self.generation = 0
        self.lease_until = self.ended_at = None
        self.runs = {}  # (generation, handler): (id, state)
        self.seen = {}

    @rule(seconds=st.sampled_from([1, 20, 61, 23 * 3600, 25 * 3600]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(owner=owners, force=st.booleans())
    def claim(self, owner, force):
        with self.database.write() as session:
            answer = claim(session, self.delivery, owner=str(owner), now=self.now, force=force)
        if self.lease_until and self.lease_until > self.now:
            assert isinstance(answer, InProgress)
        elif self.ended_at and not force and self.now - self.ended_at < timedelta(hours=24):
            assert isinstance(answer, Duplicate)
        else:
            self.claimed(owner, answer)

    def claimed(self, owner, answer):
        assert isinstance(answer, Claimed)
        assert answer.taken_over == (self.lease_until is not None)
        self.fence += 1
        if self.ended_at or not self.generation:
            self.generation += 1
        self.ended_at, self.lease_until = None, self.now + MINUTE
        self.leases[owner] = answer.lease
        assert (answer.lease.fence, answer.lease.generation) == (self.fence, self.generation)
        mine = {key: run for key, run in self.runs.items() if key[0] == self.generation}
        assert {(run.id, run.state) for run in answer.runs} == set(mine.values())

    @rule(owner=owners)
    def renew(self, owner):
        if owner not in self.leases:
            return
        with self.writing(owner) as session:
            renew(session, self.leases[owner], until=self.now + MINUTE)
        if self.owns(owner):
            self.lease_until = self.now + MINUTE

    @rule(owner=owners)
    def release(self, owner):
        if owner not in self.leases:
            return
        with self.writing(owner) as session:
            release(session, self.leases[owner], next_attempt_at=self.now)
        if self.owns(owner):
            self.lease_until = None

    @rule(owner=owners, names=st.lists(handlers, max_size=2, unique=True))
    def plan(self, owner, names):
        if owner not in self.leases:
            return
        found = []
        with self.writing(owner) as session:
            plans = [Plan(name) for name in names]
            found = plan(session, self.leases[owner], plans, now=self.now)
        if self.owns(owner):
            for name in names:
                self.runs.setdefault((self.generation, name), (None, "planned"))
            self.runs |= {
                (self.generation, run.handler): (run.id, self.runs[self.generation, run.handler][1])
                for run in found
            }

    @rule(owner=owners, name=handlers)
    def start(self, owner, name):
        self.move(owner, name, list(ORDER)[:2], "started", start, now=self.now)

    @rule(owner=owners, name=handlers, ending=st.sampled_from(ENDINGS))
    def finish(self, owner, name, ending):
        after = JobState(ending)
        self.move(owner, name, list(ORDER)[:2], ending, finish, state=after, now=self.now)

    @rule(owner=owners, name=handlers)
    def retry_later(self, owner, name):
        self.move(owner, name, list(ORDER)[:2], None, retry_later, at=self.now, error="503")

    def move(self, owner, name, before, after, write, **arguments):
        lease = self.leases.get(owner)
        if lease is None or (lease.generation, name) not in self.runs:
            return
        run_id, state = self.runs[lease.generation, name]
        refused = None if state in before else WrongStateError
        with self.writing(owner, refused) as session:
            write(session, lease, run_id, **arguments)
        if self.owns(owner) and not refused:
            self.runs[lease.generation, name] = (run_id, after or state)

    @rule(owner=owners)
    def end(self, owner):
        if owner not in self.leases:
            return
        still_open = [
            key
            for key, (_, state) in self.runs.items()
            if key[0] == self.generation and ORDER[state] < 2
        ]
        with self.writing(owner, OpenRunsError if still_open else None) as session:
            end(session, self.leases[owner], outcome="done", decision={}, now=self.now)
        if self.owns(owner) and not still_open:
            self.ended_at, self.lease_until = self.now, None

    def owns(self, owner):
        lease = self.leases.get(owner)
        return lease is not None and lease.fence == self.fence and self.lease_until is not None

    @contextmanager
    def writing(self, owner, refused=None):
        """Expect what the owner's write comes to."""
        if not self.owns(owner):
            refused = LostLeaseError
        if refused is None:
            with self.database.write() as session:
                yield session
        else:
            with pytest.raises(refused), self.database.write() as session:
                yield session

    @invariant()
    def the_database_holds_what_the_model_holds(self):
        if not self.fence:
            return
        with self.database.read() as session:
            event = session.get_one(Event, self.delivery.event_id)
            assert (event.fence, event.generation) == (self.fence, self.generation)
            assert (event.lease_until, event.ended_at) == (self.lease_until, self.ended_at)
            rows = session.query(JobRun).where(JobRun.event_id == self.delivery.event_id)
            states = {row.id: row.state for row in rows}
        assert states == dict(self.runs.values())
        for run_id, state in self.seen.items():
            assert ORDER[states[run_id]] >= ORDER[state]
            assert ORDER[state] < 2 or states[run_id] == state
        self.seen = states


def test_no_history_breaks_the_ledger(database):
    machine = type("Machine", (LedgerMachine,), {"database": database})
    run_machine(
        machine,
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

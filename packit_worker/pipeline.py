"""Stage 2, one event: claim it, decide, run what is due, and leave it in a state that is true.

Where a service is down, the event or the job run waits; the ledger knows until when, so a worker
that dies here loses nothing: another takes the event over when the lease ends.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from packit_worker.answering import Answerer
from packit_worker.context import Context
from packit_worker.deciding import Verdict, decide
from packit_worker.decision import Decision, PairDecision
from packit_worker.ending import LONGEST_COUNTDOWN, End, Limits, Resend, delay_after, outcome_of
from packit_worker.errors import TransientError
from packit_worker.events.base import Event
from packit_worker.facts import Facts
from packit_worker.forge import Forge
from packit_worker.handler import AnySpec
from packit_worker.ledger import Ledger, Taken, now
from packit_worker.package_config import ConfigReader
from packit_worker.policy import Policy
from packit_worker.running import Runner
from packit_worker.selection import Pair
from packit_worker.store.claims import Delivery, Duplicate, InProgress
from packit_worker.store.job_runs import due, earliest
from packit_worker.store.job_states import OPEN, JobState
from packit_worker.store.models import JobRun
from packit_worker.subject import subject_of

# How long after a message that should come the sweep sends another.
_GRACE = timedelta(seconds=30)
# ... and after one that may wait long in the slow queue.
_SLOW_GRACE = timedelta(minutes=30)
# The worst first: how an event with several pairs ended as a whole.
_ORDER = ("bug", "done", "gave-up", "failed", "not-implemented", "denied", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Walks events through stage 2."""

    ledger: Ledger
    forge: Forge
    reader: ConfigReader
    policy: Policy
    handlers: tuple[AnySpec, ...]

    def process(
        self, event: Event, delivery: Delivery, limits: Limits, *, force: bool = False
    ) -> End:
        """Take an event as far as it can go now.

        Raises:
            LostLeaseError: another worker took it over; whatever it does counts.
            StoreUnavailableError: the database does not answer; the broker gives the message again.
        """
        subject = subject_of(event)
        taken = self.ledger.take(delivery, subject, force=force)
        if isinstance(taken, InProgress):
            return End("in-progress", detail=f"{taken.owner} has it")
        if isinstance(taken, Duplicate):
            return End("duplicate", detail=f"it ended as {taken.outcome}")
        decision = Decision()
        facts = Facts(self.forge, decision, taken.known)
        context = Context(subject=subject, policy=self.policy, facts=facts, decision=decision)
        with self.ledger.kept(taken.lease):
            return _Pass(self, event, limits, taken, context).run()


@dataclass(slots=True)
class _Pass:
    """One pass over an event that is ours."""

    engine: Engine
    event: Event
    limits: Limits
    taken: Taken
    context: Context
    started: float = field(default_factory=time.monotonic)

    def run(self) -> End:
        try:
            verdict = decide(self.event, self.context, self.engine.handlers, self.engine.reader)
            if verdict.stop is not None:
                self._answerer().stopped(verdict)
                return self._end(outcome_of(verdict.stop.code), verdict.stop.code)
        except TransientError as error:
            return self._wait(error)
        self._answerer().began(verdict)
        return self._run_pairs(verdict)

    def _run_pairs(self, verdict: Verdict) -> End:
        runs = self.engine.ledger.plan(
            self.taken.lease, verdict.pairs, self.context.facts, self.context.subject
        )
        by_pair = {(run.handler, run.job): run for run in runs}
        pairs = [(pair, by_pair[pair.spec.name, pair.job_name]) for pair in verdict.pairs]
        decided = [self._decided(pair, run) for pair, run in pairs]
        for (pair, run), decision in zip(pairs, decided, strict=True):
            if not due([run], now=now()):
                continue
            if pair.spec.slow and self.limits.has_slow_queue:
                return self._leave(Resend(is_slow=True), now() + _SLOW_GRACE)
            if self._is_short_of_time():
                return self._leave(Resend(), now() + _GRACE)
            self._run_one(pair, run, decision, decided)
        return self._close(verdict)

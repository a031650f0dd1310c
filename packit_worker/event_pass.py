"""One pass over an event: decide, run what is due, and leave it in a state that is true.

Where a service is down, the event or the job run waits; the ledger knows until when, so a worker
that dies here loses nothing: another takes the event over when the lease ends.
"""

import logging
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from packit_worker import sentry
from packit_worker.answering import Answerer
from packit_worker.context import Context
from packit_worker.deciding import NO_ROW_YET, Verdict, decide
from packit_worker.decision import PairDecision
from packit_worker.ending import (
    IN_TURN,
    LONGEST_COUNTDOWN,
    NO_TIME_LEFT,
    SLOW_QUEUE,
    End,
    Limits,
    Resend,
    delay_after,
    outcome_of,
)
from packit_worker.errors import TransientError
from packit_worker.events.base import Event
from packit_worker.forge import Forge
from packit_worker.handler import AnySpec, is_slow
from packit_worker.ledger import Ledger, Taken, now
from packit_worker.package_config import ConfigReader
from packit_worker.resuming import line_of, resumed
from packit_worker.running import Runner
from packit_worker.selection import Pair
from packit_worker.sentences import did_not_answer
from packit_worker.slow_work import never_started, with_commit
from packit_worker.store.errors import StoreError
from packit_worker.store.job_runs import due
from packit_worker.store.job_states import JobState
from packit_worker.store.models import JobRun
from parsers.result import Skip

# How long after a message that should come the sweep sends another.
_GRACE = timedelta(seconds=30)
# ... and after one that may wait long in the slow queue.
_SLOW_GRACE = timedelta(minutes=30)
# How an event with several pairs ended as a whole: as the first of these that one ended as.
_ORDER = ("bug", "gave-up", "failed", "done", "denied", "skipped")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pass:
    """One pass over an event that is ours."""

    ledger: Ledger
    forge: Forge
    reader: ConfigReader
    handlers: tuple[AnySpec, ...]
    event: Event
    limits: Limits
    taken: Taken
    context: Context
    started: float = field(default_factory=time.monotonic)

    def run(self) -> End:
        """Take the event as far as it can go now.

        Raises:
            LostLeaseError, StoreUnavailableError: nothing more may or can be written.
        """
        is_deadly = self.taken.taken_over and self.taken.attempts > self.limits.attempts
        if is_deadly and not self.taken.runs:
            # Each pass killed its worker before anything was planned: nobody was left to say so.
            return self._stop(
                "gave-up", "killed", f"{self.taken.attempts - 1} ended without a word"
            )
        try:
            return self._go_on()
        except TransientError as error:
            return self._wait(error)
        except StoreError:
            raise
        except Exception as error:
            log.exception("bug in what decides about %s", type(self.event).__name__)
            sentry.report_bug(f"what decides about {type(self.event).__name__}", error)
            return self._give_up("bug", "bug", type(error).__name__)

    def _go_on(self) -> End:
        verdict = decide(self.event, self.context, self.handlers, self.reader)
        self.context = verdict.context
        if verdict.stop is None:
            return self._run_pairs(verdict)
        self._answerer().stopped(verdict)
        return self._stop(outcome_of(verdict.stop.code), verdict.stop.code, verdict.stop.detail)

    def _run_pairs(self, verdict: Verdict) -> End:
        self.context.decision.commit = self.context.subject.commit
        self.context = with_commit(self.context, verdict.pairs)
        planned = self.ledger.plan(
            self.taken.lease, verdict.pairs, self.context.facts, self.context.subject
        )
        runs = {(run.handler, run.job): run for run in planned}
        chosen = [(pair, runs.pop((pair.spec.name, pair.job_name))) for pair in verdict.pairs]
        for run in runs.values():
            self._runner().drop(run)
        decided = [resumed(pair, run) for pair, run in chosen]
        self.context.decision.pairs.extend(decided)
        has_run, slow = False, list[tuple[Pair, JobRun, PairDecision]]()
        for (pair, run), decision in zip(chosen, decided, strict=True):
            if not due([run], now=now()) or self._must_wait(pair, decided):
                continue
            if self.limits.has_slow_queue and is_slow(pair.spec, self.context.policy):
                if self._runner().may_start(pair, run, decision):
                    slow.append((pair, run, decision))
                continue
            if has_run and self._is_short_of_time():
                return self._leave(Resend(), now() + _GRACE, code=NO_TIME_LEFT)
            self._runner().run(pair, run, decision)
            has_run = True
        return self._hand_over(slow) if slow else self._close(verdict, decided)

    def _hand_over(self, slow: list[tuple[Pair, JobRun, PairDecision]]) -> End:
        """Leave what takes minutes to the slow queue, and show at once that it is accepted."""
        again_at = now() + _SLOW_GRACE
        for _pair, _run, decided in slow:
            decided.outcome, decided.code, decided.again_at = "waiting", SLOW_QUEUE, again_at
        # One that was started before has rows, which show how far it came.
        fresh = [pair.spec.status for pair, run, _ in slow if run.attempts == 0]
        self._answerer().handed_over(fresh)
        return self._leave(Resend(is_slow=True), again_at, code=SLOW_QUEUE, counts=False)

    def _must_wait(self, pair: Pair, decided: list[PairDecision]) -> bool:
        """Whether the handler that must come first is still to end."""
        first = [each for each in decided if each.handler == pair.spec.after]
        return any(each.outcome in ("", "waiting") for each in first)

    def _is_short_of_time(self) -> bool:
        """Whether another job run could be cut by the hard limit, which kills the process."""
        spent = time.monotonic() - self.started
        return spent > self.limits.hard - self.limits.soft

    def _close(self, verdict: Verdict, decided: list[PairDecision]) -> End:
        """End the event, or leave it until the first of its waiting job runs is due."""
        waiting = [each for each in decided if each.again_at is not None]
        if waiting:
            first = min(waiting, key=lambda each: each.again_at or now())
            counts = all(each.code != IN_TURN for each in waiting)
            at = first.again_at or now()
            return self._come_back(at, first.code, first.handler, counts=counts)
        try:
            self._answerer().ended(verdict, decided)
        except TransientError as error:
            if not self._is_last():
                return self._wait(error)
            # What was done counts, though nobody could be told.
            self._report_failure(error.reason)
            self.context.decision.waits(error.reason, "answer")
        worst = min(decided, key=lambda each: _ORDER.index(each.outcome))
        self.ledger.end(self.taken.lease, worst.outcome, self.context.decision)
        return End(worst.outcome, worst.code, worst.detail)

    def _failures(self) -> int:
        """Return how often the event as a whole failed, now included: job runs count their own."""
        of_runs = sum(run.attempts for run in self.taken.runs)
        return max(self.taken.attempts - of_runs, 1)

    def _is_last(self) -> bool:
        return self.limits.is_last(self._failures(), self.taken.age)

    def _wait(self, error: TransientError) -> End:
        """The event as a whole waits for a forge, unless it has waited often enough."""
        is_early = error.reason == NO_ROW_YET
        self.context.decision.waits(error.reason, "origin" if is_early else "forge")
        failures = self._failures()
        if not self._is_last() and not (is_early and failures >= self.limits.attempts):
            if failures == self.limits.attempts:
                self._report_failure(error.reason, outcome="waiting")
            return self._come_back(now() + delay_after(failures, error), error.reason, error.detail)
        if is_early:
            return self._stop("skipped", "not-ours", "no build or run of ours has this number")
        why = did_not_answer(error.service or "the forge", failures, error.reason)
        return self._give_up("gave-up", error.reason, why)

    def _give_up(self, outcome: str, code: str, detail: str) -> End:
        try:
            self._answerer().broke(code, detail)
        except TransientError as error:
            log.warning("nobody was told how it ended: %s", error)
        except Exception as error:
            # Whatever keeps us from telling it: the event ends all the same.
            log.exception("nobody was told how it ended")
            sentry.report_bug("what tells that an event ended", error)
        return self._stop(outcome, code, detail)

    def _come_back(self, at: datetime, code: str, detail: str, *, counts: bool = True) -> End:
        """Leave the event until then: by a countdown if that is soon, else by the sweep."""
        seconds = max((at - now()).total_seconds(), 0)
        if seconds <= LONGEST_COUNTDOWN:
            resend, due_at = Resend(countdown=seconds), at + _GRACE
        else:
            resend, due_at = None, at
        end = self._leave(resend, due_at, code=code, detail=detail, counts=counts)
        return replace(end, again_at=at)

    def _leave(
        self,
        resend: Resend | None,
        again_at: datetime,
        *,
        code: str,
        detail: str = "",
        counts: bool = True,
    ) -> End:
        decision = self.context.decision
        self.ledger.release(self.taken.lease, again_at=again_at, decision=decision, counts=counts)
        return End("waiting", code, detail, resend, again_at)

    def _stop(self, outcome: str, code: str, detail: str) -> End:
        """End the event before its handlers; those planned in an earlier pass end with it."""
        if outcome == "gave-up":
            self._report_failure(code)
        self._withdraw(code, detail)
        state = {"gave-up": JobState.GAVE_UP, "bug": JobState.BUG}.get(outcome, JobState.SKIPPED)
        answerer = self._answerer()
        self.ledger.stop(
            self.taken.lease,
            outcome,
            self.context,
            state=state,
            detail=line_of(Skip(code, detail)),
            text_of=lambda handler: answerer.end_of(handler, outcome, code, detail),
            is_shown=answerer.may_be_shown(outcome, code),
        )
        return End(outcome, code, detail)

    def _withdraw(self, code: str, detail: str) -> None:
        """Have no status wait for what was planned in an earlier pass and never comes."""
        contexts = never_started(self.taken.runs, self.handlers)
        if not contexts:
            return
        try:
            self._answerer().withdrawn(contexts, code, detail)
        except TransientError as error:
            log.warning("a status still says that a worker is waited for: %s", error)

    def _report_failure(self, code: str, outcome: str = "gave-up") -> None:
        how = "still waits" if outcome == "waiting" else "failed for good"
        log.warning("%s %s: %s", type(self.event).__name__, how, code)
        sentry.report_failure(type(self.event).__name__, code, outcome=outcome)

    def _answerer(self) -> Answerer:
        event_id = self.taken.lease.event_id
        return Answerer(self.forge, self.context, event_id, self.ledger)

    def _runner(self) -> Runner:
        return Runner(
            ledger=self.ledger,
            lease=self.taken.lease,
            limits=self.limits,
            event=self.event,
            context=self.context,
        )

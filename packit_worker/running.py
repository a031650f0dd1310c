"""One handler for one job: its checks, its run, and a final state whatever happens."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

from packit_worker import sentry
from packit_worker.context import Context
from packit_worker.decision import PairDecision
from packit_worker.ending import Limits, delay_after, outcome_of
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event
from packit_worker.handler import Done, Result
from packit_worker.handlers.pending import CODE as NOT_IMPLEMENTED
from packit_worker.ledger import Ledger, now
from packit_worker.selection import Pair
from packit_worker.store.errors import StoreError
from packit_worker.store.in_flight import AlreadyRunning, Work
from packit_worker.store.job_states import OPEN, JobState
from packit_worker.store.lease import Lease
from packit_worker.store.models import JobRun
from parsers.result import Skip

log = logging.getLogger(__name__)

# What people call the final states of job runs.
OUTCOMES = {
    JobState.DONE: "done",
    JobState.SKIPPED: "skipped",
    JobState.FAILED: "failed",
    JobState.GAVE_UP: "gave-up",
    JobState.UNKNOWN_IF_SUBMITTED: "failed",
    JobState.BUG: "bug",
    JobState.NOT_IMPLEMENTED: "not-implemented",
}


class TimeLimitError(Exception):
    """A job run took longer than its soft limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs job runs of one event."""

    ledger: Ledger
    lease: Lease
    limits: Limits
    event: Event
    context: Context

    def run(self, pair: Pair, run: JobRun, decided: PairDecision) -> None:
        """Take one job run as far as it goes now; note how it ended in `decided`.

        Raises:
            LostLeaseError, StoreUnavailableError: nothing more may or can be written.
        """
        with sentry.span("handler", pair.spec.name):
            self._run(pair, run, decided)
            sentry.tag_span(job=pair.job_name, outcome=decided.outcome, code=decided.code)

    def _run(self, pair: Pair, run: JobRun, decided: PairDecision) -> None:
        context = replace(self.context, job=pair.job)
        if run.attempts >= self.limits.attempts:
            # Each attempt killed its worker: nobody was left to say so.
            killed = Skip("killed", f"{run.attempts} attempts ended without a word")
            self._give_up(run, decided, killed)
            return
        try:
            skip = self._first_no(pair, context, decided)
        except TransientError as error:
            self.ledger.start(self.lease, run, None)
            self._retry(run, decided, run.attempts + 1, error)
            return
        except Exception as error:  # noqa: BLE001 - told apart there; the other pairs run
            self._fail(pair, run, decided, error)
            return
        if skip is not None:
            self._finish(run, decided, JobState.SKIPPED, outcome_of(skip.code), skip)
            return
        attempt = self.ledger.start(self.lease, run, _work(pair, context))
        if isinstance(attempt, AlreadyRunning):
            since = f"since {attempt.since:%H:%M} UTC, as run {attempt.job_run_id}"
            other = Skip("already-running", since)
            self._finish(run, decided, JobState.SKIPPED, "skipped", other)
            return
        self._attempt(pair, run, decided, context, attempt)

    def drop(self, run: JobRun) -> None:
        """End a job run that was planned, and that nothing asks for any more."""
        if run.state in OPEN:
            self.ledger.finish(self.lease, run, JobState.SKIPPED, "no longer asked for")

    def _first_no(self, pair: Pair, context: Context, decided: PairDecision) -> Skip | None:
        if pair.spec.after and not self._is_done(pair.spec.after):
            return Skip("not-after-success", f"{pair.spec.after} did not end well")
        for check in pair.spec.checks:
            skip = check(self.event, context)
            name = getattr(check, "__name__", "check").replace("_", "-")
            context.decision.close_step(name, skip, decided)
            if skip is not None:
                return skip
        return None

    def _is_done(self, handler: str) -> bool:
        pairs = self.context.decision.pairs
        return any(each.handler == handler and each.outcome == "done" for each in pairs)

    def _attempt(
        self, pair: Pair, run: JobRun, decided: PairDecision, context: Context, attempt: int
    ) -> None:
        try:
            with soft_limit(self.limits.soft):
                result = pair.spec.run(self.event, context)
        except TransientError as error:
            self._retry(run, decided, attempt, error)
        except Exception as error:  # noqa: BLE001 - told apart there; the other pairs run
            self._fail(pair, run, decided, error)
        else:
            self._finish_with(run, decided, result)

    def _fail(self, pair: Pair, run: JobRun, decided: PairDecision, error: Exception) -> None:
        """End a job run whose check or function raised something that no repetition mends."""
        if isinstance(error, StoreError):
            raise error
        if isinstance(error, RefusedError):
            refused = Skip("refused", f"{error.code}: {error.reason}".removesuffix(": "))
            self._finish(run, decided, JobState.FAILED, "failed", refused)
            return
        if isinstance(error, TimeLimitError):
            late = Skip("time-limit", f"it took longer than {self.limits.soft} s")
            self._finish(run, decided, JobState.FAILED, "failed", late)
            sentry.report_failure(decided.handler, late.code, outcome="failed", **_tags(decided))
            return
        log.error("bug in %s", pair.spec.name, exc_info=error)
        sentry.report_bug(decided.handler, error, **_tags(decided))
        bug = Skip("bug", type(error).__name__)
        self._finish(run, decided, JobState.BUG, "bug", bug)

    def _finish_with(self, run: JobRun, decided: PairDecision, result: Result) -> None:
        if isinstance(result, Done):
            self._finish(run, decided, JobState.DONE, "done", Skip("", result.detail))
        elif isinstance(result, Skip):
            self._finish(run, decided, JobState.SKIPPED, outcome_of(result.code), result)
        else:
            pending = result.code == NOT_IMPLEMENTED
            state = JobState.NOT_IMPLEMENTED if pending else JobState.FAILED
            why = Skip(result.code, result.detail)
            self._finish(run, decided, state, result.code if pending else "failed", why)

    def _retry(
        self, run: JobRun, decided: PairDecision, attempt: int, error: TransientError
    ) -> None:
        if attempt >= self.limits.attempts:
            gave_up = Skip(error.reason, f"{attempt} attempts: {error}")
            self._give_up(run, decided, gave_up)
            return
        at = now() + delay_after(attempt, error)
        self.ledger.retry_later(self.lease, run, at, str(error))
        decided.outcome, decided.code, decided.again_at = "waiting", error.reason, at
        decided.detail = f"again at {at:%H:%M:%S} UTC"

    def _give_up(self, run: JobRun, decided: PairDecision, why: Skip) -> None:
        log.warning("%s gave up: %s: %s", decided.handler, why.code, why.detail)
        sentry.report_failure(decided.handler, why.code, **_tags(decided))
        self._finish(run, decided, JobState.GAVE_UP, "gave-up", why)

    def _finish(
        self, run: JobRun, decided: PairDecision, state: JobState, outcome: str, why: Skip
    ) -> None:
        self.ledger.finish(self.lease, run, state, line_of(why))
        decided.outcome, decided.code, decided.detail = outcome, why.code, why.detail
        decided.again_at = None


def _tags(decided: PairDecision) -> dict[str, str]:
    return {"handler": decided.handler, "job": decided.job}


def _work(pair: Pair, context: Context) -> Work | None:
    """Return what must not be done twice at a time: the same work, whoever asks and how."""
    subject = context.subject
    if not pair.spec.status:
        return None
    place = subject.commit or f"{subject.kind} {subject.ref}"
    # Each chroot of a build has a result of its own.
    target = (subject.outside.target or "") if subject.outside else ""
    return Work(pair.spec.status, f"{subject.repository}@{place}", pair.job_name, target)


def resumed(pair: Pair, run: JobRun) -> PairDecision:
    """Begin the record of a pair; of one that ended in an earlier pass, take what is known."""
    decided = PairDecision(pair.spec.name, pair.job_name, pair.why)
    if run.state in OPEN:
        if run.next_attempt_at:
            decided.outcome, decided.again_at = "waiting", run.next_attempt_at
        return decided
    state = JobState(run.state)
    decided.outcome, decided.detail = OUTCOMES[state], run.detail or ""
    if state != JobState.DONE:
        decided.code, _, decided.detail = decided.detail.partition(": ")
    if state == JobState.SKIPPED:
        decided.outcome = outcome_of(decided.code)
    return decided


def line_of(why: Skip) -> str:
    """Return what `resumed` reads again: the code and the fact behind it."""
    return f"{why.code}: {why.detail}".removesuffix(": ") if why.code else why.detail


@contextmanager
def soft_limit(seconds: int) -> Iterator[None]:
    """Raise `TimeLimitError` in the block after so many seconds.

    Only the main thread of a process gets signals; in a thread pool there is no such limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

"""One handler for one job: its checks, its run, and a final state whatever happens."""

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

from packit_worker import sentry
from packit_worker.context import Context
from packit_worker.deciding import first_no
from packit_worker.decision import PairDecision
from packit_worker.ending import NO_TIME_LEFT, Limits, delay_after, outcome_of
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event
from packit_worker.handler import Done, Result, is_slow
from packit_worker.ledger import Ledger, now
from packit_worker.run_rows import JobSubmissions
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow
from packit_worker.selection import Pair
from packit_worker.sentences import WAITING, did_not_answer, sentence_of
from packit_worker.store.errors import StoreError
from packit_worker.store.in_flight import AlreadyRunning, Work
from packit_worker.store.job_states import OPEN, JobState
from packit_worker.store.lease import Lease
from packit_worker.store.models import JobRun
from packit_worker.texts import inert
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
            attempt = self._attempt(pair, run, decided)
            if attempt.is_ready():
                attempt.start()
            sentry.tag_span(job=pair.job_name, outcome=decided.outcome, code=decided.code)

    def may_start(self, pair: Pair, run: JobRun, decided: PairDecision) -> bool:
        """Whether nothing keeps a job run from starting elsewhere; if not, `decided` says how far.

        Raises:
            LostLeaseError, StoreUnavailableError: as above.
        """
        return self._attempt(pair, run, decided).is_ready()

    def _attempt(self, pair: Pair, run: JobRun, decided: PairDecision) -> "_Attempt":
        submissions = JobSubmissions(
            database=self.ledger.database,
            lease=self.lease,
            job_run_id=run.id,
            subject=self.context.subject,
            is_first=run.attempts == 0,
        )
        context = replace(
            self.context,
            job=pair.job,
            command=pair.command,
            submissions=submissions,
            is_last_attempt=run.attempts + 1 >= self.limits.attempts,
        )
        return _Attempt(self, pair, run, decided, context)

    def drop(self, run: JobRun) -> None:
        """End a job run that was planned, and that nothing asks for any more."""
        if run.state in OPEN:
            self.ledger.finish(self.lease, run, JobState.SKIPPED, "no longer asked for")


@dataclass(slots=True)
class _Attempt:
    """One attempt of one job run."""

    runner: Runner
    pair: Pair
    run: JobRun
    decided: PairDecision
    context: Context

    def is_ready(self) -> bool:
        """Ask the checks; a job run that one of them keeps from starting ends, or waits."""
        limits = self.runner.limits
        if self.run.attempts >= limits.attempts:
            # Each attempt killed its worker: nobody was left to say so.
            killed = Skip("killed", f"{self.run.attempts} attempts ended without a word")
            self._report_failure("gave-up", killed)
            self._finish(JobState.GAVE_UP, "gave-up", killed)
            return False
        try:
            skip = self._first_no()
        except TransientError as error:
            self.runner.ledger.start(self.runner.lease, self.run, None)
            self._retry(self.run.attempts + 1, error)
            return False
        except Exception as error:  # noqa: BLE001 - told apart there; the other pairs run
            self._fail(error)
            return False
        if skip is not None:
            self._finish(JobState.SKIPPED, outcome_of(skip.code), skip)
        return skip is None

    def _first_no(self) -> Skip | None:
        after = self.pair.spec.after
        if after and not self._is_done(after):
            return Skip("not-after-success", f"{after} did not end well")
        return first_no(self.pair, self.runner.event, self.context, self.decided)

    def _is_done(self, handler: str) -> bool:
        pairs = self.context.decision.pairs
        return any(each.handler == handler and each.outcome == "done" for each in pairs)

    def start(self) -> None:
        """Run the function, unless somebody does the same work."""
        work = _work(self.pair, self.context)
        attempt = self.runner.ledger.start(self.runner.lease, self.run, work)
        if isinstance(attempt, AlreadyRunning):
            page = f"{self.context.policy.pages_url}/events/{attempt.event_id}"
            job = f"for job {inert(self.pair.job_name, 100)} " if self.pair.job_name else ""
            since = f"{job}since {attempt.since:%H:%M} UTC: {page}"
            self._finish(JobState.SKIPPED, "skipped", Skip("already-running", since))
            return
        try:
            with soft_limit(self.runner.limits.soft):
                result = self.pair.spec.run(self.runner.event, self.context)
        except TransientError as error:
            self._retry(attempt, error)
        except TimeLimitError as error:
            if attempt < self.runner.limits.attempts and self._is_done_in_part():
                self._retry(attempt, TransientError(NO_TIME_LEFT, service="another turn"))
            else:
                self._fail(error)
        except Exception as error:  # noqa: BLE001 - told apart there; the other pairs run
            self._fail(error)
        else:
            self._finish_with(result)

    def _is_done_in_part(self) -> bool:
        """Whether some of several targets, which are slow one by one, are done, and others not."""
        rows = self._rows() if is_slow(self.pair.spec, self.context.policy) else ()
        return 0 < len(_unsubmitted(rows)) < len(rows)

    def _fail(self, error: Exception) -> None:
        """End a job run whose check or function raised something that no repetition mends."""
        if isinstance(error, StoreError):
            raise error
        if isinstance(error, RefusedError):
            refused = Skip("refused", f"{error.code}: {error.reason}".removesuffix(": "))
            self._finish(JobState.FAILED, "failed", refused)
            return
        if isinstance(error, TimeLimitError):
            late = Skip("time-limit", f"it took longer than {self.runner.limits.soft} s")
            self._report_failure("failed", late)
            self._finish(JobState.FAILED, "failed", late)
            return
        log.error("bug in %s", self.pair.spec.name, exc_info=error)
        name, job = self.decided.handler, self.decided.job
        sentry.report_bug(name, error, handler=name, job=job)
        self._finish(JobState.BUG, "bug", Skip("bug", type(error).__name__))

    def _finish_with(self, result: Result) -> None:
        if isinstance(result, Done):
            self._finish(JobState.DONE, "done", Skip("", result.detail))
        elif isinstance(result, Skip):
            self._finish(JobState.SKIPPED, outcome_of(result.code), result)
        else:
            why = Skip(result.code, result.detail)
            if result.code == JobState.UNKNOWN_IF_SUBMITTED:
                self._report_failure("failed", why)
            self._finish(JobState.FAILED, "failed", why)

    def _retry(self, attempt: int, error: TransientError) -> None:
        decided = self.decided
        if attempt >= self.runner.limits.attempts:
            gave_up = Skip(error.reason, did_not_answer(error.service, attempt, error.reason))
            self._report_failure("gave-up", gave_up)
            self._finish(JobState.GAVE_UP, "gave-up", gave_up)
            return
        at = now() + delay_after(attempt, error)
        self.runner.ledger.retry_later(self.runner.lease, self.run, at, str(error))
        decided.outcome, decided.code, decided.again_at = "waiting", error.reason, at
        decided.detail = f"again at {at:%H:%M:%S} UTC"
        self.context.decision.close_run(decided, "wait", error.reason)
        runs = self.context.runs
        what = f"{error.service or 'a service'} ({error.reason})"
        text = f"{WAITING}{what}. Tried again by itself, next at {at:%H:%M} UTC."
        runs.show(runs.say(_unsubmitted(self._rows()), text, until=RunState.SUBMITTED))

    def _report_failure(self, outcome: str, why: Skip) -> None:
        decided = self.decided
        log.warning("%s failed for good: %s: %s", decided.handler, why.code, why.detail)
        tags = {"handler": decided.handler, "job": decided.job, "outcome": outcome}
        sentry.report_failure(decided.handler, why.code, **tags)

    def _finish(self, state: JobState, outcome: str, why: Skip) -> None:
        decided = self.decided
        decided.outcome, decided.code, decided.detail = outcome, why.code, why.detail
        decided.again_at = None
        self.context.decision.close_run(decided, "stop" if why.code else "go-on", why.code)
        if state is not JobState.DONE:
            self._settle()
        self.runner.ledger.finish(self.runner.lease, self.run, state, line_of(why))

    def _settle(self) -> None:
        """Give what was announced and never submitted a final state, and a status that says why."""
        prefix = self.context.policy.command_prefix
        decided = self.decided
        trigger = self.context.subject.config_trigger
        text = sentence_of(decided, self.context.event_id, prefix, trigger)
        runs = self.context.runs
        rows = self._rows()
        settled = runs.advance(_unsubmitted(rows), RunState.ERROR, text=text)
        runs.show(settled)
        decided.has_rows, decided.is_told = bool(rows), bool(settled)

    def _rows(self) -> Sequence[RunRow]:
        if not self.pair.spec.status:  # it has no rows: its status would be theirs
            return ()
        return self.context.submissions.rows()


def _unsubmitted(rows: Sequence[RunRow]) -> list[RunRow]:
    return [row for row in rows if row.state is RunState.SUBMITTING]


def _work(pair: Pair, context: Context) -> Work | None:
    """Return what must not be done twice at a time: the same work, whoever asks and how."""
    subject = context.subject
    if not pair.spec.status:
        return None
    place = subject.commit or f"{subject.kind} {subject.ref}"
    # Each chroot has a result of its own, and so has each build of the same commit.
    outside = subject.outside
    target = f"{outside.id} {outside.target or ''}".strip() if outside else ""
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

"""One handler for one job: its checks, its run, and a final state whatever happens."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from packit_worker import sentry
from packit_worker.context import Context
from packit_worker.deciding import first_no
from packit_worker.decision import PairDecision
from packit_worker.ending import IN_TURN, NO_TIME_LEFT, Limits, delay_after, outcome_of
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event
from packit_worker.handler import Done, Result, is_slow
from packit_worker.in_flight_work import work_of
from packit_worker.ledger import Ledger, now
from packit_worker.resuming import line_of
from packit_worker.run_rows import JobSubmissions
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow
from packit_worker.selection import Pair
from packit_worker.sentences import WAITING, did_not_answer, sentence_of
from packit_worker.soft_limit import TimeLimitError, soft_limit
from packit_worker.store.errors import StoreError
from packit_worker.store.in_flight import AlreadyRunning
from packit_worker.store.job_states import OPEN, JobState
from packit_worker.store.lease import Lease
from packit_worker.store.models import JobRun
from packit_worker.texts import inert
from parsers.result import Skip

log = logging.getLogger(__name__)

# How long what goes in turn waits before it looks again; what it waits for takes minutes.
_TURN = timedelta(seconds=60)

_NO_LONGER = "No longer asked for: no job of the package config matches."
# The last error of a run whose worker was killed after it had waited for a service.
_KILLED = "killed"


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
            is_last_attempt=self.limits.is_last(
                run.attempts + 1, now() - (run.started_at or now())
            ),
        )
        return _Attempt(self, pair, run, decided, context)

    def drop(self, run: JobRun) -> None:
        """End a job run that was planned, and that nothing asks for any more."""
        if run.state in OPEN:
            self.ledger.drop(self.lease, run, "no longer asked for", text=_NO_LONGER)


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
        if self._was_killed() and self.run.last_error in (None, _KILLED):
            # Each attempt killed its worker: nobody was left to say so.
            killed = Skip("killed", f"{self.run.attempts} attempts ended without a word")
            self._report_failure("gave-up", killed)
            self._finish(JobState.GAVE_UP, "gave-up", killed)
            return False
        if self._was_killed():
            # Its attempts waited for a service: this may be the first worker that it killed.
            self.runner.ledger.retry_later(self.runner.lease, self.run, now(), _KILLED)
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

    def _was_killed(self) -> bool:
        """Whether its last attempt ended without a word, and it was tried often enough."""
        is_wordless = self.run.next_attempt_at is None
        return is_wordless and self.run.attempts >= self.runner.limits.attempts

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
        work = work_of(self.pair, self.context)
        attempt = self.runner.ledger.start(self.runner.lease, self.run, work)
        if isinstance(attempt, AlreadyRunning):
            self._yield_to(attempt)
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

    def _yield_to(self, other: AlreadyRunning) -> None:
        """End: somebody does the same. What goes in turn is not the same, and waits."""
        page = f"{self.context.policy.pages_url}/events/{other.event_id}"
        job = f"for job {inert(self.pair.job_name, 100)} " if self.pair.job_name else ""
        since = f"since {other.since:%H:%M} UTC: {page}"
        if not self.pair.spec.in_turn:
            self._finish(JobState.SKIPPED, "skipped", Skip("already-running", job + since))
            return
        self._wait(now() + _TURN, IN_TURN, f"another one runs {since}")

    def _wait(self, at: datetime, code: str, why: str) -> None:
        decided = self.decided
        # While it waits others may take their turn.
        keeps = not self.pair.spec.in_turn
        self.runner.ledger.retry_later(self.runner.lease, self.run, at, why, keeps=keeps)
        decided.outcome, decided.code, decided.again_at = "waiting", code, at
        decided.detail = f"again at {at:%H:%M:%S} UTC"
        self.context.decision.close_run(decided, "wait", code)

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
        if self.context.is_last_attempt:
            gave_up = Skip(error.reason, did_not_answer(error.service, attempt, error.reason))
            self._report_failure("gave-up", gave_up)
            self._finish(JobState.GAVE_UP, "gave-up", gave_up)
            return
        if attempt == self.runner.limits.attempts:
            self._report_failure("waiting", Skip(error.reason, f"{attempt} attempts so far"))
        at = now() + delay_after(attempt, error)
        self._wait(at, error.reason, str(error))
        runs = self.context.runs
        what = f"{error.service or 'a service'} ({error.reason})"
        text = f"{WAITING}{what}. Tried again by itself, next at {at:%H:%M} UTC."
        runs.show(runs.say(_unsubmitted(self._rows()), text, until=RunState.SUBMITTED))

    def _report_failure(self, outcome: str, why: Skip) -> None:
        decided = self.decided
        how = "still waits" if outcome == "waiting" else "failed for good"
        log.warning("%s %s: %s: %s", decided.handler, how, why.code, why.detail)
        tags = {"handler": decided.handler, "job": decided.job, "outcome": outcome}
        sentry.report_failure(decided.handler, why.code, **tags)

    def _finish(self, state: JobState, outcome: str, why: Skip) -> None:
        decided = self.decided
        decided.outcome, decided.code, decided.detail = outcome, why.code, why.detail
        decided.again_at = None
        self.context.decision.close_run(decided, "stop" if why.code else "go-on", why.code)
        if state is not JobState.DONE:
            self._settle()
        keeps = not self.pair.spec.in_turn
        self.runner.ledger.finish(self.runner.lease, self.run, state, line_of(why), keeps=keeps)

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

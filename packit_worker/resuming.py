"""What a job run keeps of how its pair ended, and the record that a later pass makes of it."""

from packit_worker.decision import PairDecision
from packit_worker.ending import outcome_of
from packit_worker.selection import Pair
from packit_worker.store.job_states import OPEN, JobState
from packit_worker.store.models import JobRun
from parsers.result import Skip

# What people call the final states of job runs.
OUTCOMES = {
    JobState.DONE: "done",
    JobState.SKIPPED: "skipped",
    JobState.FAILED: "failed",
    JobState.GAVE_UP: "gave-up",
    JobState.UNKNOWN_IF_SUBMITTED: "failed",
    JobState.BUG: "bug",
}


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

"""The states of a job run. They only move forward: planned, started, and one final state."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job run is. A run that waits for another attempt stays `started`."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"  # a check of its own said no
    FAILED = "failed"  # it did what it could: somebody's change, config or service is at fault
    GAVE_UP = "gave-up"  # the other side was down for too long
    UNKNOWN_IF_SUBMITTED = "unknown-if-submitted"  # never sent again silently
    BUG = "bug"  # ours


OPEN = (JobState.PLANNED, JobState.STARTED)
FINAL = tuple(state for state in JobState if state not in OPEN)

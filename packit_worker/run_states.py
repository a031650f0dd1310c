"""The states of a build or test run outside, in the one order in which they happen."""

from enum import StrEnum


class RunKind(StrEnum):
    """What a row of `runs` is."""

    SRPM_BUILD = "srpm-build"
    COPR_BUILD = "copr-build"
    KOJI_BUILD = "koji-build"
    TEST_RUN = "test-run"
    DOWNSTREAM = "downstream"


class RunState(StrEnum):
    """Where a run is."""

    SUBMITTING = "submitting"  # the row is there, the call outside is about to be made
    SUBMITTED = "submitted"  # the other side has it, and gave it a number
    RUNNING = "running"
    SUCCESS = "success"
    FAILURE = "failure"  # the change is at fault
    ERROR = "error"  # a service, the package config or we are at fault
    CANCELED = "canceled"
    GAVE_UP = "gave-up"  # open for too long
    UNKNOWN_IF_SUBMITTED = "unknown-if-submitted"  # a crash, and nobody to ask


# A state may only follow one of a lower rank. All final states share one: the first stands.
_RANKS = {RunState.SUBMITTING: 0, RunState.SUBMITTED: 1, RunState.RUNNING: 2}
_FINAL_RANK = 3

FINAL = tuple(state for state in RunState if state not in _RANKS)


def rank(state: RunState) -> int:
    """Return how far along `state` is: 0 to 3."""
    return _RANKS.get(state, _FINAL_RANK)


def before(state: RunState) -> tuple[RunState, ...]:
    """Return the states that `state` may follow."""
    return tuple(other for other in RunState if rank(other) < rank(state))

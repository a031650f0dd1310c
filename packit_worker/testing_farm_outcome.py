"""What the words of Testing Farm mean for a test run: how far it is, and what people are told.

https://docs.testing-farm.io/Testing%20Farm/0.1/test-results.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from packit_worker.testing_farm import FarmRequest

# The states of a run, by the names the store has for them.
Progress = Literal["submitted", "running", "success", "failure", "error", "canceled"]

_AGAIN = "{again}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a test run is, and the fact behind it.

    Attributes:
        text: what its status says; `{again}` stands for how they are run once more.
    """

    progress: Progress
    text: str


# Before there is a result.
_STATES: Mapping[str, Outcome] = MappingProxyType(
    {
        "new": Outcome("submitted", "Waiting for Testing Farm to start the tests."),
        "queued": Outcome("submitted", "Waiting for Testing Farm to start the tests."),
        "running": Outcome("running", "The tests are running."),
        "cancel-requested": Outcome("running", "The tests are being canceled."),
        "canceled": Outcome("canceled", f"The tests were canceled. {_AGAIN}"),
        "cancelled": Outcome("canceled", f"The tests were canceled. {_AGAIN}"),
    }
)
# How a request ended that ran to its end.
_RESULTS: Mapping[str, Outcome] = MappingProxyType(
    {
        "passed": Outcome("success", "The tests passed."),
        "skipped": Outcome("success", "No test was run: all were skipped."),
        "failed": Outcome("failure", "The tests failed."),
        "error": Outcome("error", f"Not your change: the tests could not be run. {_AGAIN}"),
        "unknown": Outcome("error", f"Testing Farm does not know how the tests ended. {_AGAIN}"),
    }
)
_WITH_SUMMARY = ("failed", "error", "unknown")


def outcome_of(request: FarmRequest) -> Outcome:
    """Return what a request says; a word nobody knows is an error, and final like any error."""
    state = request.state.lower()
    if state in _STATES:
        return _STATES[state]
    if state == "complete":
        return result_of(request.overall, request.summary)
    if state == "error":
        return result_of("error", request.summary)
    return _odd("state", request.state)


def result_of(overall: str | None, summary: str | None) -> Outcome:
    """Return what a result says, as the current API and the one of 2020 word it.

    Args:
        overall: passed, failed, …; None: it ended without a result.
        summary: what Testing Farm says of it, for people.
    """
    word = (overall or "unknown").lower()
    if word in ("new", "running"):  # the inline result of 2020 told these too
        return _STATES[word]
    known = _RESULTS.get(word)
    if known is None:
        return _odd("result", overall)
    said = " ".join((summary or "").split())
    if not said or word not in _WITH_SUMMARY:
        return known
    return Outcome(known.progress, f"{known.text} {said.removesuffix('.')}.")


def _odd(what: str, word: str | None) -> Outcome:
    return Outcome("error", f'Testing Farm told the {what} "{word}", which is not known. {_AGAIN}')

"""What Testing Farm says about our test runs: rows move forward, statuses show it."""

from collections.abc import Sequence

from packit_worker.checkup import SweepContext
from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.events.testing_farm_result import TestingFarmResultEvent
from packit_worker.handler import Done, Result
from packit_worker.handlers.submit_tests import ranch_of_row
from packit_worker.policy import Policy
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow, Runs
from packit_worker.sentences import again
from packit_worker.testing_farm_outcome import Outcome, outcome_of, result_of
from parsers.result import Skip

_ARTIFACTS = "artifacts_url"


def report_test_result(event: TestingFarmResultEvent, context: Context) -> Result:
    """Ask how a request stands, and show it; results of the older API come with the event."""
    rows = context.runs.find(RunKind.TEST_RUN, event.pipeline_id)
    if rows and context.job is not None and rows[0].job != context.job.name:
        return Skip("other-job", f"they are the tests of job {rows[0].job}")
    still_open = [row for row in rows if not row.is_final]
    if not still_open:
        return Skip("already-known", f"it ended as {rows[0].state}" if rows else "")
    if event.result is not None:
        outcome, url = result_of(event.result, event.summary), event.log_url
    else:
        farm = context.services.testing_farm()
        request = farm.request(event.pipeline_id, ranch_of_row(still_open[0]))
        outcome, url = outcome_of(request), request.artifacts_url
    return _take(still_open, outcome, url, context.runs, context.policy)


def ask_testing_farm(rows: Sequence[RunRow], context: SweepContext) -> Sequence[Event]:
    """Ask about open requests whose notification did not come; rows without a number are left.

    What is new is shown here: as an event, the second news of an hour would look like the first.
    """
    number = rows[0].outside_id
    if number is None:
        return ()
    request = context.services.testing_farm().request(number, ranch_of_row(rows[0]))
    _take(rows, outcome_of(request), request.artifacts_url, context.runs, context.policy)
    return ()


def _take(
    rows: Sequence[RunRow], outcome: Outcome, url: str | None, runs: Runs, policy: Policy
) -> Result:
    """Move rows forward to an outcome, and show them."""
    for row in rows:
        if url and row.details.get(_ARTIFACTS) != url:
            runs.keep_details(row, {_ARTIFACTS: url})
    state = RunState(outcome.progress)
    # To people, accepted and submitted are the same.
    how = again(rows[0].handler, rows[0].trigger, policy.command_prefix)
    text = outcome.text.replace("{again}", how)
    moved = () if state is RunState.SUBMITTED else runs.advance(rows, state, text=text)
    if not moved:
        return Skip("already-known", f"it is {rows[0].state}")
    runs.show(moved)
    return Done(f"{state}: {text}")

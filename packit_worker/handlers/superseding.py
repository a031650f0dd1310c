"""Ends what still runs for older commits of a pull request, once a newer one is worked on.

Only what the same job of the package config made: what another job runs is none of its business.
Branches are left alone, because each of their commits was merged by somebody.
"""

from collections.abc import Callable, Collection
from contextlib import suppress

from packit_worker.context import Context
from packit_worker.errors import RefusedError, TransientError
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow

# In the details of a row: the commit for which it was ended.
_SUPERSEDED_BY = "superseded_by"
_SHORT = 7


def end_superseded(
    context: Context, kinds: Collection[RunKind], commit: str, cancel: Callable[[RunRow], None]
) -> None:
    """End the rows of older commits, show it, and have what they stand for canceled outside.

    Args:
        context: of an event about a pull request; of any other nothing is ended.
        kinds: of rows.
        commit: the newest one.
        cancel: is called once for each thing outside, and may fail as services do.
    """
    subject, job = context.subject, context.job
    if subject.config_trigger != "pull_request" or job is None:
        return
    old = [
        row
        for row in context.facts.known.open_runs
        if row.kind in kinds and row.job == job.name and row.commit != commit
    ]
    short = commit[:_SHORT]
    ended = context.runs.advance(
        old,
        RunState.CANCELED,
        text=f"Superseded by {short}.",
        details={_SUPERSEDED_BY: short},
    )
    context.runs.show(ended)
    for row in {row.outside_id: row for row in ended if row.outside_id}.values():
        cancel_quietly(row, cancel)


def cancel_quietly(row: RunRow, cancel: Callable[[RunRow], None]) -> None:
    """Cancel what a row stands for; what cannot be canceled runs to an end that nobody hears."""
    with suppress(RefusedError, TransientError):
        cancel(row)


def superseded_by(row: RunRow) -> str | None:
    """Return the short hash of the commit for which a row was ended; None: it was not."""
    return row.details.get(_SUPERSEDED_BY)

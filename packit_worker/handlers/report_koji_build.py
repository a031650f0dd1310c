"""What Koji's messages say about our tasks: rows move forward, statuses show it.

One message is enough: an end without a beginning, and a beginning after the end, do no harm.
"""

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.handler import Done, Result
from packit_worker.handlers.koji_failure import failure_of
from packit_worker.handlers.koji_texts import details_of, run_state, text_of
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow
from parsers.result import Skip

_BUILT_BY = "Koji has {nvr} already, built by {owner}. There is nothing more to do."


def report_koji_build(event: KojiBuildEvent, context: Context) -> Result:
    """Note how a task, or the build that came of it, stands."""
    row = _row(event, context)
    if isinstance(row, Skip):
        return row
    state, text = run_state(event.state), text_of(event)
    if state is None:
        return Skip("only-waits", f"the task is {event.state}")
    if row.is_final:
        return Skip("already-known", f"it ended as {row.state}")
    failure = failure_of(event, context) if state is RunState.FAILURE else None
    if failure is not None and failure.built is not None:
        owner = failure.built.owner or "somebody"
        state, text = RunState.SUCCESS, _BUILT_BY.format(nvr=failure.built.nvr, owner=owner)
    moved = context.runs.advance(
        [row],
        state,
        text=text,
        log=failure.log if failure else None,
        started_at=event.start_time,
        ended_at=event.completion_time,
        details=details_of(event, _log_urls(event, context)),
    )
    if not moved:
        return Skip("already-known", f"it is {row.state}")
    context.runs.show(moved)
    return Done(text)


def _row(event: KojiBuildEvent, context: Context) -> RunRow | Skip:
    """Return the row that the message is about, if it belongs to the job that is looked at."""
    number = event.build_id if event.task_id is None else event.task_id
    found = context.runs.find(RunKind.KOJI_BUILD, str(number))
    if not found:
        return Skip("not-ours", "there is no row of it")
    if context.job is not None and found[0].job != context.job.name:
        return Skip("other-job", f"it was built for job {found[0].job}")
    return found[0]


def _log_urls(event: KojiBuildEvent, context: Context) -> dict[str, str]:
    """Return where the log of each architecture lies; nothing where Koji is not in the settings."""
    try:
        koji = context.services.koji()
    except RefusedError:
        return {}
    return {arch: koji.log_url(task_id) for arch, task_id in event.rpm_build_task_ids.items()}

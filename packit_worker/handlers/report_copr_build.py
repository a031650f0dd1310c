"""What Copr's messages say about our builds: rows move forward, statuses show it.

One message is enough: an end without a start, and a start after the end, do no harm.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from packit_worker.context import Context
from packit_worker.copr import SOURCE_CHROOT, CoprState, state_of_number
from packit_worker.errors import TransientError
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.handler import Done, Result
from packit_worker.handlers.copr_comment import comment_on_success
from packit_worker.handlers.copr_log import log_of_failure
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow
from packit_worker.sentences import again
from parsers.result import Skip

_SOURCE_STARTED = "Building the SRPM."
_SOURCE_DONE = "The SRPM is built."
_SOURCE_FAILED = "The SRPM could not be made. The page shows the first error."
# In the details of a row: which event ended it. The same event may come here again after a crash.
_ENDED_BY = "ended_by"


def copr_build_start(event: CoprBuildEvent, context: Context) -> Result:
    """Note that a chroot, or the source package, is being built."""
    row = _row(event, context)
    if isinstance(row, Skip):
        return row
    is_source = event.chroot == SOURCE_CHROOT
    text = _SOURCE_STARTED if is_source else f"Copr build {event.build_id} is running."
    runs = context.runs
    moved = runs.advance([row], RunState.RUNNING, text=text, started_at=event.timestamp)
    if not moved:
        return Skip("already-known", f"it is {row.state}")
    if is_source:
        moved = (*moved, *runs.say(_chroots(event, context), _SOURCE_STARTED))
    runs.show(moved)
    return Done(text)


def copr_build_end(event: CoprBuildEvent, context: Context) -> Result:
    """Note how a chroot, or the source package, ended.

    Raises:
        TransientError: the forge does not show it; what comes after it waits while it is tried.
    """
    row = _row(event, context)
    if isinstance(row, Skip):
        return row
    # An attempt before this one may have come so far.
    if not row.is_final:
        rows = _ended(event, context, row)
    elif row.details.get(_ENDED_BY) == context.event_id:
        rows = _rows_of_end(event, context, row)
    else:
        return Skip("already-known", f"it ended as {row.state}")
    # In the end it is left to the sweep: what comes after it would never run.
    if not context.runs.show(rows) and not context.is_last_attempt:
        raise TransientError("not-shown", service="the forge")
    if event.chroot == SOURCE_CHROOT:
        return Done("the SRPM")
    if _state_of(event) is RunState.SUCCESS:
        comment_on_success(context, row)
    return Done(event.chroot)


def _ended(event: CoprBuildEvent, context: Context, row: RunRow) -> Sequence[RunRow]:
    """Move the row to its end, and with the source package all chroots that cannot follow."""
    state = _state_of(event)
    details = {_ENDED_BY: context.event_id}
    rows = [row]
    if event.chroot == SOURCE_CHROOT and state is not RunState.SUCCESS:
        rows += _chroots(event, context)
    log = log_of_failure(event, context) if state is RunState.FAILURE else None
    return context.runs.advance(
        rows,
        state,
        text=_text(event, row, state, context.policy.command_prefix),
        ended_at=event.timestamp,
        log=log.text if log else None,
        details=details | ({"log_url": log.url} if log else {}),
    )


def _rows_of_end(event: CoprBuildEvent, context: Context, row: RunRow) -> Sequence[RunRow]:
    return [row, *_chroots(event, context)] if event.chroot == SOURCE_CHROOT else [row]


def _row(event: CoprBuildEvent, context: Context) -> RunRow | Skip:
    """Return the row that the message is about, if it belongs to the job that is looked at."""
    is_source = event.chroot == SOURCE_CHROOT
    kind, target = (RunKind.SRPM_BUILD, "") if is_source else (RunKind.COPR_BUILD, event.chroot)
    found = context.runs.find(kind, str(event.build_id), target)
    if not found:
        return Skip("not-ours", "there is no row of it")
    job = context.job
    # What `tests` jobs bring is one build for all of them, in the name of any of them.
    if job is not None and job.type != "tests" and found[0].job != job.name:
        return Skip("other-job", f"it was built for job {found[0].job}")
    return found[0]


def _chroots(event: CoprBuildEvent, context: Context) -> tuple[RunRow, ...]:
    return context.runs.find(RunKind.COPR_BUILD, str(event.build_id))


def _state_of(event: CoprBuildEvent) -> RunState:
    state = state_of_number(event.status)
    if state.is_good:
        return RunState.SUCCESS
    return RunState.CANCELED if state is CoprState.CANCELED else RunState.FAILURE


def _text(event: CoprBuildEvent, row: RunRow, state: RunState, prefix: str) -> str:
    if state is RunState.CANCELED:
        return f"The build was canceled in Copr. {again(row.handler, row.trigger, prefix)}"
    if event.chroot == SOURCE_CHROOT:
        return _SOURCE_DONE if state is RunState.SUCCESS else _SOURCE_FAILED
    took = _duration(row.started_at, event.timestamp or datetime.now(UTC))
    if state is RunState.SUCCESS:
        return f"Built{f' in {took}' if took else ''}. Packages can be installed from Copr."
    return f"Build failed{f' after {took}' if took else ''}. The page shows the first error."


def _duration(start: datetime | None, end: datetime) -> str:
    """Return how long it took: `4 min 12 s`; "" where that is not known."""
    if start is None or end < start:
        return ""
    minutes, seconds = divmod(round((end - start).total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

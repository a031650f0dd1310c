"""Starts scratch builds in Koji: a task, and a commit status, for each target.

First rows and statuses, then Koji: so a link never fails, and whatever happens on the way ends in a
status. After a crash each task is looked for by its upload folder before another is started.
"""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Protocol

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.handler import Done, Failed, Result
from packit_worker.handlers.change import Change, change_of
from packit_worker.handlers.koji_source import source_package
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow, Submission
from packit_worker.srpms import SRPM_FAILED
from packit_worker.status_names import status_context

KIND = "upstream-koji-build"
_ACCEPTED = "Accepted. Waiting for Koji."
_NOT_SCRATCH = (
    "Koji takes only scratch builds of what is not in dist-git yet. Set `scratch: true` in the job."
)
_SRPM_FAILED = "The SRPM could not be made: {reason}."
_REFUSED = "Not your change: {reason}."
# Clocks differ a little.
_SKEW = timedelta(minutes=2)


class HasUrl(Protocol):
    """An event that tells where its repository lies."""

    @property
    def https_url(self) -> str:
        """The address of the repository."""


def start_koji_build(event: HasUrl, context: Context) -> Result:
    """Build the commit of an event; repeated after a crash, it goes on where it was.

    Raises:
        TransientError: Koji, Bodhi, the forge or whoever makes source packages is down.
        RefusedError: what the settings lack.
    """
    job = context.job
    if job is None:
        return Failed("no-job", "a build needs a job")
    rows = context.submissions.earlier()
    waiting: Sequence[RunRow] = _not_submitted(context, rows)
    if rows and not waiting:
        return _ended(context.submissions.rows())
    change = change_of(context, rows)
    if isinstance(change, Failed):
        return change
    if not rows:
        waiting = _announce(context, job, change)
    context.runs.show(waiting)
    if not job.values.get("scratch"):
        _end(context, waiting, RunState.ERROR, _NOT_SCRATCH)
        return Failed("not-scratch", _NOT_SCRATCH)
    waiting = _with_targets(context, waiting)
    if waiting:
        _build(event, context, job, change, waiting)
    return _ended(context.submissions.rows())


def _not_submitted(context: Context, rows: Sequence[RunRow]) -> list[RunRow]:
    """Return the rows of which Koji has no task; note the tasks of the others."""
    waiting = []
    for row in rows:
        if row.state is not RunState.SUBMITTING:
            continue
        koji = context.services.koji()
        task = koji.find_task(_marker(row), since=row.created_at - _SKEW)
        if task is None:
            waiting.append(row)
        else:
            context.decision.fact(f"Koji has task {task.id} of an attempt before this one")
            _note(context, row, task.id)
    return waiting


def _announce(context: Context, job: Job, change: Change) -> tuple[RunRow, ...]:
    targets = context.services.targets().koji_targets(job.targets)
    context.decision.notes.extend(targets.notes)
    if not targets.names:
        raise RefusedError("no-targets", f"{', '.join(job.targets)}: no release is called so now")
    text = " ".join([_ACCEPTED, *targets.notes])
    builds = [
        Submission(
            kind=RunKind.KOJI_BUILD,
            target=target,
            context=status_context(KIND, target, context.subject, job),
            text=text,
        )
        for target in targets.names
    ]
    return context.submissions.begin(builds, marker=f"pw-{token_hex(8)}", commit=change.commit)


def _with_targets(context: Context, rows: Sequence[RunRow]) -> list[RunRow]:
    """End the rows whose target Koji lacks; return the others."""
    koji = context.services.koji()
    good = []
    for row in rows:
        try:
            koji.check_target(row.target)
        except RefusedError as error:
            is_theirs = error.code == "unknown-target"
            text = error.reason if is_theirs else _REFUSED.format(reason=error.reason.rstrip("."))
            _end(context, [row], RunState.ERROR, text)
        else:
            good.append(row)
    return good


def _build(
    event: HasUrl, context: Context, job: Job, change: Change, rows: Sequence[RunRow]
) -> None:
    """Get the source package, and start a task for each row; a refusal ends a row."""
    with context.services.work_folder() as folder:
        try:
            srpm = source_package(event.https_url, context, job, change, rows, folder)
        except RefusedError as error:
            is_theirs = error.code == SRPM_FAILED
            state = RunState.FAILURE if is_theirs else RunState.ERROR
            text = (_SRPM_FAILED if is_theirs else _REFUSED).format(reason=error.reason.rstrip("."))
            _end(context, rows, state, text)
            return
        koji = context.services.koji()
        for row in rows:
            try:
                task_id = koji.submit(srpm, row.target, marker=_marker(row), scratch=True)
            except RefusedError as error:
                text = _REFUSED.format(reason=error.reason.rstrip("."))
                _end(context, [row], RunState.ERROR, text)
            else:
                _note(context, row, task_id)


def _marker(row: RunRow) -> str:
    """Return what the upload folder of a row is called after: each has one of its own."""
    return f"{row.marker}-{row.id}"


def _note(context: Context, row: RunRow, task_id: int) -> None:
    url = context.services.koji().task_url(task_id)
    sent = context.submissions.submitted([row], outside_id=str(task_id), web_url=url)
    # A task may wait for hours: nothing that is over is said meanwhile.
    told_more = [one for one in sent if not one.text.startswith(_ACCEPTED)]
    context.runs.show(context.runs.say(told_more, _ACCEPTED))


def _end(context: Context, rows: Sequence[RunRow], state: RunState, text: str) -> None:
    context.runs.show(context.runs.advance(rows, state, text=text))


def _ended(rows: Sequence[RunRow]) -> Result:
    """Return what came of it as a whole: done if there is a task."""
    tasks = [row.outside_id for row in rows if row.outside_id]
    refused = [f"{row.target}: {row.text}" for row in rows if not row.outside_id]
    if tasks:
        numbers = f"Koji task{'s' if len(tasks) > 1 else ''} {', '.join(tasks)}"
        return Done("; ".join([numbers, *refused]))
    return Failed("not-submitted", "; ".join(refused))

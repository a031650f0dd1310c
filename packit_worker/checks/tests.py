"""Whether the tests of a job are due now."""

from dataclasses import dataclass

from packit_worker.checks.branch import on_branch_of_job
from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.run_states import RunKind
from packit_worker.testing_farm_plan import ranch_of
from packit_worker.testing_farm_targets import asked_mark, unbuilt_targets
from parsers.result import Skip


def due_without_build(_event: Event, context: Context) -> Skip | None:
    """Stop for tests that wait for a build; go on where one of their targets will never have any.

    That is told at once: nobody else would ever tell it.
    """
    job = context.job
    if job is None or job.skip_build:
        return None
    if unbuilt_targets(job, context.jobs, context.services.targets(), ranch_of(job)):
        return None
    return Skip("after-build", "the tests start when the build has ended")


def asked_by_event(event: Event, context: Context) -> Skip | None:
    """Stop for a job that starts on command alone, unless one came while it was built."""
    job = context.job
    if job is None or not job.values.get("manual_trigger"):
        return None
    if isinstance(event, CoprBuildEvent):
        rows = context.runs.find(RunKind.COPR_BUILD, str(event.build_id), event.chroot)
        if any(row.details.get(asked_mark(job)) for row in rows):
            return None
    return Skip("manual-trigger", "the job starts on command alone")


def of_branch_of_job(_event: Event, context: Context) -> Skip | None:
    """Stop for a build of a push to another branch than the one that the job tests."""
    if context.subject.config_trigger != "commit":
        return None
    return on_branch_of_job(_Pushed(context.subject.ref), context)


@dataclass(frozen=True, slots=True)
class _Pushed:
    """What was pushed, as the row of the build tells it."""

    git_ref: str

"""Whether the tests of a job are due now."""

from dataclasses import dataclass

from packit_worker.checks.branch import on_branch_of_job
from packit_worker.checks.manual import ON_COMMAND
from packit_worker.checks.permission import may_write
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
        context.decision.fact("the job needs no build")
        return None
    unbuilt = unbuilt_targets(job, context.jobs, context.services.targets(), ranch_of(job))
    if unbuilt:
        chroots = ", ".join(each.chroot for each in unbuilt)
        context.decision.fact(f"no job builds for {chroots}")
        return None
    return Skip("after-build", "the tests start when the build has ended")


def due_without_build_of_actor(event: Event, context: Context) -> Skip | None:
    """Stop as `due_without_build`; where the actor may not start the build, say that instead."""
    skip = due_without_build(event, context)
    if skip is None:
        return None
    refusal = may_write(event, context)
    if refusal is None:
        return skip
    return Skip("build-not-allowed", f"the tests wait for a build, and {refusal.detail}")


def asked_by_event(event: Event, context: Context) -> Skip | None:
    """Stop for a job that starts on command alone, unless one came while it was built."""
    job = context.job
    if job is None or not job.values.get("manual_trigger"):
        context.decision.fact("the job starts by itself")
        return None
    if isinstance(event, CoprBuildEvent):
        rows = context.runs.find(RunKind.COPR_BUILD, str(event.build_id), event.chroot)
        if any(row.details.get(asked_mark(job)) for row in rows):
            return None
    return ON_COMMAND


def of_branch_of_job(_event: Event, context: Context) -> Skip | None:
    """Stop for a build of a push to another branch than the one that the job tests."""
    if context.subject.config_trigger != "commit":
        context.decision.fact("the build is of no push")
        return None
    return on_branch_of_job(_Pushed(context.subject.ref), context)


@dataclass(frozen=True, slots=True)
class _Pushed:
    """What was pushed, as the row of the build tells it."""

    git_ref: str

"""The rows and commit statuses of a build in Copr: one for the source package, one a chroot."""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_hex

from packit_worker.context import Context
from packit_worker.copr import CoprProject
from packit_worker.errors import TransientError
from packit_worker.handlers.change import Change
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind
from packit_worker.runs import RunRow, Submission
from packit_worker.status_names import status_context
from packit_worker.targets import targets_to_build

KIND = "rpm-build"
ACCEPTED = "Accepted. Waiting for Copr."


def announce(
    context: Context,
    job: Job,
    change: Change,
    rows: Sequence[RunRow],
    project: CoprProject,
) -> tuple[RunRow, ...]:
    """Make the rows: one for the source package, and one for each chroot.

    While nobody tells the chroots, that of the source package shows that the work is accepted.

    Args:
        context: of the event.
        job: of the package config.
        change: which commit.
        rows: that of the source package, if an attempt before this one waited for the chroots.
        project: where it is built.

    Raises:
        TransientError: nobody tells the chroots now.
    """
    marker = rows[0].marker if rows else f"pw-{token_hex(8)}"
    source = Submission(
        kind=RunKind.SRPM_BUILD,
        target="",
        context="",
        text=ACCEPTED,
        replaces=_source_context(context, job),
        details=_details(project),
    )
    begin = context.submissions.begin
    try:
        chroots = context.services.targets().chroots(targets_to_build(job, context.jobs))
    except TransientError:
        begin([replace(source, context=source.replaces)], marker=marker, commit=change.commit)
        raise
    context.decision.notes.extend(chroots.notes)
    source = replace(source, text=" ".join([ACCEPTED, *chroots.notes]))
    builds = _builds(context, job, source, chroots.names)
    return begin([source, *builds], marker=marker, commit=change.commit)


def _details(project: CoprProject) -> dict[str, str]:
    return {"project": str(project), "owner": project.owner, "name": project.name}


def _builds(
    context: Context, job: Job, source: Submission, chroots: Sequence[str]
) -> list[Submission]:
    """Return what is to be built of a source package."""
    taken = _chroots_of_others(context, job)
    return [
        Submission(
            kind=RunKind.COPR_BUILD,
            target=chroot,
            context=status_context(KIND, chroot, context.subject, job)
            + (f":{job.index}" if chroot in taken else ""),
            text=source.text,
            details=source.details,
        )
        for chroot in chroots
    ]


def _source_context(context: Context, job: Job) -> str:
    """Return the context of the source package, where it needs one: of its own among several."""
    alike = (job.type, job.trigger)
    building = [each for each in context.jobs if (each.type, each.trigger) == alike]
    # Tests that bring their build bring one for all of them.
    if job.type != "copr_build" or len(building) < 2:  # noqa: PLR2004 - several
        return KIND
    return ":".join(filter(None, [KIND, job.package, job.identifier or str(job.index)]))


def _chroots_of_others(context: Context, job: Job) -> frozenset[str]:
    """Return chroots whose status is that of a job before this one, because neither has a name."""
    place = (job.type, job.trigger, job.package, None)
    before = [
        each
        for each in context.jobs
        if (each.type, each.trigger, each.package, each.identifier or None) == place
        and each.index < job.index
    ]
    # Tests that bring their build bring one for all of them.
    if job.identifier or job.type != "copr_build" or not before:
        return frozenset()
    known = context.services.targets()
    return frozenset(name for each in before for name in known.chroots(each.targets).names)

"""The rows and commit statuses of a build in Copr: one for the source package, one a chroot."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from secrets import token_hex

from packit_worker.context import Context
from packit_worker.copr_projects import Claim
from packit_worker.errors import RefusedError, TransientError
from packit_worker.handlers.change import Change
from packit_worker.handlers.copr_project import claim_of, project_of
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind
from packit_worker.runs import RunRow, Submission
from packit_worker.status_names import status_context
from packit_worker.targets import targets_to_build

KIND = "rpm-build"
ACCEPTED = "Accepted. Waiting for Copr."


def announce(
    context: Context, job: Job, change: Change, rows: Sequence[RunRow]
) -> tuple[tuple[RunRow, ...], Claim | RefusedError]:
    """Claim the project and make the rows: one for the source package, and one for each chroot.

    While nobody tells the chroots, that of the source package shows that the work is accepted.

    Args:
        context: of the event.
        job: of the package config.
        change: which commit.
        rows: that of the source package, if an attempt before this one waited for the chroots.

    Returns:
        The rows; and the claim, or why there is none.

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
    )
    try:
        chroots = context.services.targets().chroots(targets_to_build(job, context.jobs))
        taken = _chroots_of_others(context, job)
    except TransientError:
        _begin(context, job, change, [replace(source, context=source.replaces)], marker)
        raise
    context.decision.notes.extend(chroots.notes)
    source = replace(source, text=" ".join([ACCEPTED, *chroots.notes]))
    builds = [_build(context, job, chroot, source.text, taken) for chroot in chroots.names]
    return _begin(context, job, change, [source, *builds], marker)


def _build(
    context: Context, job: Job, chroot: str, text: str, taken: Collection[str]
) -> Submission:
    """Return what is to be built for a chroot; `taken`: those whose status another job has."""
    name = status_context(KIND, chroot, context.subject, job)
    number = f":{job.index}" if chroot in taken else ""
    return Submission(kind=RunKind.COPR_BUILD, target=chroot, context=f"{name}{number}", text=text)


def _begin(
    context: Context, job: Job, change: Change, wanted: Sequence[Submission], marker: str
) -> tuple[tuple[RunRow, ...], Claim | RefusedError]:
    """Claim the project, and make rows that name it."""
    named = project_of(context, job, change.identifier)
    with context.submissions.together():
        project, claim = claim_of(context, job, named)
        details = {"project": str(project), "owner": project.owner, "name": project.name}
        placed = [replace(each, details=details) for each in wanted]
        rows = context.submissions.begin(placed, marker=marker, commit=change.commit)
    return rows, claim


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

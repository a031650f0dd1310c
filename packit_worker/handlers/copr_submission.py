"""Submits a build to Copr: with a script that makes the source package there, or with one of ours.

In Copr is the default: then no code of a repository runs here. `copr.srpm_build: local` makes it in
the box of this service.
"""

from collections.abc import Sequence

from packit_worker.context import Context
from packit_worker.copr import BuildOptions, CoprBuild, CoprProject
from packit_worker.handlers.change import Change
from packit_worker.package_config import Job
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow
from packit_worker.srpm_script import PackitOptions, source_script
from packit_worker.srpms import SrpmOrder

MAKING = "Building the SRPM."


def submit_build(
    https_url: str,
    context: Context,
    job: Job,
    change: Change,
    project: CoprProject,
    rows: Sequence[RunRow],
) -> CoprBuild:
    """Submit one build for the rows: that of the source package, and one for each chroot.

    Raises:
        TransientError, RefusedError: as `Copr` and `Srpms` say.
    """
    copr = context.services.copr()
    options = _build_options(context, job, project, rows)
    marker = rows[0].marker
    if context.policy.srpm_build == "copr":
        script = source_script(
            clone_url(https_url),
            change.checkout,
            marker=marker,
            chroot=context.services.targets().latest_stable_fedora().names[0],
            options=packit_options(job),
            build_deps=job.values.get("srpm_build_deps") or (),
        )
        return copr.submit_script(project, script, options)
    srpms = context.services.srpms()
    context.runs.show(context.runs.say(rows, MAKING, until=RunState.SUBMITTED))
    with context.services.work_folder() as folder:
        srpm = srpms.make(srpm_order(https_url, job, change), folder)
        return copr.submit_srpm(project, srpm, options, marker=marker)


def srpm_order(https_url: str, job: Job, change: Change) -> SrpmOrder:
    """Return the order for the source package of a change.

    Args:
        https_url: the page of the repository.
        job: of the package config.
        change: which commit.
    """
    return SrpmOrder(
        clone_url=clone_url(https_url), checkout=change.checkout, options=packit_options(job)
    )


def clone_url(https_url: str) -> str:
    """Return what git clones, of the page of a repository."""
    return f"{https_url.removesuffix('/').removesuffix('.git')}.git"


def packit_options(job: Job) -> PackitOptions:
    """Return all that a job says of its source package; the rest is read from the commit."""
    return PackitOptions(
        package=job.package or None, release_suffix=job.values.get("release_suffix") or None
    )


def _build_options(
    context: Context, job: Job, project: CoprProject, rows: Sequence[RunRow]
) -> BuildOptions:
    is_ours = project.owner == context.services.copr().username
    return BuildOptions(
        chroots=tuple(row.target for row in rows if row.target),
        enable_net=bool(job.values.get("enable_net")),
        timeout=job.values.get("timeout"),
        forge_project=None if is_ours else str(context.subject.repository),
    )

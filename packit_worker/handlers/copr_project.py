"""Which Copr project a job builds in, and how that project has to be.

https://packit.dev/docs/configuration/upstream/copr_build
"""

import re

from packit_worker.context import Context
from packit_worker.copr import CoprProject, ProjectPlan
from packit_worker.package_config import Job

# https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/forms.py
_UNFIT = re.compile(r"[^\w.-]", re.ASCII)
_DELETE_AFTER_DAYS = 60
_GITHUB = "github.com"


def project_of(context: Context, job: Job, identifier: str, our_account: str) -> CoprProject:
    """Return the project of a job: the one it names, else one for the pull request or branch.

    Args:
        context: of the event.
        job: of the package config.
        identifier: number of the pull request, name of the branch, `releases`.
        our_account: who owns projects whose owner the job does not name.
    """
    name = job.values.get("project") or _default_name(context, job, identifier)
    return CoprProject(job.values.get("owner") or our_account, name)


def _default_name(context: Context, job: Job, identifier: str) -> str:
    repository = context.subject.repository
    assert repository is not None  # noqa: S101 - for mypy; a build without one is never selected
    host = "" if repository.host == _GITHUB else repository.host
    # Two deployments must not build in one project: `packit-stg` is that of the staging one.
    deployment = context.policy.status_prefix.removeprefix("packit").strip("-")
    parts = [host, repository.namespace, repository.name, identifier]
    parts += [job.package, job.identifier or "", deployment]
    return _UNFIT.sub("-", "-".join(part for part in parts if part))


def plan_of(context: Context, job: Job, chroots: tuple[str, ...], project_name: str) -> ProjectPlan:
    """Return how the project of a job has to be."""
    values = job.values
    repository = context.subject.repository
    return ProjectPlan(
        chroots=chroots,
        description=f"Builds of {repository}, made by packit-worker for `{project_name}`.",
        instructions=(
            "Add this repository with `dnf copr enable`. Unless it is named in the package config"
            " to be kept, Copr deletes it when nothing was built here for a while."
        ),
        contact=context.policy.pages_url,
        listed=bool(values.get("list_on_homepage")),
        delete_after_days=None if values.get("preserve_project") else _DELETE_AFTER_DAYS,
        additional_repos=tuple(values.get("additional_repos") or ()),
    )

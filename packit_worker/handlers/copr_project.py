"""Which Copr project a job builds in, and how that project has to be.

https://packit.dev/docs/configuration/upstream/copr_build
"""

import re

from packit_worker.context import Context
from packit_worker.copr import CoprProject, ProjectPlan
from packit_worker.copr_projects import Claim, as_name, default_prefix, is_name
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.package_config import Job

_DELETE_AFTER_DAYS = 60
# What the default name of a pull request may have here.
_NUMBER = re.compile(r"\d+(-|$)", re.ASCII)


def project_of(context: Context, job: Job, identifier: str) -> CoprProject:
    """Return the project of a job: the one it names, else one for the pull request or branch.

    Args:
        context: of the event.
        job: of the package config.
        identifier: number of the pull request, name of the branch, `releases`.
    """
    ours = context.services.copr().username
    name = job.values.get("project") or _default_name(context, job, identifier)
    return CoprProject(job.values.get("owner") or ours, name)


def claim_of(
    context: Context, job: Job, project: CoprProject
) -> tuple[CoprProject, Claim | RefusedError]:
    """Return the claim of the event's repository to a project; of others' Copr itself decides.

    Returns:
        Where it is to be built, and why not if it is another repository's (`not-our-project`) or
        cannot be anybody's: rows tell both to people.
    """
    try:
        claim = _claim(context, job, project)
    except RefusedError as error:
        return project, error
    return claim.project, claim


def _claim(context: Context, job: Job, project: CoprProject) -> Claim:
    repository = _repository(context)
    if project.owner != context.services.copr().username:
        return Claim(project, is_made=True)
    if not is_name(project.name):
        raise RefusedError("bad-project-name", f"{project.name!r} is no name of a project")
    is_custom = bool(job.values.get("project"))
    claim = context.copr_projects.claim(project, repository, is_custom=is_custom)
    if claim is None:
        raise RefusedError("not-our-project", f"{project} is of another repository")
    return claim


def _repository(context: Context) -> Repository:
    repository = context.subject.repository
    assert repository is not None  # noqa: S101 - for mypy; a build without one is never selected
    return repository


def _default_name(context: Context, job: Job, identifier: str) -> str:
    is_pull_request = context.subject.kind == "pull-request"
    place = as_name(identifier)
    if not is_pull_request and _NUMBER.match(place):
        place = f"branch-{place}"
    # Two deployments must not build in one project.
    deployment = context.policy.suffix.strip("-")
    rest = as_name(place, job.package, job.identifier or "", deployment)
    return default_prefix(_repository(context)) + rest


def plan_of(
    context: Context, job: Job, chroots: tuple[str, ...], project_name: str, claim: Claim
) -> ProjectPlan:
    """Return how the project of a job has to be.

    Raises:
        TransientError: the forge does not tell who wrote the package config.
    """
    values = {} if _is_of_outsider(context, job) else job.values
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
        forge_project=str(repository),
        is_known=claim.is_made,
        is_adoptable=claim.is_plain,
        is_left_alone=values is not job.values,
    )


def set_up(context: Context, claim: Claim, plan: ProjectPlan) -> None:
    """Have a project fit its plan; one that Copr refuses is nobody's.

    Raises:
        TransientError, RefusedError: as `Copr.set_up_project` says.
    """
    try:
        context.services.copr().set_up_project(claim.project, plan)
    except RefusedError:
        if not claim.is_made:
            context.copr_projects.let_go(claim.project)
        raise


def _is_of_outsider(context: Context, job: Job) -> bool:
    """Whether somebody without write access says how a project has to be that others use too."""
    subject, repository = context.subject, _repository(context)
    if subject.kind != "pull-request" or not job.values.get("project"):
        return False
    author = context.facts.pull_request(repository, int(subject.ref)).author
    if author is None:
        return True
    if context.policy.is_admin(repository.host, author):
        return False
    try:
        return not context.facts.can_merge(repository, author)
    except RefusedError:
        return True

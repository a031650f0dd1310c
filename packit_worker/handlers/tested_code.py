"""What a test run is about: the commit, where it lies, and whether there are tests."""

from packit_worker.context import Context
from packit_worker.forge import PullRequest, Repository
from packit_worker.handlers.change import moved_on
from packit_worker.package_config import Job
from packit_worker.testing_farm_plan import TestedCode, has_own_repository, metadata_file
from parsers.result import Skip


def tested_code(context: Context) -> TestedCode | Skip:
    """Return the code that is tested, or why it is not tested any more."""
    subject = context.subject
    repository, commit = subject.repository, subject.commit
    if repository is not None and commit is None and subject.kind == "release":
        commit = context.forge.commit(repository, subject.ref).sha
    if repository is None or commit is None:
        return Skip("no-commit", "the event tells no commit")
    moved = moved_on(context, repository, subject.ref, commit) if subject.kind == "branch" else None
    if moved is not None:
        return Skip(moved.code, moved.detail)
    url = _clone_url(context, repository)
    variables = {"PACKIT_FULL_REPO_NAME": repository.path}
    if subject.config_trigger != "pull_request":
        if subject.config_trigger == "release":
            variables["PACKIT_TAG_NAME"] = subject.ref
        return TestedCode(commit=commit, url=url, target_url=url, variables=variables)
    pull = context.facts.pull_request(repository, int(subject.ref))
    if pull.head_sha != commit:
        return Skip("superseded", pull.head_sha[:7])
    source = url if pull.source is None else _clone_url(context, pull.source)
    return TestedCode(
        commit=commit,
        url=source,
        target_url=url,
        target_sha=pull.target_sha,
        variables=variables | _of_pull_request(pull),
    )


def has_tests(context: Context, job: Job, code: TestedCode) -> bool:
    """Say whether there are tests: in a repository of their own, or beside the code."""
    subject = context.subject
    if has_own_repository(job):
        return True
    assert subject.repository is not None  # noqa: S101 - for mypy: it has code
    place = subject.repository
    is_pull = subject.config_trigger == "pull_request"
    # GitHub serves the commits of a fork from the target; elsewhere they lie in the fork alone.
    if is_pull and context.policy.forges.get(place.host) != "github":
        place = context.facts.pull_request(place, int(subject.ref)).source or place
    return context.facts.has_file(place, code.commit, metadata_file(job))


def _of_pull_request(pull: PullRequest) -> dict[str, str]:
    return {
        "PACKIT_PR_ID": str(pull.id),
        "PACKIT_SOURCE_SHA": pull.head_sha,
        "PACKIT_SOURCE_BRANCH": pull.source_branch,
        "PACKIT_TARGET_BRANCH": pull.target_branch,
    }


def _clone_url(context: Context, repository: Repository) -> str:
    """Return where anybody can clone a repository."""
    path = repository.path
    if context.policy.forges.get(repository.host) == "pagure" and path.startswith("fork/"):
        path = f"forks/{path.removeprefix('fork/')}"  # its page says fork, its git says forks
    return f"https://{repository.host}/{path}"

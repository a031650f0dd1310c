"""GitHub's answers as plain data: https://docs.github.com/en/rest."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from github.IssueComment import IssueComment
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as GithubPullRequest
from github.Repository import Repository as GithubRepository
from ogr.services.github.project import GithubProject

from packit_worker.errors import RefusedError
from packit_worker.forge import Comment, Commit, Issue, PullRequest, Repository, WrittenIssue
from packit_worker.services.github_errors import translated


def sent_comment(sent: dict[str, Any]) -> Comment:
    """Read the answer to a new comment."""
    created = datetime.fromisoformat(sent["created_at"])
    return Comment(id=sent["id"], body=sent["body"], author=sent["user"]["login"], created=created)


def sent_issue(sent: dict[str, Any]) -> Issue:
    """Read the answer to a new issue."""
    return Issue(id=sent["number"], url=sent["html_url"])


def issues(repository: GithubRepository, since: datetime) -> list[WrittenIssue]:
    """Return the newest issues that changed since then: one call, for a hundred at most."""
    query = {
        "state": "all",
        "sort": "created",
        "direction": "desc",
        "per_page": "100",
        "since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    address = f"{repository.url}/issues"
    found = repository.requester.requestJsonAndCheck("GET", address, parameters=query)[1]
    return [
        WrittenIssue(
            id=one["number"],
            url=one["html_url"],
            title=one["title"],
            body=one["body"] or "",
            author=one["user"]["login"] if one["user"] else None,
            is_open=one["state"] == "open",
        )
        for one in found
        if "pull_request" not in one  # to GitHub every pull request is an issue
    ]


def latest_release(repository: GithubRepository) -> str:
    """Return the tag of the newest release: one call."""
    address = f"{repository.url}/releases/latest"
    return str(repository.requester.requestJsonAndCheck("GET", address)[1]["tag_name"])


def load(project: GithubProject) -> GithubRepository:
    """Ask for the repository itself, once for each project.

    Raises:
        RefusedError: `repository-not-visible`.
    """
    try:
        with translated():
            repository: GithubRepository = project.github_repo
            return repository
    except RefusedError as error:
        if error.code != "not-found":
            raise
        reason = "private to us, or deleted"
        raise RefusedError("repository-not-visible", reason) from error


def content(repository: GithubRepository, ref: str, path: str) -> bytes | None:
    """Return the content of a file; None: no such file there.

    Raises:
        RefusedError: `too-large`; `ref-not-found`.
    """
    try:
        with translated():
            found = repository.get_contents(path, ref=ref)
    except RefusedError as error:
        if error.code == "not-found":
            return None
        raise
    if isinstance(found, list) or found.type != "file":
        return None
    # https://docs.github.com/en/rest/repos/contents: over 1 MB only the size comes.
    if found.encoding != "base64":
        raise RefusedError("too-large", f"{path} has {found.size} bytes")
    return found.decoded_content


def commit(repository: GithubRepository, ref: str) -> Commit:
    """Return the commit that a reference names."""
    found = repository.get_commit(ref)
    return Commit(sha=found.sha, committed=found.commit.committer.date)


def head(repository: GithubRepository, branch: str) -> str:
    """Return the newest commit of a branch: one call."""
    address = f"{repository.url}/git/ref/heads/{quote(branch)}"
    return str(repository.requester.requestJsonAndCheck("GET", address)[1]["object"]["sha"])


def pushed_at(repository: GithubRepository, pull: PullRequest) -> datetime | None:
    """Return when the head of a pull request was pushed: one call, for the last 100 pushes.

    https://docs.github.com/en/rest/repos/repos#list-repository-activities
    """
    if pull.source is None:
        return None
    address = f"/repos/{pull.source.path}/activity"
    query = {"ref": f"refs/heads/{pull.source_branch}", "direction": "desc", "per_page": "100"}
    found = repository.requester.requestJsonAndCheck("GET", address, parameters=query)[1]
    times = [one["timestamp"] for one in found if one["after"] == pull.head_sha]
    return max(map(datetime.fromisoformat, times), default=None)


def pull_request(host: str, pull: GithubPullRequest) -> PullRequest:
    """Read a pull request."""
    source = pull.head.repo
    return PullRequest(
        id=pull.number,
        state="merged" if pull.merged else "open" if pull.state == "open" else "closed",
        head_sha=pull.head.sha,
        source_branch=pull.head.ref,
        target_branch=pull.base.ref,
        author=pull.user.login if pull.user else None,
        source=Repository(host, source.owner.login, source.name) if source else None,
        url=pull.html_url,
        target_sha=pull.base.sha,
    )


def comments(repository: GithubRepository, number: int) -> list[Comment]:
    """Return the comments of a pull request or an issue: one call for a hundred."""
    address = f"{repository.url}/issues/{number}/comments"
    pages = PaginatedList(IssueComment, repository.requester, address, {"per_page": 100})
    return [
        Comment(
            id=one.id,
            body=one.body or "",
            author=one.user.login if one.user else None,
            created=one.created_at,
            edited=one.updated_at,
        )
        for one in pages
    ]

"""Pagure through ogr: one call for one fact.

Where an ogr method makes a further call after a write (who am I?), the same request goes through
ogr's `call_api`: a failure after a write would have the write repeated. https://pagure.io/api/0/
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, TypeVar

from ogr.abstract.status import CommitStatus
from ogr.exceptions import OperationNotSupported
from ogr.services.pagure.project import PagureProject

from packit_worker.errors import RefusedError
from packit_worker.forge import (
    Comment,
    Commit,
    Issue,
    PullRequest,
    PullRequestState,
    Repository,
    StatusState,
    Thread,
    Visibility,
    WrittenIssue,
)
from packit_worker.services.calls import not_text, read
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.pagure_client import pagure_client, translated

T = TypeVar("T")

_HASH = re.compile(r"[0-9a-f]{40}")

_STATES: dict[str, PullRequestState] = {"Open": "open", "Closed": "closed", "Merged": "merged"}


class PagureForge:
    """A `packit_worker.forge.Forge`. One for each host; not shared between threads."""

    def __init__(self, settings: ForgeSettings) -> None:
        self._settings = settings
        self._client = pagure_client(settings)
        self._listed: tuple[tuple[Repository, str], frozenset[str]] | None = None

    def close(self) -> None:
        """Give the connections back."""
        self._client.session.close()

    def visibility(self, repository: Repository) -> Visibility:
        """Tell what is declared; ogr knows five public sites; of any other Pagure cannot tell."""
        if self._settings.declared_public:
            return Visibility.PUBLIC
        try:
            private = self._read(repository, lambda project: project.is_private())
        except RefusedError as error:
            if isinstance(error.__cause__, OperationNotSupported):
                return Visibility.UNKNOWN
            raise
        return Visibility.PRIVATE if private else Visibility.PUBLIC

    def default_branch(self, repository: Repository) -> str:
        """Return the default branch; a repository may have none: `not-found`."""
        branch = self._read(repository, lambda project: project.default_branch)
        if not branch:
            raise RefusedError("not-found", f"{repository} has no default branch")
        return str(branch)

    def files_at(self, repository: Repository, ref: str) -> frozenset[str]:
        """Return the names of the files at the top level."""
        if self._listed and self._listed[0] == (repository, ref):
            return self._listed[1]
        try:
            names = frozenset(self._read(repository, lambda project: project.get_files(ref=ref)))
        except RefusedError as error:
            if error.code != "not-found":
                raise
            raise RefusedError("ref-not-found", f"{ref} of {repository}") from error
        if _HASH.fullmatch(ref):
            # A commit never changes, and who misses one file lists the others next.
            self._listed = ((repository, ref), names)
        return names

    def file_at(self, repository: Repository, ref: str, path: str) -> str | None:
        """Return the text of a file; None: no such file there.

        A miss costs one more call: the page of a file does not say whether the file, the ref or
        the repository is missing.
        """
        try:
            return self._read(repository, lambda project: _content(project, ref, path))
        except FileNotFoundError:
            self.files_at(repository, ref)
            return None

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit of a hash; Pagure's API asks for nothing else."""
        if not _HASH.fullmatch(ref):
            raise RefusedError("not-supported", "Pagure tells commits by their hash alone")
        try:
            return self._get(repository, f"c/{ref}/info", _commit)
        except RefusedError as error:
            if error.code != "not-found":
                raise
            raise RefusedError("ref-not-found", f"{ref} of {repository}") from error

    def branch_head(self, repository: Repository, branch: str) -> str:
        """Return the newest commit of a branch; Pagure tells those of all branches at once."""
        address = "git/branches?with_commits=1"
        heads = self._get(repository, address, lambda answer: dict(answer["branches"]))
        if branch not in heads:
            raise RefusedError("ref-not-found", f"{branch} of {repository}")
        return str(heads[branch])

    def pushed_at(self, repository: Repository, pull: PullRequest) -> None:  # noqa: ARG002 - the interface of every forge
        """Pagure does not tell."""
        return

    def can_merge(self, repository: Repository, login: str) -> bool:
        """Say whether the account, or a group it is in, may commit."""
        return bool(self._read(repository, lambda project: project.can_merge_pr(login)))

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        """Return a pull request as it stands now."""
        return self._get(repository, f"pull-request/{number}", self._pull_request)

    def set_status(
        self,
        repository: Repository,
        commit: str,
        *,
        context: str,
        state: StatusState,
        text: str,
        url: str,
    ) -> None:
        """Set the flag of a commit and context: the same `uid` again changes that flag."""
        # Unique in the whole instance, and at most 32 characters.
        uid = blake2b(f"{repository}@{commit}:{context}".encode(), digest_size=16).hexdigest()
        with translated():
            self._project(repository).set_commit_status(
                commit, CommitStatus[state], url, text, context, uid=uid
            )

    def comments(self, repository: Repository, thread: Thread) -> list[Comment]:
        """Return the comments of a pull request or an issue, oldest first."""
        return self._get(repository, _path(thread), _comments)

    def comment(self, repository: Repository, thread: Thread, body: str) -> Comment:
        """Add a comment; Pagure does not tell its number."""
        self._post(repository, f"{_path(thread)}/comment", {"comment": body}, _message)
        return Comment(id=None, body=body, author=None, created=None)

    def edit_comment(self, repository: Repository, comment_id: int, body: str) -> None:  # noqa: ARG002 - the interface of every forge
        """Pagure's API cannot."""
        raise RefusedError("not-supported", "Pagure's API cannot edit a comment")

    def open_issue(self, repository: Repository, title: str, body: str) -> Issue:
        """Open an issue."""
        words = {"title": title, "issue_content": body}
        return self._post(repository, "new_issue", words, self._issue(repository))

    def issues(self, repository: Repository, *, since: datetime) -> list[WrittenIssue]:
        """Return the newest 100 issues that changed since then."""
        query = f"issues?status=all&per_page=100&since={int(since.timestamp())}"

        def build(answer: dict[str, Any]) -> list[WrittenIssue]:
            return [self._written(repository, one) for one in answer["issues"]]

        return self._get(repository, query, build)

    def edit_issue(self, repository: Repository, number: int, body: str) -> None:
        """Replace the text of an issue; its title has to be sent along."""
        address = f"issue/{number}"
        title = self._get(repository, address, lambda answer: str(answer["title"]))
        self._post(repository, address, {"title": title, "issue_content": body}, _message)

    def latest_release(self, repository: Repository) -> str | None:
        """Pagure has none."""
        raise RefusedError("not-supported", f"{repository}: Pagure has no releases")

    def close_issue(self, repository: Repository, number: int) -> None:
        """Close an issue."""
        self._post(repository, f"issue/{number}/status", {"status": "Closed"}, _message)

    def _read(self, repository: Repository, call: Callable[[PagureProject], T]) -> T:
        def once() -> T:
            with translated():
                return call(self._project(repository))

        return read(once)

    def _get(self, repository: Repository, path: str, build: Callable[[Any], T]) -> T:
        return self._read(
            repository, lambda _: build(self._client.call_api(self._address(repository, path)))
        )

    def _post(
        self, repository: Repository, path: str, words: dict[str, str], build: Callable[[Any], T]
    ) -> T:
        """Write, once, and build the answer: one that is not as documented is an error too."""
        with translated():
            return build(self._client.call_api(self._address(repository, path), "POST", data=words))

    def _address(self, repository: Repository, path: str) -> str:
        return str(self._client.get_api_url(repository.path, path))

    def _project(self, repository: Repository) -> PagureProject:
        owner, namespace = None, repository.namespace
        if namespace.startswith("fork/"):
            _, owner, *rest = namespace.split("/", 2)
            namespace = rest[0] if rest else ""
        # A username, even none, spares ogr the question who we are.
        return self._client.get_project(
            repo=repository.name,
            namespace=namespace or None,
            username=owner,
            is_fork=owner is not None,
        )

    def _pull_request(self, answer: dict[str, Any]) -> PullRequest:
        source = answer["repo_from"]
        namespace, _, name = (source["url_path"] if source else "").rpartition("/")
        return PullRequest(
            id=answer["id"],
            state=_STATES[answer["status"]],
            head_sha=answer["commit_stop"],
            source_branch=answer["branch_from"],
            target_branch=answer["branch"],
            author=_name(answer["user"]),
            source=Repository(self._settings.host, namespace, name) if source else None,
            url=f"{self._client.instance_url}/{answer['project']['url_path']}"
            f"/pull-request/{answer['id']}",
        )

    def _issue(self, repository: Repository) -> Callable[[dict[str, Any]], Issue]:
        def build(answer: dict[str, Any]) -> Issue:
            number = int(answer["issue"]["id"])
            return Issue(
                id=number, url=f"{self._client.instance_url}/{repository.path}/issue/{number}"
            )

        return build

    def _written(self, repository: Repository, answer: dict[str, Any]) -> WrittenIssue:
        number = int(answer["id"])
        return WrittenIssue(
            id=number,
            url=f"{self._client.instance_url}/{repository.path}/issue/{number}",
            title=answer["title"],
            body=answer["content"] or "",
            author=_name(answer["user"]),
            is_open=answer["status"] == "Open",
        )


def _path(thread: Thread) -> str:
    return f"{thread.kind}/{thread.id}"


def _name(user: dict[str, Any] | None) -> str | None:
    return str(user["name"]) if user else None


def _commit(answer: dict[str, Any]) -> Commit:
    return Commit(sha=answer["hash"], committed=datetime.fromtimestamp(answer["commit_time"], UTC))


def _message(answer: dict[str, Any]) -> object:
    return answer["message"]


def _content(project: PagureProject, ref: str, path: str) -> str:
    try:
        return str(project.get_file_content(path, ref))
    except UnicodeDecodeError as error:
        raise not_text(path, error) from error


def _moment(seconds: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(seconds), UTC) if seconds else None


def _comments(answer: dict[str, Any]) -> list[Comment]:
    return [
        Comment(
            id=int(one["id"]),
            body=one["comment"],
            author=_name(one["user"]),
            # Some instances write a fraction, on which ogr's own reading fails.
            created=datetime.fromtimestamp(float(one["date_created"]), UTC),
            edited=_moment(one.get("edited_on")),
        )
        for one in answer["comments"]
    ]

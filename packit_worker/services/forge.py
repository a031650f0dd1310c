"""The forges of the settings behind one door: a repository's host says which one answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.forge import (
    Comment,
    Commit,
    Forge,
    Issue,
    PullRequest,
    Repository,
    StatusState,
    Thread,
    Visibility,
    WrittenIssue,
)
from packit_worker.services.forge_settings import ForgeSettings


class OpenForge(Forge, Protocol):
    """A forge with its connections."""

    def close(self) -> None:
        """Give the connections back."""


class Forges:
    """A `packit_worker.forge.Forge` over all forges. One for each thread of a worker.

    It is first used after the fork: connections are not shared.

    The client of a host, and with it ogr, is loaded when that host is first asked. Which client
    answers depends on the host's name in the settings alone, never on the address of its API: two
    forges may share an address and differ in the port, which ogr would mix up.
    """

    def __init__(self, settings: Sequence[ForgeSettings]) -> None:
        """Take one settings value for each host.

        Raises:
            ValueError: a host occurs twice.
        """
        self._settings = {one.host: one for one in settings}
        if len(self._settings) != len(settings):
            raise ValueError("a host occurs twice among the forges")
        self._forges: dict[str, OpenForge] = {}

    def close(self) -> None:
        """Give all connections back."""
        for forge in self._forges.values():
            forge.close()
        self._forges.clear()

    def visibility(self, repository: Repository) -> Visibility:
        """Ask afresh who may see the repository."""
        return self._of(repository).visibility(repository)

    def default_branch(self, repository: Repository) -> str:
        """Return the name of the branch that a clone checks out."""
        return self._of(repository).default_branch(repository)

    def files_at(self, repository: Repository, ref: str) -> frozenset[str]:
        """Return the names of the files at the top level."""
        return self._of(repository).files_at(repository, ref)

    def file_at(self, repository: Repository, ref: str, path: str) -> str | None:
        """Return the text of a file; None: no such file there."""
        return self._of(repository).file_at(repository, ref, path)

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit that a branch, a tag or a hash names."""
        return self._of(repository).commit(repository, ref)

    def branch_head(self, repository: Repository, branch: str) -> str:
        """Return the newest commit of a branch."""
        return self._of(repository).branch_head(repository, branch)

    def pushed_at(self, repository: Repository, pull: PullRequest) -> datetime | None:
        """Return when the head of a pull request was pushed; None: not known."""
        return self._of(repository).pushed_at(repository, pull)

    def can_merge(self, repository: Repository, login: str) -> bool:
        """Say whether the account may write to the repository."""
        return self._of(repository).can_merge(repository, login)

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        """Return a pull request as it stands now."""
        return self._of(repository).pull_request(repository, number)

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
        """Set the status of a commit and context."""
        forge = self._of(repository)
        forge.set_status(repository, commit, context=context, state=state, text=text, url=url)

    def comments(self, repository: Repository, thread: Thread) -> list[Comment]:
        """Return the comments of a pull request or an issue, oldest first."""
        return self._of(repository).comments(repository, thread)

    def comment(self, repository: Repository, thread: Thread, body: str) -> Comment:
        """Add a comment."""
        return self._of(repository).comment(repository, thread, body)

    def edit_comment(self, repository: Repository, comment_id: int, body: str) -> None:
        """Replace the text of our own comment."""
        self._of(repository).edit_comment(repository, comment_id, body)

    def open_issue(self, repository: Repository, title: str, body: str) -> Issue:
        """Open an issue."""
        return self._of(repository).open_issue(repository, title, body)

    def issues(self, repository: Repository, *, since: datetime) -> list[WrittenIssue]:
        """Return the newest 100 issues that changed since then."""
        return self._of(repository).issues(repository, since=since)

    def edit_issue(self, repository: Repository, number: int, body: str) -> None:
        """Replace the text of our own issue."""
        self._of(repository).edit_issue(repository, number, body)

    def latest_release(self, repository: Repository) -> str | None:
        """Return the tag of the newest release."""
        return self._of(repository).latest_release(repository)

    def close_issue(self, repository: Repository, number: int) -> None:
        """Close an issue."""
        self._of(repository).close_issue(repository, number)

    def _of(self, repository: Repository) -> Forge:
        host = repository.host
        if host not in self._forges:
            if host not in self._settings:
                raise RefusedError("unknown-forge", f"{host} is not among the forges we know")
            try:
                self._forges[host] = _load(self._settings[host])
            except RefusedError as error:
                # A key that cannot be read is the operator's fault: no event is lost by it.
                raise TransientError(BAD_CREDENTIALS, detail=error.reason) from error
        return self._forges[host]


def _load(settings: ForgeSettings) -> OpenForge:
    # ogr takes half a second and 60 MB: only who asks a forge pays.
    if settings.type == "github":
        from packit_worker.services.github import GithubForge  # noqa: PLC0415 - see above

        return GithubForge(settings)
    from packit_worker.services.pagure import PagureForge  # noqa: PLC0415 - see above

    return PagureForge(settings)

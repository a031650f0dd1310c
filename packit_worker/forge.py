"""What a git forge tells us, as plain data, and the Protocol that each forge's client follows.

Handlers and checks import this file, never `services`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol
from urllib.parse import urlsplit

# GitHub and Pagure share these four: https://docs.github.com/en/rest/commits/statuses
StatusState = Literal["pending", "success", "failure", "error"]
PullRequestState = Literal["open", "closed", "merged"]


class Visibility(StrEnum):
    """Who may see a repository. `UNKNOWN` (the forge cannot tell) is never taken for public."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on a forge.

    Attributes:
        host: the forge's name as payloads spell it (`github.com`), wherever its API may lie.
        namespace: may hold slashes, and is empty at the top level of Pagure. The namespace of a
            Pagure fork is its path: `fork/<owner>` or `fork/<owner>/<namespace>`.
        name: the last part of the path.
    """

    host: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """The namespace and the name: `rpms/hello`."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        """Return host and path: `github.com/o/r`."""
        return f"{self.host}/{self.path}"


def host_of(url: str) -> str:
    """Return the host of a URL, with its port, as `Repository.host`; "" if it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:  # `http://[`
        return ""


def repository_at(url: str) -> Repository | None:
    """Return the repository whose page or clone URL this is; None: it is no such URL."""
    host = host_of(url)
    if not host:
        return None
    namespace, _, name = urlsplit(url).path.strip("/").removesuffix(".git").rpartition("/")
    return Repository(host, namespace, name) if name else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as it stands now.

    Attributes:
        author: a login; None: the account is deleted.
        source: the repository it comes from; None: that one is deleted.
        target_sha: what it would be merged into; None: the forge does not tell it along.
    """

    id: int
    state: PullRequestState
    head_sha: str
    source_branch: str
    target_branch: str
    author: str | None
    source: Repository | None
    url: str
    target_sha: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its hash, and when it was made, as whoever made it says."""

    sha: str
    committed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment of a pull request or an issue.

    Attributes:
        id: None where the forge does not tell it (a new comment on Pagure).
        author: a login; None where the forge does not tell it, or the account is deleted.
        edited: when it was last changed; None: never, or the forge does not tell.
    """

    id: int | None
    body: str
    author: str | None
    created: datetime | None
    edited: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue: its number and its page."""

    id: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenIssue:
    """An issue with what was written.

    Attributes:
        author: a login; None: the account is deleted.
    """

    id: int
    url: str
    title: str
    body: str
    author: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a comment goes: a pull request or an issue, by its number."""

    kind: Literal["pull-request", "issue"]
    id: int


class Forge(Protocol):
    """What stage 2 asks a forge.

    Every method raises `TransientError` (down, slow, rate limit, bad-credentials: until the
    operator mends our token) or `RefusedError` and nothing else. Codes of a refusal:
    app-not-installed, app-suspended,
    repository-not-visible (private to us or deleted: forges do not tell them apart),
    repository-blocked, not-found (a thing inside a visible repository), ref-not-found, deleted,
    no-permission, issues-disabled, invalid (the forge refuses our words), too-many-statuses,
    too-large, not-text, not-supported, unknown-forge, refused (any other no).
    """

    def visibility(self, repository: Repository) -> Visibility:
        """Ask afresh who may see the repository."""

    def default_branch(self, repository: Repository) -> str:
        """Return the name of the branch that a clone checks out."""

    def files_at(self, repository: Repository, ref: str) -> frozenset[str]:
        """Return the names of the files at the top level, in one call.

        `ref` is a branch, a tag or a commit; an unknown one is refused: `ref-not-found`.
        """

    def file_at(self, repository: Repository, ref: str, path: str) -> str | None:
        """Return the text of a file; None: no such file there."""

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit that a branch, a tag or a hash names; none: `ref-not-found`."""

    def branch_head(self, repository: Repository, branch: str) -> str:
        """Return the newest commit of a branch; no such branch: `ref-not-found`."""

    def pushed_at(self, repository: Repository, pull: PullRequest) -> datetime | None:
        """Return when the head of a pull request was pushed, as the forge itself saw it.

        None: this forge does not tell, or not so far back.
        """

    def can_merge(self, repository: Repository, login: str) -> bool:
        """Say whether the account may write to the repository; an unknown account may not."""

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        """Return a pull request as it stands now."""

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
        """Set the status of a commit and context; idempotent. `text` is at most 140 characters."""

    def comments(self, repository: Repository, thread: Thread) -> list[Comment]:
        """Return the comments of a pull request or an issue, oldest first."""

    def comment(self, repository: Repository, thread: Thread, body: str) -> Comment:
        """Add a comment. Never repeated by itself: after a timeout the caller has to look."""

    def edit_comment(self, repository: Repository, comment_id: int, body: str) -> None:
        """Replace the text of our own comment; Pagure refuses it: `not-supported`."""

    def open_issue(self, repository: Repository, title: str, body: str) -> Issue:
        """Open an issue. Never repeated by itself, like `comment`."""

    def issues(self, repository: Repository, *, since: datetime) -> list[WrittenIssue]:
        """Return the issues, open and closed, that changed since then: the newest 100, no more.

        To find one of ours again that a crash kept us from noting: by hidden text in its body.
        """

    def edit_issue(self, repository: Repository, number: int, body: str) -> None:
        """Replace the text of our own issue."""

    def latest_release(self, repository: Repository) -> str | None:
        """Return the tag of the newest release; None: there is none.

        Pagure has no releases: it refuses (`not-supported`).
        """

    def close_issue(self, repository: Repository, number: int) -> None:
        """Close an issue; closing a closed one is no error."""

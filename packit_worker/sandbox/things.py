"""The things of a forge in the sandbox: accounts, repositories, threads, comments, statuses."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zlib import crc32

from packit_worker.sandbox.git import GitRepository

# The answer of GitHub's permission endpoint; Pagure's access levels are mapped onto them.
Role = Literal["admin", "write", "read", "none"]


def now() -> datetime:
    """Return the time as forges tell it: whole seconds, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True, kw_only=True)
class User:
    """An account; a bot cannot be asked for its permission on GitHub."""

    login: str
    bot: bool = False


@dataclass(slots=True, kw_only=True)
class Note:
    """A comment."""

    id: int
    thread: int
    author: str | None
    body: str
    created: datetime
    edited: datetime


@dataclass(slots=True, kw_only=True)
class Ticket:
    """An issue."""

    id: int
    author: str
    title: str
    body: str
    created: datetime
    state: Literal["open", "closed"] = "open"


@dataclass(slots=True, kw_only=True)
class Pull:
    """A pull request: the branch of `source` (a path) goes into `target_branch`.

    A deleted account or fork is None.
    """

    id: int
    author: str | None
    title: str
    source: str | None
    source_branch: str
    target_branch: str
    head_sha: str
    created: datetime
    state: Literal["open", "closed", "merged"] = "open"
    body: str = ""


@dataclass(slots=True, kw_only=True)
class Status:
    """The status (GitHub) or flag (Pagure) of a commit; `uid` is Pagure's."""

    id: int
    commit: str
    context: str
    state: str
    text: str
    url: str
    author: str
    created: datetime
    uid: str = ""


@dataclass(slots=True, kw_only=True)
class Project:
    """A repository with all that hangs on it.

    Attributes:
        releases: tags, the newest last.
        pushes: branch, commit and time of what GitHub saw pushed, the newest last.
    """

    namespace: str
    name: str
    git: GitRepository
    private: bool = False
    has_issues: bool = True
    parent: str | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    groups: dict[str, Role] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Ticket] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)
    pushes: list[tuple[str, str, datetime]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The namespace and the name."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def number(self) -> int:
        """The repository's own number, made from where it lies on disk."""
        return crc32(str(self.git.path).encode())

    def next_number(self) -> int:
        """Return the next number of a thread; pull requests and issues share them."""
        return max((*self.pulls, *self.issues), default=0) + 1

    def role(self, login: str | None) -> Role:
        """Say what an account may do; everyone may read what is public."""
        default: Role = "none" if self.private else "read"
        return self.roles.get(login or "", default)

    def may_read(self, login: str | None) -> bool:
        """Say whether an account sees the repository at all."""
        return self.role(login) != "none"

    def may_write(self, login: str | None) -> bool:
        """Say whether an account may push."""
        return self.role(login) in {"admin", "write"}

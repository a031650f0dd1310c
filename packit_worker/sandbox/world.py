"""What exists on a forge of the sandbox: accounts, repositories, threads. Kept in memory.

Only the content of repositories lies on disk, as real git repositories.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

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
    author: str
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
    """A pull request: the branch of `source` (a path; None: deleted) goes into `target_branch`."""

    id: int
    author: str
    title: str
    source: str | None
    source_branch: str
    target_branch: str
    head_sha: str
    created: datetime
    state: Literal["open", "closed", "merged"] = "open"


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
    """A repository with all that hangs on it."""

    namespace: str
    name: str
    git: GitRepository
    private: bool = False
    has_issues: bool = True
    parent: str | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Ticket] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def path(self) -> str:
        """The namespace and the name."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Something a caller changed: what tests and the demo look at.

    `kind` is status, comment, comment-edit, issue or issue-close; `data` is what was sent.
    """

    kind: str
    repository: str
    by: str
    data: dict[str, Any]


class World:
    """One forge: its accounts, its repositories, and everything that was written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.users: dict[str, User] = {}
        self.tokens: dict[str, str] = {}
        self.projects: dict[str, Project] = {}
        self.writes: list[Write] = []
        self.ids = itertools.count(1001)

    def user(self, login: str, *, token: str | None = None, bot: bool = False) -> User:
        """Add an account, with a personal token where it has one."""
        self.users[login] = User(login=login, bot=bot)
        if token:
            self.tokens[token] = login
        return self.users[login]

    def project(
        self,
        path: str,
        *,
        files: Mapping[str, str | bytes] | None = None,
        private: bool = False,
        roles: Mapping[str, Role] | None = None,
        parent: str | None = None,
        branch: str = "main",
    ) -> Project:
        """Add a repository, with one commit on its default branch where it has files."""
        namespace, _, name = path.rpartition("/")
        git = GitRepository(self.folder / f"{path}.git", branch)
        if files:
            git.commit(files, ref=f"refs/heads/{branch}")
        self.projects[path] = Project(
            namespace=namespace,
            name=name,
            git=git,
            private=private,
            parent=parent,
            roles=dict(roles or {}),
        )
        return self.projects[path]

    def pull(
        self,
        project: Project,
        *,
        author: str,
        files: Mapping[str, str],
        source: str | None = None,
        title: str = "A change",
    ) -> Pull:
        """Open a pull request whose one commit changes `files`; `source` names a fork's path."""
        number = next(project.numbers)
        branch = project.git.default_branch()
        # The target serves the commits of its pull requests, as the real forges do.
        sha = project.git.commit(files, ref=f"refs/pull/{number}/head", start=branch)
        project.pulls[number] = Pull(
            id=number,
            author=author,
            title=title,
            source=source,
            source_branch=f"change-{number}",
            target_branch=branch,
            head_sha=sha,
            created=now(),
        )
        return project.pulls[number]

    def issue(self, project: Project, *, author: str, title: str, body: str = "") -> Ticket:
        """Open an issue."""
        number = next(project.numbers)
        ticket = Ticket(id=number, author=author, title=title, body=body, created=now())
        project.issues[number] = ticket
        return ticket

    def note(self, project: Project, thread: int, *, author: str, body: str) -> Note:
        """Add a comment to a pull request or an issue."""
        time = now()
        note = Note(
            id=next(self.ids), thread=thread, author=author, body=body, created=time, edited=time
        )
        project.notes.append(note)
        return note

    def wrote(self, kind: str, project: Project, by: str, **data: Any) -> None:
        """Record what a caller changed."""
        self.writes.append(Write(kind=kind, repository=project.path, by=by, data=data))

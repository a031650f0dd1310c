"""What exists on a forge of the sandbox, and what was written to it. Kept in memory.

Only the content of repositories lies on disk, as real git repositories.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packit_worker.sandbox.git import GitRepository
from packit_worker.sandbox.things import Note, Project, Pull, Role, Ticket, User, now


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
        self.groups: dict[str, list[str]] = {}
        self.moved: dict[str, str] = {}
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
        lenient: bool = False,
    ) -> Project:
        """Add a repository, with one commit on its default branch where it has files.

        A repository that lies in the folder already keeps its commits.
        """
        namespace, _, name = path.rpartition("/")
        git = GitRepository(self.folder / f"{path}.git", branch, lenient=lenient)
        if files and not git.branches():
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

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; its old path leads to the new one."""
        project = self.projects.pop(old)
        project.namespace, _, project.name = new.rpartition("/")
        self.projects[new] = project
        self.moved[old] = new

    def pull(
        self,
        project: Project,
        *,
        author: str | None,
        files: Mapping[str, str],
        source: str | None = None,
        title: str = "A change",
        number: int | None = None,
    ) -> Pull:
        """Open a pull request whose one commit changes `files`; `source` names a fork's path."""
        number = number or project.next_number()
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

    def issue(
        self,
        project: Project,
        *,
        author: str,
        title: str,
        body: str = "",
        number: int | None = None,
    ) -> Ticket:
        """Open an issue."""
        number = number or project.next_number()
        ticket = Ticket(id=number, author=author, title=title, body=body, created=now())
        project.issues[number] = ticket
        return ticket

    def note(self, project: Project, thread: int, *, author: str | None, body: str) -> Note:
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

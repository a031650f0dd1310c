"""What exists on the Copr of the sandbox, and what was written to it. Kept in memory."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from packit_worker.sandbox.world import Write

SOURCE = "srpm-builds"
CHROOTS = (
    "centos-stream-10-x86_64",
    "epel-9-x86_64",
    "fedora-43-x86_64",
    "fedora-44-aarch64",
    "fedora-44-x86_64",
    "fedora-rawhide-x86_64",
    "rhel+epel-10-x86_64",
)

PermissionState = Literal["nothing", "request", "approved"]


@dataclass(slots=True, kw_only=True)
class Project:
    """A project; `owner` is a login or `@group`."""

    owner: str
    name: str
    chroots: list[str]
    settings: dict[str, Any] = field(default_factory=dict)
    permissions: dict[tuple[str, str], PermissionState] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Owner and name: `packit/teapot`."""
        return f"{self.owner}/{self.name}"


@dataclass(slots=True, kw_only=True)
class Progress:
    """How the source package, or one chroot, stands."""

    state: str
    started: int | None = None
    ended: int | None = None


@dataclass(slots=True, kw_only=True)
class Build:
    """A build: `source_type` is link, upload or custom; `options` is what else was sent.

    `srpm` is the source package that was made; None: the storage does not have it.
    """

    id: int
    project: Project
    submitter: str
    source_type: str
    source: dict[str, Any]
    options: dict[str, Any]
    chroots: dict[str, Progress]
    submitted: int
    source_progress: Progress = field(default_factory=lambda: Progress(state="pending"))
    package: str | None = None
    version: str | None = None
    canceled: bool = False
    srpm: bytes | None = None

    @property
    def state(self) -> str:
        """The state of the whole, which Copr works out from its parts."""
        if self.canceled:
            return "canceled"
        if self.source_progress.state != "succeeded":
            return self.source_progress.state
        states = {progress.state for progress in self.chroots.values()}
        for state in ("running", "starting", "importing", "pending", "failed", "succeeded"):
            if state in states:
                return state
        return "unknown"

    @property
    def has_ended(self) -> bool:
        """Whether it can no longer be canceled."""
        return self.state in {"canceled", "failed", "succeeded"}


class CoprWorld:
    """One Copr: its accounts, groups, chroots, projects, builds, and everything written to it."""

    def __init__(self, chroots: tuple[str, ...] = CHROOTS, first_build: int = 7000001) -> None:
        self.users: set[str] = set()
        self.keys: dict[tuple[str, str], str] = {}
        self.groups: dict[str, list[str]] = {}
        self.chroots = list(chroots)
        self.projects: dict[str, Project] = {}
        self.builds: dict[int, Build] = {}
        self.writes: list[Write] = []
        self._ids = itertools.count(first_build)

    def user(self, name: str, *, login: str | None = None, token: str | None = None) -> None:
        """Add an account, with an API key where it has one."""
        self.users.add(name)
        if login and token:
            self.keys[login, token] = name

    def project(self, path: str, *, chroots: tuple[str, ...], **settings: Any) -> Project:
        """Add a project, by `owner/name`."""
        owner, _, name = path.partition("/")
        project = Project(owner=owner, name=name, chroots=list(chroots), settings=settings)
        self.projects[path] = project
        return project

    def add_build(
        self,
        project: Project,
        submitter: str,
        source_type: str,
        source: dict[str, Any],
        options: dict[str, Any],
    ) -> Build:
        """Add a build. Without chroots among the options, it is for all of the project."""
        chroots = options.get("chroots") or project.chroots
        build = Build(
            id=next(self._ids),
            project=project,
            submitter=submitter,
            source_type=source_type,
            source=source,
            options=options,
            chroots={name: Progress(state="waiting") for name in chroots},
            submitted=int(time.time()),
        )
        self.builds[build.id] = build
        return build

    def may_edit(self, login: str, project: Project) -> bool:
        """Say whether an account owns the project, or is one of its admins."""
        if project.owner == login or login in self.groups.get(project.owner.lstrip("@"), []):
            return True
        return project.permissions.get((login, "admin")) == "approved"

    def may_build(self, login: str, project: Project) -> bool:
        """Say whether an account may submit builds to the project."""
        granted = project.permissions.get((login, "builder")) == "approved"
        return granted or self.may_edit(login, project)

    def wrote(self, kind: str, path: str, by: str, data: dict[str, Any]) -> None:
        """Record what a caller changed: `data` is what was sent."""
        self.writes.append(Write(kind=kind, repository=path, by=by, data=data))

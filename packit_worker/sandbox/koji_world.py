"""What exists on the Koji of the sandbox, and what was written to it. Kept in memory."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from packit_worker.sandbox.world import Write

# In the order of their numbers.
TASK_STATES = ("FREE", "OPEN", "CLOSED", "CANCELED", "ASSIGNED", "FAILED")
BUILD_STATES = ("BUILDING", "COMPLETE", "DELETED", "FAILED", "CANCELED")
ARCHES = ("x86_64", "aarch64")


@dataclass(slots=True, kw_only=True)
class User:
    """An account. `password` None: it logs in by certificate alone."""

    id: int
    name: str
    password: str | None = field(default=None, repr=False)
    blocked: bool = False


@dataclass(slots=True, kw_only=True)
class Task:
    """A task; `request` is what it was given, `fault` why it failed, `files` what it left."""

    id: int
    method: str
    owner: User
    request: list[Any]
    parent: int | None = None
    label: str | None = None
    arch: str = "noarch"
    state: str = "FREE"
    created: float = field(default_factory=time.time)
    started: float | None = None
    ended: float | None = None
    fault: str = ""
    files: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Build:
    """A build that is no scratch build."""

    id: int
    name: str
    version: str
    release: str
    owner: User
    task_id: int | None
    state: str = "BUILDING"
    created: float = field(default_factory=time.time)
    ended: float | None = None

    @property
    def nvr(self) -> str:
        """Name, version and release."""
        return f"{self.name}-{self.version}-{self.release}"


class KojiWorld:
    """Accounts, targets, tasks, builds, uploaded files and sessions.

    Attributes:
        targets: by name, the architectures built for.
        uploads: by path below the work folder.
        folders: whose each upload folder is.
        sessions: by number and key, whose they are; one whose account is None has run out.
        permissions: accounts that may build; None: all.
        offline: whether the hub says that it is down.
        calls: what was called, with the account, None for nobody.
    """

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.targets: dict[str, tuple[str, ...]] = {}
        self.tasks: dict[int, Task] = {}
        self.builds: dict[int, Build] = {}
        self.uploads: dict[str, bytearray] = {}
        self.folders: dict[str, str] = {}
        self.sessions: dict[tuple[str, str], User] = {}
        self.expired: set[tuple[str, str]] = set()
        self.permissions: set[str] | None = None
        self.offline = False
        self.calls: list[tuple[str, str | None]] = []
        self.writes: list[Write] = []
        self._user_ids = itertools.count(4711)
        self._task_ids = itertools.count(117_000_001)
        self._build_ids = itertools.count(2_470_001)

    def user(self, name: str, *, password: str | None = None) -> User:
        """Add an account."""
        self.users[name] = User(id=next(self._user_ids), name=name, password=password)
        return self.users[name]

    def target(self, name: str, arches: tuple[str, ...] = ARCHES) -> None:
        """Add a build target."""
        self.targets[name] = arches

    def task(self, method: str, owner: User, request: list[Any], **more: Any) -> Task:
        """Add a task."""
        number = next(self._task_ids)
        self.tasks[number] = Task(id=number, method=method, owner=owner, request=request, **more)
        return self.tasks[number]

    def parts(self, task_id: int) -> list[Task]:
        """Return the tasks below one."""
        return [task for task in self.tasks.values() if task.parent == task_id]

    def build(self, nvr: str, owner: User, **more: Any) -> Build:
        """Add a build by its name, version and release."""
        name, version, release = nvr.rsplit("-", 2)
        number = next(self._build_ids)
        self.builds[number] = Build(
            id=number,
            name=name,
            version=version,
            release=release,
            owner=owner,
            **({"task_id": None} | more),
        )
        return self.builds[number]

    def cancel(self, task: Task) -> None:
        """Cancel a task and what is below it; what has ended stays as it is."""
        for each in (*self.parts(task.id), task):
            if each.state not in {"CLOSED", "CANCELED", "FAILED"}:
                each.state, each.ended = "CANCELED", time.time()

    def wrote(self, kind: str, path: str, by: str, data: dict[str, Any]) -> None:
        """Record what a caller changed: `data` is what was sent."""
        self.writes.append(Write(kind=kind, repository=path, by=by, data=data))

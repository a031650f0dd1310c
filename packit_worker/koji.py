"""What Koji tells us, as plain data, and the Protocol that its client follows.

Handlers import this file, never `services`. https://docs.pagure.org/koji/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class TaskState(StrEnum):
    """The state of a task: https://pagure.io/koji/blob/master/f/koji/__init__.py (TASK_STATES)."""

    FREE = "free"  # nobody took it yet
    OPEN = "open"  # it runs
    CLOSED = "closed"  # it ended well
    CANCELED = "canceled"
    ASSIGNED = "assigned"  # a builder is about to begin
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether it never changes again; a word we do not know is not taken for an end."""
        return self in _FINAL


_SRPM = ".src.rpm"
_FINAL = frozenset({TaskState.CLOSED, TaskState.CANCELED, TaskState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPart:
    """A task below the one of a build: one architecture, or the source package.

    Attributes:
        log_url: of `build.log`, which is there once the part has begun.
    """

    task_id: int
    state: TaskState
    log_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiTask:
    """A task of method `build` as it stands now.

    Attributes:
        source: what it builds: `cli-build/FOLDER/teapot-2.1-1.src.rpm`, or where it lies in git.
        target: the build target.
        scratch: whether its packages are thrown away after some days, and no build comes of it.
        source_part: the making of the source package; None before it has begun.
        arches: by architecture; empty before they have begun.
        url: its page.
    """

    id: int
    state: TaskState
    source: str | None
    target: str | None
    scratch: bool
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    url: str
    source_part: TaskPart | None = None
    arches: Mapping[str, TaskPart] = field(default_factory=dict)

    @property
    def nvr(self) -> str | None:
        """Name, version and release, as the source package is called; None: it lies in git."""
        name = (self.source or "").rpartition("/")[2]
        return name.removesuffix(_SRPM) if name.endswith(_SRPM) else None

    @property
    def failed_arches(self) -> tuple[str, ...]:
        """The architectures that failed, sorted."""
        failed = (arch for arch, part in self.arches.items() if part.state is TaskState.FAILED)
        return tuple(sorted(failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiBuild:
    """A build that is no scratch build: a package of that name, version and release exists.

    Attributes:
        complete: whether its packages are there.
        owner: the login of who built it.
        task_id: None: it was imported.
        url: its page.
    """

    id: int
    nvr: str
    complete: bool
    owner: str | None
    task_id: int | None
    url: str


class Koji(Protocol):
    """What stage 2 asks Koji.

    Every method raises `TransientError` (down, slow, an answer lost on the way, bad-credentials:
    until the operator mends ours) or `RefusedError` and nothing else. Codes of a refusal:
    bad-certificate (the hub's own is not trusted), no-permission, unknown-target, no-such-task,
    not-a-source-package, too-large, bad-request (Koji refuses our words), refused (any other no).
    """

    @property
    def username(self) -> str:
        """Our own account."""

    def check_target(self, target: str) -> None:
        """Refuse a build target that Koji lacks (`unknown-target`), and name the nearest one.

        The hub itself takes any word, and a builder fails over it later.
        """

    def submit(self, srpm: Path, target: str, *, marker: str, scratch: bool = True) -> int:
        """Upload a source package, start its build, and return the number of the task.

        Args:
            srpm: a file whose name ends in `.src.rpm`.
            target: a build target that is there.
            marker: letters, digits and dashes: the upload folder is called after it.
            scratch: whether the packages are thrown away after some days.

        It waits for no task, and repeats nothing by itself: after a `TransientError` the build may
        be there, so the caller looks with `find_task`.
        """

    def find_task(self, marker: str, *, since: datetime) -> KojiTask | None:
        """Return our task, created not before `since`, that builds from the marker's folder.

        One call. The task comes without its parts.
        """

    def task(self, task_id: int) -> KojiTask:
        """Return a task as it stands now, with its parts, in one call."""

    def why_failed(self, task_id: int) -> str:
        """Return what a failed task says of itself, in one line; "" where it says nothing."""

    def log_end(self, task_id: int) -> str:
        """Return the end of the log of a part, at most 64 KiB; "" where it left none.

        It is that of the build, else that of making its root.
        """

    def build(self, nvr: str) -> KojiBuild | None:
        """Return the build of that name, version and release; None: there is none."""

    def cancel(self, task_id: int) -> None:
        """Cancel a task of ours with its parts; one that has ended stays as it is."""

    def task_url(self, task_id: int) -> str:
        """Return the page of a task."""

    def log_url(self, task_id: int) -> str:
        """Return where `build.log` of a part lies; it is there once the part has begun."""

"""What Copr tells us, as plain data, and the Protocol that its client follows.

Handlers import this file, never `services`. https://docs.pagure.org/copr.copr/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

# The chroot by which Copr's messages mean the source package.
SOURCE_CHROOT = "srpm-builds"

Permission = Literal["builder", "admin"]


class CoprState(StrEnum):
    """The state of a build, of its source package, or of one chroot, in Copr's own words.

    https://github.com/fedora-copr/copr/blob/main/common/copr_common/enums.py
    """

    PENDING = "pending"
    WAITING = "waiting"
    STARTING = "starting"
    IMPORTING = "importing"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FORKED = "forked"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether it never changes again; a word we do not know is not taken for an end."""
        return self in _FINAL

    @property
    def is_good(self) -> bool:
        """Whether packages are there: also where an equal build was there before."""
        return self in _GOOD


# https://github.com/fedora-copr/copr/blob/main/common/copr_common/enums.py
_NUMBERS = {
    0: CoprState.FAILED,
    1: CoprState.SUCCEEDED,
    2: CoprState.CANCELED,
    3: CoprState.RUNNING,
    4: CoprState.PENDING,
    5: CoprState.SKIPPED,
    6: CoprState.STARTING,
    7: CoprState.IMPORTING,
    8: CoprState.FORKED,
    9: CoprState.WAITING,
}


def state_of_number(status: int) -> CoprState:
    """Return the state that a message of the bus means by its number."""
    return _NUMBERS.get(status, CoprState.UNKNOWN)


def number_of_state(state: CoprState) -> int:
    """Return the number by which the messages of the bus mean a state."""
    return next((number for number, each in _NUMBERS.items() if each is state), -1)


_GOOD = frozenset({CoprState.SUCCEEDED, CoprState.SKIPPED, CoprState.FORKED})
_FINAL = _GOOD | {CoprState.FAILED, CoprState.CANCELED}


@dataclass(frozen=True, slots=True)
class CoprProject:
    """A project: the owner is a login, or the name of a group behind an `@`."""

    owner: str
    name: str

    def __str__(self) -> str:
        """Return owner and name: `@brewers/teapot`."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """How a project of ours has to be. Only chroots that are missing are added, none is dropped.

    Attributes:
        description: what the page of the project says; Markdown, like `instructions`.
        contact: an address of mail or a URL.
        listed: whether it shows on Copr's home page.
        delete_after_days: when Copr deletes it by itself, 1 to 60; None: never.
        additional_repos: repositories that builds may take packages from; None: as they are.
        forge_project: `github.com/o/r`, whose it is: one that is made lists it as allowed.
        is_known: whether one that is there is known to be that repository's. If not it is made
            without a look, and one that is there has to list the repository, or be `is_adoptable`.
        is_adoptable: whether its name alone says whose it is.
        is_left_alone: whether one that is there is not changed, whatever it lacks.
    """

    chroots: tuple[str, ...]
    description: str
    instructions: str
    contact: str
    listed: bool = False
    delete_after_days: int | None = 60
    additional_repos: tuple[str, ...] | None = None
    forge_project: str | None = None
    is_known: bool = True
    is_adoptable: bool = False
    is_left_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is made.

    Attributes:
        chroots: where; each has to be in the project.
        enable_net: whether the build of the RPMs may use the network; None: as the project says.
        timeout: seconds after which Copr ends it; None: Copr's default.
        forge_project: `github.com/o/r`, for a project of another owner, who lists there which
            repositories may build in it.
    """

    chroots: tuple[str, ...]
    enable_net: bool | None = None
    timeout: int | None = None
    forge_project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScript:
    """A script that makes the source package inside Copr.

    https://docs.pagure.org/copr.copr/custom_source_method.html

    Attributes:
        text: the script, with its first line `#!`.
        chroot: where it runs: `fedora-44-x86_64`.
        packages: what is installed there before.
        result_folder: where it leaves the source package, seen from where it starts.
    """

    text: str
    chroot: str
    packages: tuple[str, ...]
    result_folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoprBuild:
    """A build as it stands now.

    Attributes:
        submitter: a login; None: it came by a webhook.
        chroots: empty until Copr has made the source package.
        package: name, None before the source package is there; `version` is `1.2-3`.
        url: its page.
    """

    id: int
    project: CoprProject
    state: CoprState
    submitter: str | None
    chroots: tuple[str, ...]
    package: str | None
    version: str | None
    submitted: datetime | None
    started: datetime | None
    ended: datetime | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChrootBuild:
    """How a build stands in one chroot. `log_url` is None before it runs."""

    chroot: str
    state: CoprState
    started: datetime | None
    ended: datetime | None
    log_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBuild:
    """How the making of the source package stands. `log_url` is None before it runs."""

    state: CoprState
    log_url: str | None


class Copr(Protocol):
    """What stage 2 asks Copr.

    Every method raises `TransientError` (down, slow, another change under way, bad-credentials:
    until the operator mends ours) or `RefusedError` and nothing else. Codes of a refusal:
    no-permission,
    forge-project-not-allowed, no-such-owner, no-such-project, no-such-build, bad-project-name,
    unsupported-chroot (Copr has none such), chroot-not-in-project, not-our-project (it lacks
    something, and only its owner may change it), already-ended, too-large, bad-request (Copr
    refuses our words), refused (any other no).
    """

    @property
    def username(self) -> str:
        """Our own account."""

    def available_chroots(self) -> frozenset[str]:
        """Return the chroots Copr builds in now."""

    def set_up_project(self, project: CoprProject, plan: ProjectPlan) -> None:
        """Make a project of ours, or change what differs from the plan.

        A project of another owner is never changed: it has to be there (`no-such-project`) and
        to have the chroots (`not-our-project`, which names the missing ones). One of ours that is
        there and not known to be the plan's repository's is refused too (`not-our-project`); one
        that is left alone has to have the chroots (`chroot-not-in-project`).
        """

    def request_permission(self, project: CoprProject, permission: Permission) -> None:
        """Ask the owner of a project for a permission there; asking twice is no error."""

    def submit_script(
        self, project: CoprProject, script: SourceScript, options: BuildOptions
    ) -> CoprBuild:
        """Submit a build whose source package Copr makes itself.

        Never repeated by itself: after a timeout the caller looks with `find_build`.
        """

    def submit_srpm(
        self, project: CoprProject, srpm: Path, options: BuildOptions, *, marker: str
    ) -> CoprBuild:
        """Submit a build of a source package, uploaded under a name that holds the marker.

        Never repeated by itself, like `submit_script`.
        """

    def find_build(self, project: CoprProject, marker: str, *, since: datetime) -> CoprBuild | None:
        """Return the build of ours, submitted not before `since`, whose source holds the marker.

        One call, and one for each build of ours since then.
        """

    def build(self, build_id: int) -> CoprBuild:
        """Return a build as it stands now."""

    def chroot_builds(self, build_id: int) -> Mapping[str, ChrootBuild]:
        """Return how a build stands in each chroot, in one call; empty before there are any."""

    def source_build(self, build_id: int) -> SourceBuild:
        """Return how the making of the source package stands."""

    def log(self, url: str) -> str:
        """Return the end of a log, at most 64 KiB of it, packed or not."""

    def download_srpm(self, build_id: int, folder: Path) -> Path:
        """Fetch the source package of a build into a folder, and return its file.

        One that Copr has not made, or keeps no more, is refused: `no-source-package`.
        """

    def cancel(self, build_id: int) -> None:
        """Cancel a build; one that has ended is refused: `already-ended`."""

    def build_url(self, build_id: int) -> str:
        """Return the page of a build."""

    def project_url(self, project: CoprProject) -> str:
        """Return the page of a project."""

    def permissions_url(self, project: CoprProject) -> str:
        """Return the page where the owner of a project answers requests for permissions."""

"""Copr started or ended the build of a chroot."""

from typing import Literal

from packit_worker.events.base import Event, Id, Moment, Name


class CoprBuildEvent(Event, frozen=True, kw_only=True):
    """A build of one chroot started or ended; `srpm-builds` is the chroot of the source build.

    Attributes:
        status: Copr's number; 1 is success.
        owner: of the Copr project.
        user: who submitted the build.
    """

    topic: Literal["copr.build.start", "copr.build.end"]
    build_id: Id
    chroot: Name
    status: int
    owner: Name
    user: Name | None
    project_name: Name
    pkg: Name | None
    version: Name | None
    timestamp: Moment | None

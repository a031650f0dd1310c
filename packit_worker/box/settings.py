"""What an operator chose about the box."""

from dataclasses import dataclass, field
from pathlib import Path

from packit_worker.box.limits import MIB, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSettings:
    """How steps are run.

    Attributes:
        folder: where the folders of runs lie while they last; on the disk, for clones are large.
        limits: what one run may use.
        uid: the user that the box is on the host when the worker is root.
        floor: bytes of memory that must stay available on the host; below it a run is ended.
        unboxed: run other people's code without a box, on the host, as the worker's own user.
    """

    folder: Path
    limits: Limits = field(default_factory=Limits)
    uid: int = 65534
    floor: int = 256 * MIB
    unboxed: bool = False

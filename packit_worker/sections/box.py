"""`box`: how other people's code is run."""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(gt=0)]
# Who wants no box says so in these words.
NO_BOX = "run other people's code on this host, as the worker's own user"


class BoxSection(msgspec.Struct, frozen=True, kw_only=True):
    """How packit's steps on other people's repositories are run: in a box of bubblewrap.

    Attributes:
        folder: where the folders of steps lie while they last; None: in the state folder.
        seconds: how long a step may take; less than the soft limit of the queue where it runs.
        memory_mib: how much memory its processes may use together.
        processes: how many of them there may be.
        disk_mib: the size of its work directory, which lies in memory, besides `memory_mib`.
        file_mib: the size of one file: of the step, of what is fetched by git, of a source.
        uid: as which user of the host it runs if the worker is root.
        source_hosts: hosts of sources that lie in no public network and are gone to all the same.
        without_box: to go without a box, the words that say so.
    """

    folder: str | None = None
    seconds: Count = 300
    memory_mib: Count = 2048
    processes: Count = 128
    disk_mib: Count = 2048
    file_mib: Count = 1024
    uid: Count = 65534
    source_hosts: list[str] = []
    without_box: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if self.without_box not in {None, NO_BOX}:
            raise ValueError(f'without_box: to go without a box, write "{NO_BOX}"')

"""How much a step in the box may use."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run in the box may use. They hold as well when the worker is root.

    Attributes:
        seconds: from start to end; processor time of one process alike.
        memory: bytes of all its processes together, and of address space of each.
        processes: processes and threads at a time.
        file_size: bytes of one file.
        disk: bytes of the work directory. It lies in memory, and counts besides `memory`.
        answer: bytes of all that is handed over.
        files: files handed over.
    """

    seconds: int = 300
    memory: int = 2048 * MIB
    processes: int = 128
    file_size: int = 1024 * MIB
    disk: int = 2048 * MIB
    answer: int = 1024 * MIB
    files: int = 64

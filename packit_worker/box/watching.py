"""How much memory the processes of a box use together: what no limit of one process says."""

import os
from pathlib import Path

_PROC = Path("/proc")
# Counted for a process: its own pages, shared ones without a file, and what was swapped out.
_COUNTED = ("RssAnon:", "RssShmem:", "VmSwap:")


def memory_of(root: int) -> int:
    """Return the bytes that a process and all below it use.

    A process whose parent died belongs to the first process of its process name space, so all that
    run in the box are below bubblewrap.

    Args:
        root: the id of the process of bubblewrap.
    """
    children: dict[int, list[int]] = {}
    for name in os.listdir(_PROC):  # noqa: PTH208 - called ten times a second; pathlib is slower
        if name.isdecimal() and (parent := _parent_of(name)) is not None:
            children.setdefault(parent, []).append(int(name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += _memory_of_one(process)
        waiting += children.get(process, [])
    return total


def available() -> int:
    """Return the bytes of memory that the host can give without swapping."""
    for line in (_PROC / "meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def _parent_of(process: str) -> int | None:
    try:
        stat = (_PROC / process / "stat").read_bytes()
    except OSError:  # it ended
        return None
    # The name may hold anything, brackets as well: `17 (a) b) S 12 …`.
    return int(stat.rpartition(b")")[2].split()[1])


def _memory_of_one(process: int) -> int:
    try:
        status = (_PROC / str(process) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines() if line.startswith(_COUNTED))
    return sum(int(words[1]) * 1024 for words in lines)

"""Looks from inside whether the walls stand, before anything of others is run."""

import ctypes
import os
import resource
from collections.abc import Iterator, Mapping
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
# What is asked for by name, as `Limits` has it, and what it is for the kernel.
_RESOURCES = {
    "seconds": resource.RLIMIT_CPU,
    "memory": resource.RLIMIT_AS,
    "processes": resource.RLIMIT_NPROC,
    "file_size": resource.RLIMIT_FSIZE,
}
_OPEN_FILES = 256


def lower(limits: Mapping[str, int]) -> None:
    """Set the limits of this process and its children, for good.

    Args:
        limits: `seconds`, `memory`, `processes`, `file_size`, as in `Limits`.
    """
    for name, kind in _RESOURCES.items():
        resource.setrlimit(kind, (limits[name], limits[name]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))
    os.nice(10)


def gaps(disk: int, work: str) -> list[str]:
    """Return what is missing of the box, in words; [] if it stands.

    Args:
        disk: bytes that the work directory may hold.
        work: the work directory.
    """
    return list(_gaps(disk, work))


def _gaps(disk: int, work: str) -> Iterator[str]:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    for name, wanted in (("CapEff", 0), ("CapBnd", 0), ("NoNewPrivs", 1), ("Seccomp", 2)):
        if _number(status, name) != wanted:
            yield f"{name} is not {wanted}"
    interfaces = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    if any(line.split(":")[0].strip() != "lo" for line in interfaces):
        yield "the network of the host is there"
    if _can_make_user_namespace():
        yield "a user name space can be made"
    if os.access("/", os.W_OK) or os.access("/dev", os.W_OK):
        yield "the system can be written to"
    space = os.statvfs(work)
    if space.f_blocks * space.f_frsize > disk + space.f_frsize:
        yield "the work directory has no limit"


def _number(status: str, name: str) -> int:
    for line in status.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1], 16)
    return -1


def _can_make_user_namespace() -> bool:
    return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER) == 0)

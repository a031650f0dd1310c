"""The arguments of bubblewrap: the walls of the box.

https://github.com/containers/bubblewrap/blob/main/bwrap.xml
"""

import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import packit_worker
import parsers

INPUT = "/input"
WORK = "/box"
CODE = "/code"
# Of /etc only what programs need to start: neither accounts nor keys nor host names.
_ETC = ("ld.so.cache", "alternatives", "rpm", "localtime", "os-release", "debian_version")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - the box's own
_BOX_USER = "1000"


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of the host that the box may read.

    Attributes:
        source: where it lies.
        target: where the box sees it.
    """

    source: Path
    target: str


def folders(given: Path) -> list[Mount]:
    """Return the folders that the box sees besides the system: Python, our code, the input.

    Args:
        given: the folder of the request and its files.
    """
    code = (
        Path(package.__file__).parent for package in (packit_worker, parsers) if package.__file__
    )
    return [
        *(Mount(path, str(path)) for path in _python()),
        *(Mount(path, f"{CODE}/{path.name}") for path in code),
        Mount(given, INPUT),
    ]


def _python() -> list[Path]:
    # An environment (venv) and the Python that it was made from.
    paths = {Path(sys.prefix), Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))}
    outside = sorted(path for path in paths if not path.is_relative_to("/usr"))
    return [
        path
        for path in outside
        if not any(path != other and path.is_relative_to(other) for other in outside)
    ]


def arguments(mounts: list[Mount], disk: int, filter_fd: int) -> list[str]:
    """Return what bubblewrap is told, without the command that it starts.

    Args:
        mounts: folders of the host that may be read.
        disk: bytes of the work directory.
        filter_fd: where bubblewrap reads the filter of system calls.
    """
    return [
        # A name space of each kind; no further ones inside.
        *("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-net", "--unshare-cgroup-try", "--hostname", "box"),
        *("--uid", _BOX_USER, "--gid", _BOX_USER, "--cap-drop", "ALL"),
        *("--die-with-parent", "--new-session", "--clearenv"),
        *_system(),
        *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
        *_writable(mounts, disk),
        *(word for mount in mounts for word in ("--ro-bind", str(mount.source), mount.target)),
        *("--symlink", f"{INPUT}/rpkg", "/etc/rpkg"),
        *("--remount-ro", "/"),
        *("--chdir", WORK, "--seccomp", str(filter_fd)),
    ]


def _writable(mounts: list[Mount], disk: int) -> list[str]:
    """Return the only place to write; its size is the limit, for whoever the worker is."""
    taken = [
        place
        for place in _TEMPORARY
        if any(Path(mount.target).is_relative_to(place) for mount in mounts)
    ]
    # Python may lie below /tmp itself: then the work directory is made there, and Python in it.
    place = taken[0] if taken else WORK
    words = ["--perms", "0700", "--size", str(disk), "--tmpfs", place]
    if place != WORK:
        # In a folder of its own: a step's names are not those of the folders on the way to Python.
        work = f"{place}/.box"
        words += ["--perms", "0700", "--dir", work, "--symlink", work, WORK]
    for other in _TEMPORARY:
        if other not in taken:
            words += ["--symlink", f"{WORK}/tmp", other]  # noqa: S108 - the box's own
    return words


def _system() -> list[str]:
    words = []
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for name in _ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return words

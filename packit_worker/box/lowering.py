"""Run as a program by a worker that is root: becomes an ordinary user, then bubblewrap.

For root the kernel counts no processes (RLIMIT_NPROC), so a box started by root would have no such
limit. This program takes an unused number as its user. That user may not read where a root keeps
its Python and its work, so the folders are first bound into a mount name space of its own.

It is called as `python -I -S lowering.py UID N SOURCE… COMMAND…`: N folders, then bubblewrap and
its arguments, in which the folders are replaced by where they were bound. Standard library only.
"""

import ctypes
import os
import sys

_CLONE_NEWNS = 0x00020000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_SLAVE = 0x2, 0x4, 0x1000, 0x4000, 0x80000
# Every host has it, and the name space in which it is covered is our own.
_STAGE = "/tmp"  # noqa: S108


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _stage(libc: ctypes.CDLL, sources: list[str]) -> list[str]:
    """Bind the folders below a place that every user may read; return where."""
    _check(libc.unshare(_CLONE_NEWNS), "a mount name space")
    _check(libc.mount(None, b"/", None, _MS_REC | _MS_SLAVE, None), "a private mount tree")
    # Opened before the stage may cover them.
    opened = [os.open(source, os.O_PATH | os.O_DIRECTORY) for source in sources]
    flags = _MS_NOSUID | _MS_NODEV
    _check(libc.mount(b"tmpfs", _STAGE.encode(), b"tmpfs", flags, b"mode=755,size=64k"), "a stage")
    places = []
    for number, source in enumerate(opened):
        place = f"{_STAGE}/{number}"
        os.mkdir(place)  # noqa: PTH102 - no pathlib: this program starts with every box
        own = f"/proc/self/fd/{source}".encode()
        _check(libc.mount(own, place.encode(), None, _MS_BIND | _MS_REC, None), sources[number])
        os.close(source)
        places.append(place)
    return places


def main(words: list[str]) -> None:
    """Lower ourselves and become bubblewrap."""
    uid, count = int(words[0]), int(words[1])
    sources, command = words[2 : 2 + count], words[2 + count :]
    libc = ctypes.CDLL(None, use_errno=True)
    staged = dict(zip(sources, _stage(libc, sources), strict=True))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid, uid, uid) or uid == 0:
        raise OSError(f"this process cannot become user {uid}")
    for position, word in enumerate(command):
        if word == "--ro-bind":
            command[position + 1] = staged.get(command[position + 1], command[position + 1])
    # Without environment: what the box reads as /proc/1/environ is that of bubblewrap.
    os.execve(command[0], command, {})  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])

"""Where the state of packit-worker lies, and that nobody else gets at it."""

import os
import re
import stat
from pathlib import Path

from packit_worker.embedded.errors import EmbeddedBrokerError

STATE_VARIABLE = "PACKIT_WORKER_STATE"
PRIVATE_MODE = 0o700
# Linux takes 107 bytes for the path of a socket, macOS 103.
LONGEST_SOCKET_PATH = 100
# Other letters would have to be escaped in the URL, and every client unescapes in its own way.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def state_folder() -> Path:
    """Return the folder of the user's state, created (mode 0700) where it is missing.

    It is $PACKIT_WORKER_STATE, else $XDG_STATE_HOME/packit-worker, else
    ~/.local/state/packit-worker (https://specifications.freedesktop.org/basedir-spec/latest/).

    Raises:
        EmbeddedBrokerError: It cannot be made, belongs to somebody else, or others can write to it.
    """
    folder = state_path()
    _make(folder)
    return _checked(folder, folder.stat(), forbidden=stat.S_IWGRP | stat.S_IWOTH)


def state_path() -> Path:
    """Return where the state folder is or would be, without making it."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(base):  # noqa: PTH117 - Path("") would be the current folder
        return Path(base) / "packit-worker"
    try:
        return Path.home() / ".local" / "state" / "packit-worker"
    except RuntimeError as error:
        raise EmbeddedBrokerError(
            f"this user has no home folder: name a folder by {STATE_VARIABLE}"
        ) from error


def private_folder(folder: Path) -> Path:
    """Return `folder`, made where it is missing, that none but this user can look into.

    Raises:
        EmbeddedBrokerError: It cannot be made, is a link, belongs to somebody else, or others can
            get in.
    """
    _make(folder)
    # Not stat: in a folder like /tmp somebody else may have put a link there.
    return _checked(folder, folder.lstat(), forbidden=stat.S_IRWXG | stat.S_IRWXO)


def socket_path(folder: Path) -> Path:
    """Return where the socket of the broker in `folder` is; make and check nothing.

    That is in `folder`, unless its path does not do for a socket: then it is a folder of its own
    in /tmp. Not in $XDG_RUNTIME_DIR or $TMPDIR: a cron job has other ones than a terminal, and the
    two must find each other.
    """
    real = folder.resolve()
    inside = real / "valkey.sock"
    if _is_fit(inside):
        return inside
    import hashlib  # noqa: PLC0415 - rarely needed

    name = hashlib.sha256(os.fsencode(real)).hexdigest()[:16]
    return Path("/tmp") / f"packit-worker-{name}" / "valkey.sock"  # noqa: S108 - see private_folder


def _is_fit(path: Path) -> bool:
    is_short = len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
    return is_short and PLAIN_PATH.fullmatch(str(path)) is not None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=PRIVATE_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedBrokerError(
            f"{folder}: cannot be made ({error.strerror}); name another folder by {STATE_VARIABLE}"
        ) from error


def _checked(folder: Path, found: os.stat_result, *, forbidden: int) -> Path:
    if not stat.S_ISDIR(found.st_mode):
        raise EmbeddedBrokerError(f"{folder}: is not a folder; remove it")
    if found.st_uid != os.geteuid():
        raise EmbeddedBrokerError(
            f"{folder}: belongs to the user with id {found.st_uid}, not to you;"
            f" name another folder by {STATE_VARIABLE}"
        )
    if found.st_mode & forbidden:
        mode = stat.S_IMODE(found.st_mode)
        raise EmbeddedBrokerError(
            f"{folder}: other users can get in (mode {mode:04o}); run: chmod 700 '{folder}'"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EmbeddedBrokerError(
            f"{folder}: not writable; make it so, or name another folder by {STATE_VARIABLE}"
        )
    return folder

"""The folder that one run has on the host: made, locked, and removed whatever happens."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one run; only the worker's user may enter it.

    Attributes:
        path: the folder itself; what the worker keeps for itself goes here.
        given: what the box may read.
    """

    path: Path
    given: Path

    def taken(self) -> Path:
        """Return a new, empty folder for what comes back."""
        return Path(tempfile.mkdtemp(prefix="taken-", dir=self.path))


@contextmanager
def folder(parent: Path) -> Iterator[Folder]:
    """Make a folder for one run, and remove it in the end.

    The kernel drops the lock of a worker that was killed. The next run finds the folder unlocked
    and removes it.

    Args:
        parent: where the folders of all runs lie.
    """
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(parent / _LOCK):
        _remove_stale(parent)
        path = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
        lock = _lock(path / _LOCK, fcntl.LOCK_EX)
    given = path / "given"
    given.mkdir(mode=0o755)
    try:
        yield Folder(path, given)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _lock(path: Path, operation: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _lock(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _remove_stale(parent: Path) -> None:
    for path in parent.glob("run-*"):
        try:
            descriptor = _lock(path / _LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # in use, or just removed by its owner
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)

"""File locks (flock): they vanish with the process that holds them, however it ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from packit_worker.embedded.errors import EmbeddedBrokerError

POLL_SECONDS = 0.01


def open_lock(path: Path) -> int:
    """Return a file descriptor of the lock file, which is made where it is missing.

    Programs started later do not inherit it.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise EmbeddedBrokerError(
            f"{path}: cannot be opened ({error.strerror}); is its folder writable, is there space?"
        ) from error


def try_exclusive(descriptor: int) -> bool:
    """Take the lock for this descriptor alone, if nobody else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_exclusive(descriptor: int) -> None:
    """Wait as long as it takes until nobody else has the lock, and take it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def unlock(descriptor: int) -> None:
    """Give the lock back."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def release(descriptor: int) -> None:
    """Give the lock back and close the descriptor."""
    # Closing alone would leave the lock with a child that another thread forked meanwhile.
    unlock(descriptor)
    os.close(descriptor)


@contextlib.contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock at `path` exclusively; wait for it `seconds` at most.

    Raises:
        EmbeddedBrokerError: Somebody else kept it all the time.
    """
    descriptor = open_lock(path)
    try:
        deadline = time.monotonic() + seconds
        while not try_exclusive(descriptor):
            if time.monotonic() > deadline:
                raise EmbeddedBrokerError(
                    f"{path}: another command holds it for {seconds:.0f} s;"
                    f" see who with: fuser '{path}'"
                )
            time.sleep(POLL_SECONDS)
        yield
    finally:
        release(descriptor)


class ForkAwareDescriptor:
    """A file descriptor that a forked child closes at once.

    A lock of flock is shared with forked children. Kept there, a child that outlives its killed
    parent would pass for a user of the broker for ever; and a child that leaves the parent's
    `with` block would take the parent's lock away. What a worker's child does is for its parent to
    acknowledge, so without its parent it is no user.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        os.register_at_fork(after_in_child=self.close)

    def fileno(self) -> int:
        """Return the descriptor, -1 once closed."""
        return -1 if self._descriptor is None else self._descriptor

    @property
    def is_closed(self) -> bool:
        """True once closed, so in every forked child."""
        return self._descriptor is None

    def try_exclusive(self) -> bool:
        """Take the lock for this descriptor alone, if nobody else has it; else lose it."""
        return self._descriptor is not None and try_exclusive(self._descriptor)

    def wait_shared(self) -> None:
        """Take the lock together with others, when nobody has it exclusively any more."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Close it in this process only; a second call does nothing."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None

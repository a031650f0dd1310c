"""The soft limit of a job run: an error in it, where the hard limit kills the process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitError(Exception):
    """A job run took longer than its soft limit."""


@contextmanager
def soft_limit(seconds: int) -> Iterator[None]:
    """Raise `TimeLimitError` in the block after so many seconds.

    Only the main thread of a process gets signals; in a thread pool there is no such limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

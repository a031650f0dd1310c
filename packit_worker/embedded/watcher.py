"""The process that ends the server when its last user was killed.

A command that ends in an orderly way sees to that itself. The watcher sleeps in the kernel until no
user is left, however the last one went. One watcher is enough for a folder, and it goes with the
server.
"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from packit_worker.embedded import locks, valkey
from packit_worker.embedded.server import Server

# Longer than a start and a stop take together, each of which has its own limit.
START_LOCK_SECONDS = 60.0

PROGRAM = """
import sys
sys.path[:0] = sys.argv[3:]
from packit_worker.embedded import watcher
watcher.watch(watcher.Path(sys.argv[1]), int(sys.argv[2]))
"""


def start_watcher(folder: Path) -> None:
    """Start a watcher of the broker in `folder`, unless there is one already."""
    lock = locks.ForkAwareDescriptor(locks.open_lock(folder / "watcher.lock"))
    try:
        if lock.try_exclusive():
            _run(folder, lock.fileno())
    finally:
        lock.close()  # not released: the watcher has it now


def _run(folder: Path, descriptor: int) -> None:
    root = Path(__file__).parents[2]
    python = [sys.executable, "-I", "-S", "-c", PROGRAM, str(folder), str(descriptor), str(root)]
    subprocess.run(  # noqa: S603 - this Python
        # The shell leaves at once, so that a watcher that ends is no zombie of ours.
        ["/bin/sh", "-c", 'exec "$@" &', "sh", *python],
        pass_fds=[descriptor],
        env={},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )


def watch(folder: Path, lock: int) -> None:
    """Wait until nobody uses the server in `folder`, end it, and return.

    Args:
        folder: That of the broker.
        lock: Descriptor of `watcher.lock`, locked by whoever started this.
    """
    pid = Server(folder).pid()
    users = locks.open_lock(folder / "users.lock")
    while True:
        # Without the start lock, which must not be kept for long; so it is looked at again below.
        locks.wait_exclusive(users)
        locks.unlock(users)
        if not folder.exists():
            _end_without_folder(pid)
            return
        with locks.exclusive(folder / "start.lock", START_LOCK_SECONDS):
            if locks.try_exclusive(users):
                Server(folder).stop()
                # Before the start lock: the next start brings a watcher, which must not find this.
                locks.release(lock)
                os.close(users)
                return


def _end_without_folder(pid: int | None) -> None:
    """End a server whose folder was deleted, and with it its socket and its locks."""
    if pid is not None and valkey.is_server(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

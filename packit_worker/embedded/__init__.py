"""The broker that is there when none is configured: a Valkey of the user's own, on a unix socket.

The first command that needs it starts it, others find it, the last one ends it. Its data stay
(append-only file), so what was queued is there the next time. One folder is one broker:

    state folder/broker/    mode 0700
        start.lock          held while the server is started or stopped
        users.lock          held (shared) by every command that uses the server
        server.lock         held by the server itself for its life
        watcher.lock        held by the watcher, a process that waits for the last user to go
        valkey.sock valkey.pid valkey.log appendonlydir/

All locks are flocks, so a command or a server killed with -9 leaves none behind. A command that
ends sees whether it was the last; for one that was killed the watcher does.
"""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from packit_worker.embedded import locks
from packit_worker.embedded.errors import EmbeddedBrokerError
from packit_worker.embedded.folders import private_folder, socket_path, state_folder, state_path
from packit_worker.embedded.server import Server
from packit_worker.embedded.watcher import START_LOCK_SECONDS, start_watcher

__all__ = [
    "EmbeddedBrokerError",
    "broker_url",
    "embedded_broker",
    "is_running",
    "state_folder",
    "state_path",
]

log = logging.getLogger(__name__)


@contextlib.contextmanager
def embedded_broker() -> Iterator[str]:
    """Have a running broker for the time of the `with` block.

    Yields:
        Its URL for Celery and kombu, `redis+socket:///path/valkey.sock?virtual_host=0`.

    Raises:
        EmbeddedBrokerError: It cannot be had; the text says why and what to do.
    """
    folder = private_folder(state_folder() / "broker")
    users = locks.ForkAwareDescriptor(locks.open_lock(folder / "users.lock"))
    try:
        _join(folder, users)
        yield broker_url()
    finally:
        _leave(folder, users)


def broker_url() -> str:
    """Return the URL that the broker has while it runs; start, make and check nothing."""
    return f"redis+socket://{socket_path(state_path() / 'broker')}?virtual_host=0"


def is_running() -> bool:
    """Tell whether the embedded broker answers now; starts and makes nothing."""
    return Server(state_path() / "broker").ping()


def _join(folder: Path, users: locks.ForkAwareDescriptor) -> None:
    """Be a user of the server, which is started if need be."""
    with locks.exclusive(folder / "start.lock", START_LOCK_SECONDS):
        alone = users.try_exclusive()
        # A short wait: only a watcher takes it exclusively without the start lock, for a moment.
        users.wait_shared()
        if Server(folder).ensure_answers(alone=alone):
            start_watcher(folder)


def _leave(folder: Path, users: locks.ForkAwareDescriptor) -> None:
    """Be no user any more; the last one ends the server."""
    if users.is_closed:
        return  # a forked child that leaves its parent's block
    try:
        with locks.exclusive(folder / "start.lock", START_LOCK_SECONDS):
            if users.try_exclusive() and not Server(folder).stop():
                log.warning("the embedded broker in %s did not end", folder)
            users.close()
    except (EmbeddedBrokerError, OSError) as error:
        # The command itself is done: what is left over is for the next one to clear.
        log.warning("the embedded broker in %s was left as it is: %s", folder, error)
    finally:
        users.close()

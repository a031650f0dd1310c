"""gunicorn for the relay and the pages, set up in code."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from packit_worker import sentry
from packit_worker.gunicorn_log import GUNICORN_LOG

# Seconds that running requests get at the end.
_GRACE = 15
# A webhook is here within this, unless its sender or the way is very slow.
_SECONDS_IF_FULL = 2.0


class Server(BaseApplication):
    """One application under gunicorn.

    Args:
        name: what the processes are called.
        make: returns the application; called in each process, after the fork.
        bind: `host:port`; port 0 takes any free one, which the log tells.
        processes: how many.
        threads: how many requests each process handles at a time.
        receive_seconds: how long a request may take to come in; less, while no thread is free.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], Flask],
        *,
        bind: str,
        processes: int,
        threads: int,
        receive_seconds: float,
    ) -> None:
        self._make = make
        self._name = name
        self._options = {"bind": bind, "workers": processes, "threads": threads}
        self.receive_seconds = receive_seconds
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options = self._options | {
            "worker_class": f"{__name__}.Worker",
            "graceful_timeout": _GRACE,
            "logger_class": GUNICORN_LOG,
            "worker_exit": lambda _server, _worker: sentry.flush(),
            "control_socket_disable": True,  # it would lie in the home folder
            "proc_name": f"packit-worker {self._name}",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._make()


class Worker(ThreadWorker):
    """gunicorn's, with a time limit for a request to come in.

    Without it each slow sender takes a thread for as long as it likes. While no thread is free the
    limit is short: who drips gives way to those that wait.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._since: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Handle a request, in a thread of the pool."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]

    def murder_pending(self) -> None:
        """Close what waits for too long; gunicorn calls it about once a second."""
        super().murder_pending()
        is_full = len(self._since) >= self.cfg.threads
        seconds = self.app.receive_seconds
        limit = time.monotonic() - (min(seconds, _SECONDS_IF_FULL) if is_full else seconds)
        for conn, since in self._since.copy().items():
            if since < limit:
                # For reading only: whoever is slow with the body still gets an answer.
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)

"""The pages under gunicorn."""

from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

_GRACE = 15  # seconds that running requests get at the end


class Server(BaseApplication):
    """gunicorn, set up in code.

    Args:
        make: returns the application; called in each process, after the fork: connections to a
            database do not survive one.
        bind: `host:port`.
        processes: how many.
        threads: how many requests each process handles at a time.
    """

    def __init__(
        self, make: Callable[[], Flask], *, bind: str, processes: int, threads: int
    ) -> None:
        self._make = make
        self._options = {"bind": bind, "workers": processes, "threads": threads}
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options = self._options | {
            "worker_class": "gthread",
            "graceful_timeout": _GRACE,
            "control_socket_disable": True,  # it would lie in the home folder
            "proc_name": "packit-worker pages",
            # A request of a browser is short.
            "limit_request_line": 1000,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._make()

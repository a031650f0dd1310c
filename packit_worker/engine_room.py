"""Where the tasks of stage 2 find the engine: one a thread, made when the first of them runs.

What it needs (packit, ogr, SQLAlchemy) is loaded then, after the fork.
"""

import os
import threading
from typing import TYPE_CHECKING

from packit_worker.handler import AnySpec
from packit_worker.settings import Settings

if TYPE_CHECKING:
    from packit_worker.pipeline import Engine

# How a task ends that found none; its message is sent once more.
NOT_READY = "not-ready"


class NotReadyError(Exception):
    """There is no engine here: the settings, a file or the database are at fault, no event is."""


class EngineRoom:
    """Keeps an engine for each thread of each process, made when first asked for."""

    def __init__(self, settings: Settings, handlers: tuple[AnySpec, ...]) -> None:
        self._settings = settings
        self._handlers = handlers
        self._local = threading.local()
        self._making = threading.Lock()

    def engine(self) -> "Engine":
        """Return the engine of this thread.

        Raises:
            NotReadyError: it cannot be made now.
        """
        if getattr(self._local, "pid", None) != os.getpid():
            try:
                with self._making:
                    self._local.engine = self._made()
            except Exception as error:
                raise NotReadyError(f"{type(error).__name__}: {error}") from error
            self._local.pid = os.getpid()
        engine: Engine = self._local.engine
        return engine

    def _made(self) -> "Engine":
        from packit_worker.assembly import build_engine, load_clients  # noqa: PLC0415 - heavy

        if threading.current_thread() is not threading.main_thread():  # so there are others
            load_clients()
        return build_engine(self._settings, self._handlers)

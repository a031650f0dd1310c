"""A file that shows that a worker is well: its consumer loop touches it while it has the broker."""

import logging
from pathlib import Path
from typing import Any

from celery import bootsteps

SECONDS = 5.0

log = logging.getLogger(__name__)


class LivenessFile(bootsteps.StartStopStep):
    """Touches the file of `worker_liveness_file` every few seconds, in the consumer loop.

    Nothing else of the worker can: where the loop hangs, or the broker is lost and looked for, the
    file ages. The pool of a worker may be busy all the time.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **_kwargs: object) -> None:
        super().__init__(consumer)
        self._timer: Any = None

    def include_if(self, consumer: Any) -> bool:
        """Whether a file is set."""
        return bool(consumer.app.conf.get("worker_liveness_file"))

    def start(self, consumer: Any) -> None:
        """Begin, each time that the worker has its queues."""
        file = Path(consumer.app.conf.worker_liveness_file)
        _touch(file)
        self._timer = consumer.timer.call_repeatedly(SECONDS, _touch, (file,))

    def stop(self, _consumer: Any) -> None:
        """End: the connection is lost, or the worker ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    shutdown = stop


def _touch(file: Path) -> None:
    """Touch it; where that fails it ages, and the worker goes on."""
    try:
        file.touch()
    except OSError as error:
        # Not let out: Celery would take it for a broker that is lost.
        log.warning("the liveness file %s cannot be touched: %s", file, error.strerror)

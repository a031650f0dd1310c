"""Messages that would kill a worker: they are refused, and the worker lives on.

Celery reads a message's headers and unpacks its body as `[args, kwargs, embed]` outside every
guard of its own: what has another shape ends the process, is put back, and ends the next one.
"""

import logging
from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer

# For the setting `worker_consumer`, which is a path.
TOLERANT_CONSUMER = "packit_worker.poison:TolerantConsumer"

log = logging.getLogger(__name__)


class TolerantConsumer(Consumer):  # type: ignore[misc] - Celery's has no types
    """Celery's own consumer, which refuses a message that it cannot unpack."""

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Return what is called with each message."""
        handle = super().create_task_handler(*args, **kwargs)

        def guarded(message: Any) -> None:
            try:
                handle(message)
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                # The text of the error, and its trace, may quote the message: its kind says enough.
                log.error(  # noqa: TRY400 - as above
                    "refused a message that is no task: %s", type(error).__name__
                )
                message.reject_log_error(log, self.connection_errors, requeue=False)

        return guarded

"""Messages that would kill a worker: they are refused, and the worker lives on.

Celery unpacks a body as `[args, kwargs, embed]` outside every guard of its own: JSON of another
shape ends the process, is put back, and ends the next one.
"""

import logging
from collections.abc import Callable
from typing import Any

from celery import Celery, Task
from celery.worker.strategy import default

# For `Task.Strategy`, which Celery wants as a path.
TOLERANT_STRATEGY = "packit_worker.poison:tolerant"

log = logging.getLogger(__name__)


def tolerant(
    task: Task[..., Any],
    app: Celery,
    consumer: Any,
    **kwargs: Any,
) -> Callable[..., Any]:
    """Celery's own strategy, which refuses a message that it cannot unpack."""
    handle = default(task, app, consumer, **kwargs)

    def guarded(
        message: Any,
        body: Any,
        ack: Any,
        reject: Any,
        callbacks: Any,
        **options: Any,
    ) -> Any:
        try:
            return handle(message, body, ack, reject, callbacks, **options)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # The text of the error may quote the message: its kind says enough.
            log.error(  # noqa: TRY400 - the trace may quote the message too
                "refused a message for %s that is no task: %s", task.name, type(error).__name__
            )
            message.reject_log_error(log, consumer.connection_errors, requeue=False)
            return None

    return guarded

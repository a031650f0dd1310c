"""Messages that would kill a worker: they are refused, and the worker lives on.

Celery reads a message's headers and unpacks its body as `[args, kwargs, embed]` outside every
guard of its own: what has another shape ends the process, is put back, and ends the next one.
What Celery does refuse by itself it logs whole, with every secret that it holds.
"""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from celery.worker.consumer import Consumer
from kombu.exceptions import OperationalError

from packit_worker import sentry
from packit_worker.headers import Trail
from packit_worker.sending import send_record

# For the setting `worker_consumer`, which is a path.
TOLERANT_CONSUMER = "packit_worker.poison:TolerantConsumer"

log = logging.getLogger(__name__)


class TolerantConsumer(Consumer):
    """Celery's own consumer, which refuses a message that it cannot unpack, and quotes none."""

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Return what is called with each message."""
        handle = super().create_task_handler(*args, **kwargs)

        def guarded(message: Any) -> None:
            try:
                handle(message)
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                self._refuse(message, "malformed", error)

        return guarded

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Refuse a body that is not JSON."""
        self._refuse(message, "undecodable", exc)

    def on_unknown_message(self, body: Any, message: Any) -> None:  # noqa: ARG002 - Celery's
        """Refuse a message whose headers name no task."""
        self._refuse(message, "no-task")

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:  # noqa: ARG002
        """Refuse a task that we do not have; the ledger keeps that it came."""
        self._refuse(message, "unknown-task", exc)
        task_id, task = (str(message.headers.get(name))[:80] for name in ("id", "task"))
        detail = f"{task}, id {task_id}"
        trail = Trail.of_request(SimpleNamespace(**message.headers | {"id": task_id}))
        try:
            send_record(self.app, trail, task_id, "unknown-task", detail)
        except OperationalError as error:
            log.warning("nothing keeps that it came: %s", type(error).__name__)

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:  # noqa: ARG002
        """Refuse a task with headers or a content type that Celery does not take."""
        self._refuse(message, "invalid-task", exc)

    def _refuse(self, message: Any, code: str, error: Exception | None = None) -> None:
        # The text of the error, and its trace, may quote the message: its kind says enough.
        kind = f"{code} ({type(error).__name__})" if error else code
        task = str(message.headers.get("task"))[:80] if isinstance(message.headers, dict) else None
        log.error("refused a message for the task %r: %s", task, kind)
        sentry.report_failure("a message", code, task=task)
        # celery-types does not know the attribute.
        lost: tuple[type[Exception], ...] = self.connection_errors  # type: ignore[attr-defined]
        message.reject_log_error(log, lost, requeue=False)

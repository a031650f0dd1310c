"""Sends the messages of stand-ins to the worker, as a consumer of the message bus does."""

import json
import logging
import time
from queue import SimpleQueue
from threading import Thread
from typing import Any

from packit_worker.app import create_app
from packit_worker.headers import Trail
from packit_worker.sending import send
from packit_worker.settings import Settings
from packit_worker.tasks import PARSE_MESSAGE

# Seconds between two messages: a real bus carries those of one build minutes apart.
_PAUSE = 0.3

log = logging.getLogger(__name__)


class Bus:
    """Carries messages in their order, in a thread of its own. One that no broker takes is lost."""

    def __init__(self, settings: Settings, *, pause: float = _PAUSE) -> None:
        self._settings = settings
        self._pause = pause
        self._messages: SimpleQueue[dict[str, Any]] = SimpleQueue()
        Thread(target=self._carry, daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        """Have a message carried.

        Its `topic`, `id` and `body` are those of fedora-messaging. With a `source` it is a webhook
        of that service, and its `body` alone is carried.
        """
        self._messages.put(message)

    def _carry(self) -> None:
        app = create_app(self._settings)
        while True:
            message = self._messages.get()
            number = str(message["id"])
            source = message.get("source")
            arguments = {
                "event": json.dumps(message["body"] if source else message),
                "source": source or "fedora-messaging",
                "event_type": message.get("topic"),
                "delivery_id": number,
            }
            try:
                send(app, PARSE_MESSAGE, arguments, Trail(number).headers())
            except Exception:  # noqa: BLE001 - each transport has errors of its own
                log.warning("no broker took the message %s", number)
            time.sleep(self._pause)

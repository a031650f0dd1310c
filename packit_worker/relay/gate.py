"""Spares senders the wait for a broker that is known to be down."""

import threading
from collections.abc import Callable

from packit_worker.delivering import BrokerDownError, RawPayload


class Gate:
    """Hands payloads on; while the broker does not answer, one at a time tries it.

    The others hear at once that it is down. Each waiting for itself, they would take all threads,
    and those behind them would wait for two.
    """

    def __init__(self, deliver: Callable[[RawPayload], str]) -> None:
        self._deliver = deliver
        self._is_down = False
        self._trying = threading.Lock()

    def deliver(self, payload: RawPayload) -> str:
        """Hand a payload on; return the id of its task.

        Raises:
            BrokerDownError: the broker does not answer.
        """
        if not self._is_down:
            return self._try(payload)
        if not self._trying.acquire(blocking=False):
            raise BrokerDownError("it is down, and somebody else asks whether it still is")
        try:
            return self._try(payload)
        finally:
            self._trying.release()

    def _try(self, payload: RawPayload) -> str:
        try:
            task_id = self._deliver(payload)
        except BrokerDownError:
            self._is_down = True
            raise
        self._is_down = False
        return task_id

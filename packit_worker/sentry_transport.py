"""How events get to Sentry: errors wait in a queue of their own.

The library has one queue for all, and drops what comes while that is full. A burst of messages
fills it with transactions, of which some may be lost; of the few errors none should be.

https://develop.sentry.dev/sdk/foundations/transport/
"""

from collections.abc import Callable
from typing import Any

from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import HttpTransport


class TwoQueues(HttpTransport):
    """Sentry's own transport for all but errors, with another for these beside it."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self._of_errors = HttpTransport(options)

    def capture_envelope(self, envelope: Envelope) -> None:
        """Send an envelope, soon."""
        if envelope.get_event() is None:
            super().capture_envelope(envelope)
        else:
            self._of_errors.capture_envelope(envelope)

    def flush(self, timeout: float, callback: Callable[[int, float], None] | None = None) -> None:
        """Send what waits, the errors first; for so many seconds each."""
        self._of_errors.flush(timeout, callback)
        super().flush(timeout, callback)

    def kill(self) -> None:
        """Send nothing more."""
        self._of_errors.kill()
        super().kill()

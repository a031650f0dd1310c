"""Redis as a broker that anybody may push to: what is no message at all is dropped.

kombu keeps a message as JSON, `{body, headers, properties, …}`. It reads it outside every guard:
anything else in a queue ends the worker, and Redis has given it away by then.
"""

import logging
from typing import Any

from kombu import transport
from kombu.transport import TRANSPORT_ALIASES, redis

from packit_worker import sentry
from packit_worker.redis_channel import Channel

log = logging.getLogger(__name__)

_BODY_ENCODINGS = (None, "utf-8", "base64")


def serve_redis_urls() -> None:
    """Let every URL of a Redis lead here; kombu knows transports by the scheme of the URL only."""
    for scheme in ("redis", "rediss", "valkey"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
        # What somebody used in this process before is kept there; kombu has no public way to it.
        transport._transport_cache.pop(scheme, None)  # type: ignore[attr-defined]  # noqa: SLF001


class Transport(redis.Transport):
    """kombu's own, which delivers only what has the shape of a message."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        if _is_message(message):
            super()._deliver(message, queue)
        else:
            log.error("dropped what is no message from the queue %s", queue)
            sentry.report_failure("a message", "no-message", queue=queue)


def _is_message(message: Any) -> bool:
    """Whether the parts are there without which kombu cannot even acknowledge a message."""
    properties = message.get("properties") if isinstance(message, dict) else None
    # A compressed body is bytes.
    if not isinstance(properties, dict) or not isinstance(message.get("body"), str | bytes):
        return False
    info = properties.get("delivery_info")
    return (
        isinstance(message.get("headers"), dict)
        and isinstance(properties.get("delivery_tag"), str)
        and isinstance(info, dict)
        and isinstance(info.get("exchange"), str)
        and isinstance(info.get("routing_key"), str)
        and properties.get("body_encoding") in _BODY_ENCODINGS
    )

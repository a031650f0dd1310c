"""How a waiting `replay` hears, through the broker, what became of what it sent.

There is no result store. A message that somebody follows carries the key of a queue in its
headers; each stage that ends publishes a few words there. Nobody else pays for it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from celery import Celery
from kombu import Connection, Consumer, Exchange, Queue

from packit_worker.headers import Trail

_EXCHANGE = Exchange("packit_worker.follow", type="direct", durable=False, delivery_mode=1)

log = logging.getLogger(__name__)


def tell(app: Celery, trail: Trail, **report: Any) -> None:
    """Publish `report`, plain JSON, to who follows; do nothing where nobody does.

    It never fails a task: a follower that hears nothing gives up by itself.
    """
    if trail.follow is None:
        return
    try:
        with app.producer_pool.acquire(block=True) as producer:
            producer.publish(
                {"correlation_id": trail.correlation_id, **report},
                exchange=_EXCHANGE,
                routing_key=trail.follow,
                serializer="json",
                declare=[_EXCHANGE],
                retry=False,
            )
    except Exception:
        log.warning("nobody was told how %s ended", trail.correlation_id, exc_info=True)


@contextmanager
def listening(connection: Connection, hear: Callable[[dict[str, Any]], None]) -> Iterator[str]:
    """Listen while the block runs, which lets `connection.drain_events` call `hear`.

    Args:
        connection: an open connection to the broker.
        hear: called with each report.

    Yields:
        The key for the header of the messages to follow.
    """
    key = f"packit_worker.follow.{uuid4()}"
    queue = Queue(key, _EXCHANGE, routing_key=key, durable=False, auto_delete=True, exclusive=True)
    channel = connection.channel()
    with Consumer(
        channel,
        [queue],
        callbacks=[lambda body, _message: hear(body)],
        no_ack=True,
        accept=["json"],
    ):
        try:
            yield key
        finally:
            queue(channel).delete()

"""How much waits in a queue, and since when."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from kombu import Connection

from packit_worker.broker_url import is_redis
from packit_worker.headers import SENT_AT


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a queue.

    Attributes:
        depth: how many messages.
        age: seconds since the oldest was sent; None: nothing waits, or it cannot be told (its
            sender did not say, or the broker is RabbitMQ, which shows a message only to who takes
            it).
    """

    depth: int
    age: float | None


def waiting(app: Celery, queues: tuple[str, ...]) -> dict[str, Waiting]:
    """Ask the broker what waits in each queue.

    Raises:
        OSError, kombu.exceptions.OperationalError: the broker does not answer.
    """
    with app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, timeout=5)
        read = _on_redis if is_redis(app.conf.broker_url) else _on_rabbitmq
        return {queue: read(app, connection, queue) for queue in queues}


def _on_redis(_app: Celery, connection: Connection, queue: str) -> Waiting:
    channel: Any = connection.default_channel  # kombu-stubs know no channel's client
    client = channel.client
    oldest = client.lindex(queue, -1)  # messages are pushed on the left and taken on the right
    return Waiting(client.llen(queue), _age(oldest) if oldest else None)


def _on_rabbitmq(app: Celery, connection: Connection, queue: str) -> Waiting:
    bound = app.amqp.queues[queue](connection.default_channel)
    bound.declare()
    answer: Any = bound.queue_declare(passive=True)  # kombu-stubs take it for a text
    return Waiting(answer.message_count, None)


def _age(envelope: bytes) -> float | None:
    try:
        sent_at = datetime.fromisoformat(json.loads(envelope)["headers"][SENT_AT])
        return round((datetime.now(UTC) - sent_at).total_seconds(), 1)
    except (ValueError, KeyError, TypeError, RecursionError):  # anybody may have pushed it
        return None

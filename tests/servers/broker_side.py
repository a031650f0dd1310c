"""What a broker holds, asked of the broker itself: no code of ours has a part in it."""

import time

import pytest
from kombu import Connection, Queue

POLL_SECONDS = 0.03


class BrokerSide:
    """Queues as the broker sees them; the same for Redis and RabbitMQ."""

    def __init__(self, url: str):
        self.url = url
        self.is_redis = url.startswith("redis")

    def depth(self, queue: str) -> int:
        """Return how many messages wait in `queue`; 0 where there is no such queue."""
        with Connection(self.url) as connection:
            channel = connection.channel()
            if self.is_redis:
                return channel.client.llen(queue)
            try:
                return channel.queue_declare(queue, passive=True).message_count
            except connection.channel_errors:
                return 0

    def depths(self, queues) -> dict[str, int]:
        """Return the queues where something waits."""
        return {queue: depth for queue in queues if (depth := self.depth(queue))}

    def take(self, queue: str, seconds: float = 10):
        """Take the next message out of `queue`, as soon as there is one; return it as kombu's."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.depth(queue):
                return self._get(queue)
            time.sleep(POLL_SECONDS)
        return pytest.fail(f"nothing came into the queue {queue}")

    def wait_for(self, queue: str, depth: int, seconds: float = 10) -> None:
        """Return as soon as `depth` messages wait in `queue`."""
        deadline = time.monotonic() + seconds
        while self.depth(queue) < depth:
            if time.monotonic() > deadline:
                pytest.fail(f"too little came into the queue {queue}")

    def wait_until_empty(self, queue: str, seconds: float = 10) -> None:
        """Return as soon as nothing waits in `queue`."""
        deadline = time.monotonic() + seconds
        while self.depth(queue):
            if time.monotonic() > deadline:
                pytest.fail(f"the queue {queue} stays full")
            time.sleep(POLL_SECONDS)

    def delete(self, queue: str) -> None:
        """Delete a queue and all in it; RabbitMQ only."""
        with Connection(self.url) as connection:
            connection.channel().queue_delete(queue)

    def unacked(self) -> int:
        """Return how many messages are with a worker; Redis only."""
        with Connection(self.url) as connection:
            return connection.channel().client.hlen("unacked")

    def pretend_that_time_passed(self, seconds: float) -> None:
        """Make what is with a worker older; Redis only."""
        with Connection(self.url) as connection:
            client = connection.channel().client
            for tag in client.zrange("unacked_index", 0, -1):
                client.zincrby("unacked_index", -seconds, tag)

    def _get(self, queue):
        with Connection(self.url) as connection:
            message = Queue(queue).bind(connection.channel()).get(accept=["json"])
            message.ack()
            message.decode()
            return message

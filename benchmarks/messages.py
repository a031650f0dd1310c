"""Messages in a Redis: sent as each side sends them, moved to where workers wait, watched."""

import json
import time
from dataclasses import dataclass
from uuid import uuid4

import redis
from celery import Celery

from benchmarks import plain_celery
from benchmarks.payloads import Payload
from packit_worker.app import create_app
from packit_worker.headers import Trail
from packit_worker.sending import NO_REPR
from packit_worker.settings import Settings
from packit_worker.tasks import PARSE_MESSAGE

# Messages are laid down here, and moved at once to where the workers wait.
_STORE = 15
_POLL_SECONDS = 0.005
_STILL_SECONDS = 0.1
_GIVE_UP_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its database of the Redis, its first queue, and how it sends a payload."""

    url: str
    database: int
    queue: str

    @property
    def broker(self) -> str:
        """The URL where its workers wait."""
        return f"{self.url}/{self.database}"

    def send(self, payloads: list[Payload]) -> list[int]:
        """Lay down a message for each payload; return the bytes of each on the broker."""
        store = f"{self.url}/{_STORE}"
        if self.queue == "parse_message":
            _send_ours(create_app(Settings(broker=store)), payloads)
        else:
            _send_plain(store, payloads)
        return sizes(store, self.queue)

    def deliver(self) -> None:
        """Move what was laid down to where the workers wait."""
        with redis.Redis.from_url(f"{self.url}/{_STORE}") as client:
            if not client.move(self.queue, self.database):
                raise SystemExit(f"{self.queue} could not be delivered")

    def drain(self, *, leave: frozenset[str] = frozenset()) -> float:
        """Wait until nothing waits and nothing is in hand, but in the queues `leave`.

        Returns:
            The time (`perf_counter`) since when it has been so.
        """
        deadline = time.perf_counter() + _GIVE_UP_SECONDS
        since = None
        with redis.Redis.from_url(self.broker) as client:
            while since is None or time.perf_counter() - since < _STILL_SECONDS:
                since = None if _is_busy(client, leave) else since or time.perf_counter()
                if time.perf_counter() > deadline:
                    raise SystemExit(f"{self.queue}: not worked off in {_GIVE_UP_SECONDS:g} s")
                time.sleep(_POLL_SECONDS)
        return since

    def pushed(self) -> int:
        """Return how many messages were pushed to the Redis since it started."""
        with redis.Redis.from_url(self.broker) as client:
            return int(client.info("commandstats").get("cmdstat_lpush", {}).get("calls", 0))


def sizes(broker: str, *queues: str) -> list[int]:
    """Return the bytes of each message that waits in `queues`."""
    with redis.Redis.from_url(broker) as client:
        return [len(text) for queue in queues for text in client.lrange(queue, 0, -1)]


def _is_busy(client: redis.Redis, leave: frozenset[str]) -> bool:
    # A list or a hash that is empty is gone; the bindings of queues stay, as sets.
    names = {str(key, "utf-8") for key in client.scan_iter()} - leave
    return any(not name.startswith("_kombu") for name in names)


def _send_ours(app: Celery, payloads: list[Payload]) -> None:
    """Send as the command `replay` and the relay do: the text, compressed."""
    for payload in payloads:
        app.send_task(
            PARSE_MESSAGE,
            kwargs={
                "event": payload.text,
                "source": payload.source,
                "event_type": payload.event_type,
                "delivery_id": str(uuid4()),
            },
            headers=Trail(str(uuid4())).headers(),
            compression="zstd",
            argsrepr=NO_REPR,
            kwargsrepr=NO_REPR,
        )
    app.close()


def _send_plain(broker: str, payloads: list[Payload]) -> None:
    with plain_celery.app.connection_for_write(broker) as connection:
        for payload in payloads:
            plain_celery.app.send_task(
                plain_celery.PARSE,
                kwargs={
                    "event": json.loads(payload.text),
                    "source": payload.source,
                    "event_type": payload.event_type,
                },
                connection=connection,
            )

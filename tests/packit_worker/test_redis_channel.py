"""How messages are taken from Redis: an answer that gets lost on the way loses no message."""

import contextlib
import json
import socket
import threading
import time

import pytest
import redis
from kombu import Connection, Consumer, Queue

from packit_worker.redis_transport import serve_redis_urls

# Readable, so that the test can find a body.
PLAIN = {"body_encoding": "utf-8"}
QUEUES = [Queue(name, durable=True) for name in ("brew", "boil")]


class Cutter:
    """A proxy to Redis that cuts every connection over which an answer would bring `word`."""

    def __init__(self, port: int, word: bytes):
        self._word = word
        self._redis = ("127.0.0.1", port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.has_cut = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self):
        # Not `close` alone: that does not wake the thread that accepts.
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self):
        with self._server, contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                server = socket.create_connection(self._redis)
                for ends in ((client, server, None), (server, client, self._word)):
                    threading.Thread(target=self._copy, args=ends, daemon=True).start()

    def _copy(self, source, target, word):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if word and word in data:
                    self.has_cut.set()
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()


@pytest.fixture(scope="module", autouse=True)
def _our_transport():
    serve_redis_urls()


@pytest.fixture
def client(redis_broker):
    with redis.Redis.from_url(redis_broker, decode_responses=True) as client:
        yield client


@pytest.fixture
def send(redis_broker):
    options = {"transport_options": PLAIN}
    with Connection(redis_broker, **options) as connection, connection.Producer() as producer:

        def send(text, queue="brew"):
            producer.publish(text, routing_key=queue, declare=QUEUES)

        yield send


def drain(url, count, **options):
    """Return the bodies of so many messages, acknowledged, and the consumer's channel."""
    found = []

    def keep(body, message):
        found.append(body)
        message.ack()

    with Connection(url, transport_options=options) as connection:
        consumer = Consumer(connection, QUEUES, callbacks=[keep], accept=["json", "text/plain"])
        consumer.qos(prefetch_count=1)
        with consumer:
            while len(found) < count:
                connection.drain_events(timeout=5)
    return found


def test_a_lost_answer_loses_no_message(client, send, redis_broker):
    send("green tea")
    port = client.connection_pool.connection_kwargs["port"]
    cutter = Cutter(port, b"green tea")
    lossy = f"redis://127.0.0.1:{cutter.port}/0"
    with pytest.raises((OSError, redis.ConnectionError)):
        drain(lossy, 1)
    cutter.close()
    assert cutter.has_cut.is_set()
    assert client.llen("brew") == 0
    (noted,) = client.hvals("unacked")
    message, exchange, key = json.loads(noted)
    assert (message["body"]["__value__"], exchange, key) == ("green tea", "", "brew")
    # When its time is over, any worker gives it back: Celery's event loop looks now and then.
    with Connection(redis_broker, transport_options={"visibility_timeout": 0}) as connection:
        connection.default_channel.qos.restore_visible(interval=1)
    assert drain(redis_broker, 1) == ["green tea"]
    assert client.keys("unacked*") == []


def test_what_is_taken_is_noted_as_kombu_does(client, send, redis_broker):
    before = time.time()
    send("oolong", "boil")
    with Connection(redis_broker) as connection:
        taken = []
        with Consumer(connection, QUEUES, on_message=taken.append):
            connection.drain_events(timeout=5)
            tag = taken[0].delivery_tag
            ours = client.hgetall("unacked"), client.zscore("unacked_index", tag)
            # The same by kombu's own code, from the same message.
            client.delete("unacked", "unacked_index")
            connection.default_channel.qos.append(taken[0], tag)
            theirs = client.hgetall("unacked")
            assert json.loads(ours[0][tag]) == json.loads(theirs[tag])
            assert before < ours[1] < time.time()
            taken[0].ack()
    assert client.keys("unacked*") == []


def test_order_and_fairness(send, redis_broker):
    for number in range(6):
        send(f"brew {number}")
    for number in range(3):
        send(f"boil {number}", "boil")
    found = drain(redis_broker, 9)
    assert [each for each in found if "brew" in each] == [f"brew {n}" for n in range(6)]
    assert [each for each in found if "boil" in each] == [f"boil {n}" for n in range(3)]
    # No queue waits until another is empty.
    assert found.index("boil 2") < found.index("brew 5")


def test_a_key_prefix(client, redis_broker):
    options = {"global_keyprefix": "tea-"}
    with Connection(redis_broker, transport_options=options) as connection:
        with connection.Producer() as producer:
            producer.publish("mint", routing_key="brew", declare=QUEUES)
        assert client.llen("tea-brew") == 1
    assert drain(redis_broker, 1, **options) == ["mint"]
    assert client.keys("*unacked*") == []


NO_MESSAGES = (
    "",
    "tea",
    "[]",
    "7",
    '"properties"',
    "\xff",
    "[" * 5000,
    '{"properties": 3}',
    '{"properties": {}}',
    '{"properties": {"delivery_tag": 5, "delivery_info": {}}}',
    '{"properties": {"delivery_tag": "a", "delivery_info": {"exchange": "", "routing_key": 1}}}',
    '{"properties": {"delivery_tag": "a", "delivery_info": {"exchange": "", "routing_key": "b"}}}',
)


@pytest.mark.parametrize("text", NO_MESSAGES)
def test_what_is_no_message_is_dropped(client, send, redis_broker, text):
    client.rpush("brew", text)
    send("real")
    assert drain(redis_broker, 1) == ["real"]
    assert client.keys("unacked*") == []


def test_a_consumer_without_messages_is_woken_soon(send, redis_broker):
    times = []
    ack = [lambda _body, message: message.ack()]
    with Connection(redis_broker) as connection, Consumer(connection, QUEUES, callbacks=ack):
        for _ in range(3):
            with pytest.raises(TimeoutError):
                connection.drain_events(timeout=0.4)
            send("late")
            begun = time.monotonic()
            connection.drain_events(timeout=5)
            times.append(time.monotonic() - begun)
    assert min(times) < 0.2  # the pause is up to 0.1 s

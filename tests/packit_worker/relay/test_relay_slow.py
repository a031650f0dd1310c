"""Senders that drip, whom nobody knows, take nobody else's place."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
from saved_messages import MESSAGES
from servers.relay_process import RelayProcess

BODY = (MESSAGES / "github/push_github_gh/branch.json").read_bytes()
MB = 2**20

pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True)


@pytest.fixture
def relay(tmp_path, broker):
    relay = RelayProcess(tmp_path, broker, ["--threads", "4"])
    try:
        yield relay.start()
    finally:
        relay.stop()


@contextmanager
def dripping(relay, count):
    """So many connections, each sends a byte of its body every half a second."""
    head = b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n{"
    is_over = threading.Event()
    with ExitStack() as stack:
        senders = []
        for _ in range(count):
            sender = socket.create_connection(("127.0.0.1", relay.port), timeout=10)
            senders.append(stack.enter_context(sender))
            sender.sendall(head)

        def drip():
            while not is_over.wait(0.5):
                for sender in senders.copy():
                    try:
                        sender.sendall(b" ")
                    except OSError:
                        senders.remove(sender)

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield senders
        finally:
            is_over.set()
            thread.join()


@pytest.mark.parametrize("count", [100, 300])
def test_a_webhook_is_taken_while_others_drip(relay, broker_side, count):
    with dripping(relay, count) as senders:
        time.sleep(0.5)
        started = time.monotonic()
        assert relay.post_github(BODY, "push").status_code == 202
        assert time.monotonic() - started < 5
        broker_side.take("parse_message")
        if count == 100:  # there is room for all of them
            time.sleep(3)
            assert len(senders) == count


def post_large(relay):
    """Post a large body, which is no JSON."""
    return relay.post_github(b" " * 2 * MB, "push")


def test_large_bodies_at_a_time_are_no_more_than_threads(relay, broker_side):
    head = f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: {3 * MB}\r\n\r\n"
    deadline = time.monotonic() + 30
    with ExitStack() as stack:
        senders = 0
        # Soon: what was sent may not be read yet. A sender is refused, too, while our own post
        # is read, so the next one takes its place.
        while senders < 4 or (answer := post_large(relay)).status_code != 503:
            sender = socket.create_connection(("127.0.0.1", relay.port), timeout=10)
            stack.enter_context(sender).sendall(head.encode() + b" " * 2 * MB)
            senders += 1
            assert time.monotonic() < deadline
        assert answer.headers["Retry-After"] == "10"
        assert answer.json()["detail"] == "too many large bodies at a time"
        assert relay.post_github(BODY, "push").status_code == 202
        broker_side.take("parse_message")
    while post_large(relay).status_code != 400:
        assert time.monotonic() < deadline
        time.sleep(0.1)

"""What anybody may send without a secret, on all threads at a time, costs little memory."""

import resource
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from saved_messages import MESSAGES
from servers.relay_process import RelayProcess, github_headers

BODY = (MESSAGES / "github/push_github_gh/branch.json").read_bytes()
MB = 2**20
LARGEST = 25 * MB
SENDERS = 8

pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True)


@pytest.fixture
def relay(tmp_path, broker):
    relay = RelayProcess(tmp_path, broker, ["--threads", str(SENDERS)])
    try:
        yield relay.start()
    finally:
        relay.stop()


def worker_of(relay):
    """The id of the one process that answers."""
    (children,) = Path(f"/proc/{relay.pid}/task/{relay.pid}").glob("children")
    (worker,) = children.read_text().split()
    return int(worker)


def peak(pid):
    """How many bytes of memory a process had at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("path", ["/webhooks/github", "/webhooks/pagure"])
def test_large_bodies_without_a_right_signature_are_held_in_files(relay, path):
    worker = worker_of(relay)
    before = peak(worker)
    head = f"POST {path} HTTP/1.0\r\nContent-Length: {LARGEST}\r\n"
    head += f"X-Hub-Signature-256: sha256={'0' * 64}\r\nX-Pagure-Signature-256: {'0' * 64}\r\n\r\n"
    with ExitStack() as stack:
        senders = []
        for _ in range(SENDERS):
            sender = socket.create_connection(("127.0.0.1", relay.port), timeout=30)
            senders.append(stack.enter_context(sender))
            sender.sendall(head.encode() + b"{" + b" " * (LARGEST - 2))
        # All are in, but for one byte.
        for sender in senders:
            sender.sendall(b"}")
        answers = [sender.recv(4096)[9:12] for sender in senders]
    assert answers == [b"401"] * SENDERS
    assert peak(worker) - before < SENDERS * 4 * MB


def test_a_full_disk_is_told_and_small_bodies_are_taken(relay, broker_side):
    resource.prlimit(worker_of(relay), resource.RLIMIT_FSIZE, (2 * MB, 2 * MB))
    answer = relay.post("/webhooks/github", b"{" + b" " * 3 * MB + b"}", github_headers(b""))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "no room for the body" in answer.json()["detail"]
    assert relay.post_github(BODY, "push").status_code == 202
    broker_side.take("parse_message")

"""Messages that come to nothing before a task of ours runs, or with its process: Sentry is told."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from celery import Celery
from kombu import Queue
from servers.broker_side import BrokerSide
from servers.redis_server import RedisServer
from servers.sentry_server import SentryServer
from servers.worker_process import WorkerProcess
from test_poison import GOOD_BODY, HEADERS, envelope, push
from twelve_events import BY_WORD

PARSE = "task.parse_message"
SECRET = "s3cr3t-t0ken"
SECONDS = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sentry():
    with SentryServer() as server:
        yield server


@pytest.fixture(scope="module")
def worker(server, sentry, tmp_path_factory):
    """One that parses in a single child; what it takes is tried once."""
    folder = tmp_path_factory.mktemp("worker")
    queues = Path("files/queues.yaml").read_text()
    once = queues.replace("time_limit: 30, attempts: 3", "time_limit: 30, attempts: 1")
    (folder / "queues.yaml").write_text(once)
    environment = {
        "PACKIT_WORKER_SENTRY_DSN": sentry.dsn,
        "PACKIT_WORKER_QUEUES": str(folder / "queues.yaml"),
    }
    arguments = ["--queues", "parse_message", "--pool", "prefork", "--concurrency", "1"]
    worker = WorkerProcess(folder, server.url, arguments, environment).start()
    yield worker
    worker.stop()


@pytest.mark.parametrize(
    ("message", "code", "tags"),
    [
        (
            envelope(HEADERS | {"task": "task.parse_massage"}, GOOD_BODY, {}),
            "unknown-task",
            {"task": "task.parse_massage"},
        ),
        (envelope(HEADERS, f"{{{SECRET}", {}), "undecodable", {"task": PARSE}),
        (envelope(HEADERS, json.dumps({"token": SECRET}), {}), "malformed", {"task": PARSE}),
        (json.dumps({"token": SECRET}), "no-message", {"queue": "parse_message"}),
    ],
)
def test_a_message_that_is_refused(worker, server, sentry, message, code, tags):
    sentry.forget()
    push(server.url, message)
    sentry.wait_for(lambda sentry: sentry.errors())
    (error,) = sentry.errors()
    assert error["message"] == f"a message failed for good: {code}"
    assert error["fingerprint"] == ["failure", "a message", code]
    assert error["tags"] == {
        "deployment": "prod",
        "outcome": "gave-up",
        "code": code,
        **tags,
    }
    assert SECRET not in "".join(sentry.bodies)


def test_a_parse_that_ends_with_its_process(worker, server, sentry):
    sentry.forget()
    child = child_of(worker.pid)
    side = BrokerSide(server.url)
    os.kill(child, signal.SIGSTOP)
    release = BY_WORD["release"]
    app = Celery("foreign", broker=server.url, set_as_current=False)
    app.conf.task_queues = [Queue("parse_message")]
    kwargs = release.arguments(event=release.payload | {"token": SECRET})
    headers = {"packit_correlation_id": "c-17"}
    app.send_task(PARSE, kwargs=kwargs, headers=headers, queue="parse_message")
    app.close()
    wait(lambda: side.depth("parse_message") == 0)
    # The child has parsed, and cannot send what follows.
    before = sockets_of(child)
    server.freeze()
    try:
        os.kill(child, signal.SIGCONT)
        wait(lambda: sockets_of(child) > before)
        os.kill(child, signal.SIGKILL)
    finally:
        server.thaw()
    sentry.wait_for(lambda sentry: sentry.errors())
    (error,) = sentry.errors()
    assert error["message"] == "task.parse_message failed for good: worker-lost"
    assert error["tags"] == {
        "deployment": "prod",
        "correlation_id": "c-17",
        "outcome": "gave-up",
        "code": "worker-lost",
    }
    assert SECRET not in "".join(sentry.bodies)
    assert worker.is_alive


def wait(is_so):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def child_of(pid):
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def sockets_of(pid):
    return sum(each.is_socket() for each in Path(f"/proc/{pid}/fd").iterdir())

"""The programs that are measured: a Redis of our own, and Celery workers, each ended at the end."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from benchmarks.processes import Tree

_ROOT = Path(__file__).parents[1]
_POLL_SECONDS = 0.02
_START_SECONDS = 60

# What each side runs; the queues follow.
OURS = ("-m", "packit_worker", "worker", "--queues")
PLAIN = ("-m", "celery", "-A", "benchmarks.plain_celery", "worker", "-Q")


@contextmanager
def private_redis() -> Iterator[str]:
    """Run a Redis, or Valkey, on a free loopback port; yield its URL, without a database."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise SystemExit("neither redis-server nor valkey-server is installed")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with _running([program, *options, "--dir", folder], log, {}) as process:
            _wait(process, log, lambda: _answers(port))
            yield f"redis://127.0.0.1:{port}"


@contextmanager
def worker(command: tuple[str, ...], queues: str, broker: str) -> Iterator[Tree]:
    """Run a worker for `queues`, with its own defaults; yield its processes once it is ready."""
    others = _listeners(broker)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        # Nothing of the user's: the ledger lies in the state folder.
        environment = {
            "PACKIT_WORKER_BROKER": broker,
            "PACKIT_WORKER_CONFIG": "",
            "PACKIT_WORKER_DATABASE": "",
            "PACKIT_WORKER_STATE": folder,
            "PYTHONPATH": str(_ROOT),
        }
        with _running([sys.executable, *command, queues], log, environment) as process:
            _wait(process, log, lambda: _listeners(broker) > others)
            yield Tree(process.pid)


def _listeners(broker: str) -> int:
    """Return how many workers wait for messages; a plain one logs nothing when it is ready."""
    database = broker.rpartition("/")[2]
    with redis.Redis.from_url(broker) as client:
        clients = client.client_list()
    return sum(one["cmd"] == "brpop" and one["db"] == database for one in clients)


def _answers(port: int) -> bool:
    with redis.Redis(port=port, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def _running(
    command: list[str], log: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=log.parent,
            env={**os.environ, **environment},
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(_POLL_SECONDS)

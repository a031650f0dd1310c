"""Commands that use the embedded broker, each a process of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# It stays in the block until its input ends, as a worker stays until it is told to stop.
USER = """
import sys
from packit_worker.embedded import embedded_broker
with embedded_broker() as url:
    print(url, flush=True)
    sys.stdin.read()
print("left", flush=True)
"""


class User:
    """One command inside `embedded_broker()`; the program may be another one than USER."""

    def __init__(self, environment, program=USER):
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def line(self):
        return self.process.stdout.readline().strip()

    def leave(self):
        """Let it end, and return the rest of what it said."""
        out, err = self.process.communicate(timeout=30)
        assert err == ""
        return out.strip()

    def kill(self):
        self.process.kill()
        self.process.communicate(timeout=10)

    def end(self):
        self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


class Processes:
    """What runs on the broker of one state folder."""

    def __init__(self, state, environment):
        self.state = state
        self.environment = environment
        self._users = []

    def start(self, program=USER, **environment):
        user = User({**self.environment, **environment}, program)
        self._users.append(user)
        return user

    def servers(self):
        """The ids of the living server processes: they hold the lock that is named after them."""
        return self.holders("server.lock")

    def watchers(self):
        return self.holders("watcher.lock")

    def holders(self, name):
        lock = str(self.state / "broker" / name)
        return [pid for pid in _pids() if lock in _open_files(pid)]

    def server(self):
        (pid,) = self.servers()
        return pid

    def end(self):
        for user in self._users:
            user.end()
        for pid in [*self.watchers(), *self.servers()]:
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def state():
    """A state folder whose path is short enough for a socket. Nothing is left that uses it."""
    folder = Path(tempfile.mkdtemp(prefix="packit-worker-test-", dir="/tmp"))
    yield folder
    deadline = time.monotonic() + 10
    while users := [pid for pid in _pids() if any(_is_in(folder, f) for f in _open_files(pid))]:
        assert time.monotonic() < deadline, f"processes {users} still use {folder}"
        time.sleep(0.01)
    shutil.rmtree(folder)


@pytest.fixture
def processes(state):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PACKIT_WORKER_STATE": str(state),
    }
    running = Processes(state, environment)
    yield running
    running.end()


@pytest.fixture
def in_state(state, monkeypatch):
    """This process itself has the state folder."""
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(state))
    return state


def _pids():
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _is_in(folder, file):
    return file.startswith(f"{folder}/")


def _open_files(pid):
    files = []
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                files.append(str(descriptor.readlink()))
    return files

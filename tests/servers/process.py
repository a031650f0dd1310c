"""A server program that tests start, stop, freeze and kill."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

START_SECONDS = 60
STOP_SECONDS = 20
POLL_SECONDS = 0.02


class ServerProcess:
    """One server in a process group of its own.

    Args:
        command: What is run, with arguments.
        log: Where its output goes; its end is shown when the start fails.
        answers: Called until it returns True; what it raises as OSError counts as False.
        environment: What is added to the environment.
    """

    def __init__(self, command, log: Path, answers, environment=None):
        self._command = [*dies_with_us(), *command]
        self._log = log
        self._answers = answers
        self._environment = {**os.environ, **(environment or {})}
        self._process = None

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Start, and return as soon as the server answers."""
        assert self._process is None, "already started"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_answering():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                tail = self._log.read_text(errors="replace")[-2000:]
                pytest.fail(f"{self._command} did not start; end of its log:\n{tail}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait; kill what is left of its group."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill -9, the whole process group."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing answers."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def _is_answering(self) -> bool:
        try:
            return self._answers()
        except OSError:
            return False


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def find_program(names, package: str) -> str:
    """Return the path of the first of `names` that exists.

    A test that needs a missing server fails: a skipped test is easily taken for a passed one. With
    PACKIT_WORKER_TESTS_SKIP_SERVERS=1 it is skipped.
    """
    for name in names:
        path = shutil.which(name)
        if path is not None:
            return path
    text = f"none of {', '.join(names)} found: install the package {package}"
    if os.environ.get("PACKIT_WORKER_TESTS_SKIP_SERVERS") == "1":
        pytest.skip(text)
    pytest.fail(f"{text}, or set PACKIT_WORKER_TESTS_SKIP_SERVERS=1 to skip the tests that need it")


def dies_with_us():
    """Have the kernel end the server when the test run itself is killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []

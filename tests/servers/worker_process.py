"""A worker process for tests: `python -m packit_worker worker`, its log in a file."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from servers.process import dies_with_us

ROOT = Path(__file__).parents[2]
READY = " ready."
READY_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.05


class WorkerProcess:
    """One worker, in a process group of its own.

    Args:
        folder: Where its log goes, and its state.
        broker: The URL of its broker; None: the embedded one.
        arguments: Of the command `worker`.
        environment: What is added to the environment.
        command: What is run instead of `packit-worker worker`.
    """

    def __init__(self, folder: Path, broker, arguments, environment=None, command=None):
        command = command or [sys.executable, "-m", "packit_worker", "worker"]
        self._command = [*command, *arguments]
        self.log = folder / f"worker-{len(list(folder.iterdir()))}.log"
        self._environment = command_environment(folder, broker) | (environment or {})
        self._process = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def spawn(self) -> "WorkerProcess":
        """Start it, and return at once."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*dies_with_us(), *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=ROOT,
                start_new_session=True,
            )
        return self

    def start(self) -> "WorkerProcess":
        """Start it, and return as soon as it takes messages."""
        before = self.text().count(READY) if self.log.exists() else 0
        self.spawn()
        self.wait_for(READY, READY_SECONDS, before + 1)
        return self

    def text(self) -> str:
        """Return its log so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, seconds: float = 20, count: int = 1) -> None:
        """Return as soon as `text` stands `count` times in its log; fail if it ends before."""
        deadline = time.monotonic() + seconds
        while self.text().count(text) < count:
            if not self.is_alive or time.monotonic() > deadline:
                pytest.fail(f"{text!r} did not come; end of the log:\n{self.text()[-3000:]}")
            time.sleep(POLL_SECONDS)

    def freeze(self) -> None:
        """Let it stand still."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def stop(self) -> int:
        """Ask it to end (SIGTERM); kill what is left of it. Return its exit code."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        return self.kill()

    def kill(self) -> int:
        """Kill -9, it and its children. Return its exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()


def command_environment(folder: Path, broker=None) -> dict[str, str]:
    """Return an environment in which nothing but these is configured."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PACKIT_WORKER_")}
    state = {"PACKIT_WORKER_STATE": str(folder / "state"), "PYTHONPATH": str(ROOT)}
    return kept | state | ({"PACKIT_WORKER_BROKER": broker} if broker else {})

"""`packit-worker …` in processes forked from one that has imported what commands need.

Each command is a process of its own, with an environment and streams of its own, as when people run
it; only the half a second of imports is paid once.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from servers.process import dies_with_us
from servers.worker_process import ROOT

_SECONDS = 30


class WarmCommands:
    """Starts the process to fork from, which ends with us."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._control, theirs = socket.socketpair()
        with theirs:
            program = [sys.executable, "-m", "servers.command_forker", str(theirs.fileno())]
            self._process = subprocess.Popen(
                [*dies_with_us(), *program],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
                cwd=ROOT,
            )

    def run(self, arguments, *, stdin, env, timeout):
        """Run a command as `subprocess.run` does, with texts.

        Raises:
            subprocess.TimeoutExpired: it took longer than `timeout` seconds, and was killed.
        """
        files = [self._folder / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_bytes(stdin.encode())
        asked = {"arguments": arguments, "env": env, "files": [str(file) for file in files]}
        self._control.sendall(json.dumps(asked).encode() + b"\n")
        pid = self._answer(_SECONDS)
        try:
            code = self._answer(timeout)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._answer(_SECONDS)
            raise subprocess.TimeoutExpired(arguments, timeout) from None
        texts = [file.read_bytes().decode() for file in files[1:]]
        return subprocess.CompletedProcess(arguments, code, *texts)

    def _answer(self, seconds):
        """Return the number in the next line; each is asked for before another is written."""
        self._control.settimeout(seconds)
        line = b""
        while not line.endswith(b"\n"):
            line += self._control.recv(1) or pytest.fail("no process to fork from")
        return int(line)

    def close(self):
        self._control.close()
        self._process.wait(_SECONDS)


@pytest.fixture(scope="session")
def warm_commands(tmp_path_factory):
    """Where the commands of the whole session run."""
    commands = WarmCommands(tmp_path_factory.mktemp("commands"))
    yield commands
    commands.close()

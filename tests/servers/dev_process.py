"""`packit-worker dev` for tests: everything, on an embedded broker, beside a sandbox."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from servers.process import dies_with_us
from servers.worker_process import ROOT, command_environment


@cache
def keep_the_usual_port():
    """Hold the port that every `dev` tries first for its pages, to the end of this process.

    Of two that begin at once both would find it free, and one would end.
    """
    with suppress(OSError):  # somebody holds it already
        return socket.create_server(("127.0.0.1", 8080))


class Dev:
    """`packit-worker dev` in a process group of its own."""

    def __init__(self, folder, environment=None):
        self.folder = folder
        self.log = folder / "dev.log"
        address = {"PACKIT_WORKER_RELAY_BIND": "127.0.0.1:0"}
        self._environment = command_environment(folder) | address | (environment or {})

    def spawn(self):
        keep_the_usual_port()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*dies_with_us(), sys.executable, "-m", "packit_worker", "dev"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self):
        before = self.log.read_text().count(" ready.") if self.log.exists() else 0
        self.spawn()
        deadline = time.monotonic() + 60
        while self.log.read_text().count(" ready.") < before + 3:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)
        return self

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(60)

    def left_over(self):
        """Return the command lines of what still runs with the state folder of this test."""
        mark = f"PACKIT_WORKER_STATE={self.folder}/state".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

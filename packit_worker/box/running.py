"""Does a step in the box: the worker's side of it."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from packit_worker.box import command, lowering, process, syscalls
from packit_worker.box.answer import READY, Answer, read_answer
from packit_worker.box.asking import Answerer, Fetch
from packit_worker.box.errors import CRASHED, UNAVAILABLE, BoxError
from packit_worker.box.folders import Folder
from packit_worker.box.limits import MIB, Limits
from packit_worker.box.process import Ended
from packit_worker.box.settings import BoxSettings

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from packit_worker.box.child import main; main(*sys.argv[2:])"
)


class Box:
    """Runs steps of other people's code.

    Args:
        settings: what the operator chose.
    """

    def __init__(self, settings: BoxSettings) -> None:
        self.settings = settings

    def run(
        self,
        folder: Folder,
        step: str,
        arguments: Mapping[str, Any],
        limits: Limits | None = None,
        fetch: Fetch | None = None,
    ) -> Answer:
        """Do one step in the box.

        Args:
            folder: of this run; what lies in `given` can be read in the box.
            step: a module of `packit_worker.box.steps`.
            arguments: of the step, as JSON. Whoever wrote the code that is run can read them.
            limits: instead of those of the settings.
            fetch: how to get what the step asks for from outside; what it raises is raised here.

        Returns:
            What came back. Its form was checked; its content is of others' making.

        Raises:
            BoxError: it gave no answer that can be used.
        """
        limits = limits or self.settings.limits
        request = {
            "step": step,
            "arguments": arguments,
            "limits": asdict(limits),
            "unboxed": self.settings.unboxed,
        }
        (folder.given / "request.json").write_text(json.dumps(request), encoding="ascii")
        walls = syscalls.program()
        if walls is None:
            raise BoxError(UNAVAILABLE, "no filter of system calls for this kind of processor")

        def command_line(filter_out: int, answer_in: int) -> list[str]:
            return self._command(folder, limits.disk, filter_out, answer_in)

        answerer = Answerer(folder.given, fetch)
        with closing(answerer), (folder.path / "answer").open("w+b") as spool:
            floor = self.settings.floor
            ended = process.run(command_line, walls, spool, answerer, limits, floor)
            answerer.check()
            return _answer_of(spool, folder, limits, ended)

    def _command(self, folder: Folder, disk: int, filter_out: int, answer_in: int) -> list[str]:
        child = [sys.executable, "-I", "-B", "-c", _START]
        if self.settings.unboxed:
            work = folder.path / "work"
            work.mkdir(mode=0o700)
            code = str(Path(__file__).parents[2])
            return [*child, code, str(answer_in), str(folder.given), str(work)]
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise BoxError(UNAVAILABLE, "bubblewrap (bwrap) is not installed")
        mounts = command.folders(folder.given)
        words = [bwrap, *command.arguments(mounts, disk, filter_out)]
        words += [*child, command.CODE, str(answer_in), command.INPUT, command.WORK]
        if os.geteuid() != 0:
            return words
        sources = [str(mount.source) for mount in mounts]
        launcher = [sys.executable, "-I", "-S", "-B", str(Path(lowering.__file__))]
        return [*launcher, str(self.settings.uid), str(len(sources)), *sources, *words]


def _answer_of(spool: BinaryIO, folder: Folder, limits: Limits, ended: Ended) -> Answer:
    spool.seek(0)
    if spool.read(len(READY)) != READY:
        spool.seek(0)
        raise BoxError(UNAVAILABLE, _missing(spool.read(MIB), ended), ended.log)
    if os.fstat(spool.fileno()).st_size == len(READY):
        raise BoxError(CRASHED, f"it ended with {ended.code} and without an answer", ended.log)
    try:
        answer = read_answer(spool, folder.taken(), limits)
    except BoxError as error:
        raise BoxError(error.code, error.detail, ended.log) from None
    return replace(answer, log=ended.log)


def _missing(head: bytes, ended: Ended) -> str:
    """Return what stopped the box before anything of others ran."""
    try:
        return "; ".join(json.loads(head)["answer"]["gaps"])
    except (ValueError, LookupError, TypeError):
        lines = ended.log.strip().splitlines()
        return lines[-1] if lines else f"it ended with {ended.code} at once"

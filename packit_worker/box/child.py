"""Runs inside the box: reads the request, checks the walls, does one step, hands over the answer.

The request is `request.json` in the folder of the input: `{"step", "arguments", "limits",
"unboxed"}`. The answer goes through a pipe, in the form that `answer` describes.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from packit_worker.box import confined
from packit_worker.box.answer import READY, write_answer
from packit_worker.box.asking import Asker

# A step is a module of that name in packit_worker.box.steps, with a function `run`.
_STEPS = "packit_worker.box.steps"


class Step(Protocol):
    """What a step is."""

    def __call__(
        self, arguments: dict[str, Any], given: Path, work: Path, asker: Asker, /
    ) -> tuple[dict[str, Any], list[Path]]:
        """Do it.

        Args:
            arguments: of the request.
            given: the folder with the files of the request.
            work: the work directory.
            asker: who asks for files from outside.

        Returns:
            What is answered, as JSON, and the files that are handed over.
        """


def main(descriptor: str, input_folder: str, work_folder: str) -> None:
    """Do the step of the request, and end.

    Args:
        descriptor: the number of the pipe for the answer.
        input_folder: where the request and its files lie.
        work_folder: the work directory.
    """
    # packit compares paths, of which it resolves some: a link to the work directory would differ.
    pipe_number, given, work = int(descriptor), Path(input_folder), Path(work_folder).resolve()
    request = json.loads((given / "request.json").read_bytes())
    limits = request["limits"]
    with os.fdopen(pipe_number, "wb") as pipe:
        # What the step starts must not get the pipe by accident.
        os.set_inheritable(pipe_number, False)  # noqa: FBT003 - it takes no keyword
        _prepare(work)
        confined.lower(limits)
        missing = [] if request["unboxed"] else confined.gaps(limits["disk"], str(work))
        if missing:
            write_answer(pipe, {"gaps": missing}, [])
            return
        pipe.write(READY)
        pipe.flush()
        _answer(pipe, request, given, work)


def _prepare(work: Path) -> None:
    for folder in (work / "tmp", work / "home"):
        folder.mkdir(mode=0o700)
    os.environ.clear()
    os.environ.update(
        PATH=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        HOME=str(work / "home"),
        TMPDIR=str(work / "tmp"),
        LANG="C.UTF-8",
        PYTHONDONTWRITEBYTECODE="1",
    )


def _answer(pipe: BinaryIO, request: dict[str, Any], given: Path, work: Path) -> None:
    step: Step = importlib.import_module(f"{_STEPS}.{request['step']}").run
    answer, files = step(request["arguments"], given, work, Asker(pipe, given))
    write_answer(pipe, answer, files)

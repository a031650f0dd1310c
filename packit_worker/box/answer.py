r"""What a step hands over, written inside the box and read outside.

It is a stream through a pipe, so no file of the box is ever opened by the worker, and no link can
be followed: the line `READY`, then a line of JSON `{"answer": {…}, "files": [[name, size], …]}`,
then the bytes of each file, one after the other, and nothing more.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from packit_worker.box.errors import BAD_ANSWER, BoxError
from packit_worker.box.limits import Limits

READY = b"READY\n"
# One name, which no shell, archive or package tool reads as an option or a path.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+~^:@%-]{0,199}", re.ASCII)
_SHOWN = 100
_MAX_HEAD = 1024 * 1024
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; others may have made all of it up.

    Attributes:
        value: what the step answered, as JSON.
        files: the files that it handed over, by name; regular files of our own making.
        log: the end of what it printed.
    """

    value: dict[str, Any]
    files: dict[str, Path] = field(default_factory=dict)
    log: str = ""


def write_answer(pipe: BinaryIO, answer: dict[str, Any], files: list[Path]) -> None:
    """Hand over an answer and files: the side of the box."""
    sizes = [(path.name, path.stat().st_size) for path in files]
    pipe.write(json.dumps({"answer": answer, "files": sizes}).encode() + b"\n")
    for path in files:
        with path.open("rb") as file:
            shutil.copyfileobj(file, pipe, _BLOCK)
    pipe.flush()


def read_answer(stream: BinaryIO, folder: Path, limits: Limits) -> Answer:
    """Check an answer and put its files into a folder.

    Args:
        stream: all that came through the pipe after `READY`.
        folder: an empty folder, which nobody else can write to.
        limits: how many files, and how many bytes of all.

    Raises:
        BoxError: `box-bad-answer`.
    """
    value, files = _head(stream.readline(_MAX_HEAD + 1))
    if len(files) > limits.files or sum(size for _, size in files) > limits.answer:
        raise BoxError(BAD_ANSWER, "more or larger files than the limit")
    paths: dict[str, Path] = {}
    for name, size in files:
        if name in paths:
            raise BoxError(BAD_ANSWER, f"two files have the name {name!r}")
        if not _NAME.fullmatch(name):
            raise BoxError(BAD_ANSWER, _bad_name(name))
        paths[name] = folder / name
        _store(stream, paths[name], size)
    if stream.read(1):
        raise BoxError(BAD_ANSWER, "there is more than it says")
    return Answer(value, paths)


def _head(line: bytes) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    try:
        head = json.loads(line) if len(line) <= _MAX_HEAD else None
    except (ValueError, RecursionError):
        head = None
    if not (
        isinstance(head, dict)
        and isinstance(head.get("answer"), dict)
        and isinstance(head.get("files"), list)
        and all(map(_is_file, head["files"]))
    ):
        raise BoxError(BAD_ANSWER, "it is not in the form agreed upon")
    return head["answer"], [(name, size) for name, size in head["files"]]


def _bad_name(name: str) -> str:
    shown = name if len(name) < _SHOWN else f"{name[: _SHOWN - 1]}…"
    return (
        f"the name of a file cannot be used: {shown!r} (letters, digits and ._+~^:@%- "
        "can; the first is a letter, a digit or _)"
    )


def _is_file(entry: object) -> bool:
    if not (isinstance(entry, list) and len(entry) == 2):  # noqa: PLR2004 - name and size
        return False
    name, size = entry
    return isinstance(name, str) and type(size) is int and size >= 0


def _store(stream: BinaryIO, path: Path, size: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        left = size
        while left:
            block = stream.read(min(_BLOCK, left))
            if not block:
                raise BoxError(BAD_ANSWER, "a file is shorter than it says")
            file.write(block)
            left -= len(block)

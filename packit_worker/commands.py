"""The grammar of commands in comments: one a line, alone on it, with options like a shell's.

    /packit build --labels fast,slow
    /packit propose-downstream --commit 1a2b3c4 f42 f43

Which commands there are, and in which threads, is the registry's to say: an unknown name is a
command here.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.commands import command_lines
from packit_worker.words import nearest_word

OPTIONS = ("labels", "identifier", "commit", "release", "package")
MAX_COMMANDS = 10  # of one comment; a person writes one or two
MAX_LINE = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: lower case, words joined by hyphens: `propose-downstream`.
        arguments: what follows, without the options, as written.
        options: by name without hyphens, lower case: `{"labels": "fast,slow"}`; values as written.
        line: the whole line, as written.
    """

    name: str
    arguments: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    line: str = ""


@dataclass(frozen=True, slots=True)
class BadCommand:
    """A line that was meant as a command and cannot be read as one.

    Attributes:
        line: the whole line, as written.
        reason: what is wrong, in one sentence for the person who wrote it.
    """

    line: str
    reason: str


def read_commands(text: str, prefix: str) -> tuple[Command | BadCommand, ...]:
    """Return the commands of a comment in order, each different line once.

    Args:
        text: the comment, as the forge sends it (Markdown).
        prefix: what a command begins with, `/packit`.
    """
    lines = list(dict.fromkeys(command_lines(text, prefix)))
    read = [_read(line, prefix) for line in lines[:MAX_COMMANDS]]
    more = lines[MAX_COMMANDS:]
    if more:
        count = f"Too many commands: only the first {MAX_COMMANDS} of a comment are read."
        read.append(BadCommand(more[0], count))
    return tuple(read)

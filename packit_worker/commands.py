"""The grammar of commands in comments: one a line, alone on it, with options like a shell's.

    /packit build --labels fast,slow
    /packit verify-fas jane

Which commands there are, in which threads, and with which words and options, is the registry's to
say: an unknown name is a command here.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from packit_worker.texts import inert
from packit_worker.words import nearest_word
from parsers.commands import command_lines

# They choose among the jobs of the package config; what stands after each is for people.
OPTIONS = {"labels": "A,B", "identifier": "ID", "package": "NAME"}
MAX_COMMANDS = 10  # of one comment; a person writes one or two
MAX_LINE = 1_000  # characters
_WORD = 100  # characters that are quoted of one word

# Blanks as `str.split` knows them, which finds the prefix; shlex alone knows four.
_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())


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
        line: the line, as written, the first thousand characters of it.
        reason: what is wrong, for the person who wrote it; no full stop.
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
        count = f"too many commands, only the first {MAX_COMMANDS} of a comment are read"
        read.append(BadCommand(more[0][:MAX_LINE], count))
    return tuple(read)


def _read(line: str, prefix: str) -> Command | BadCommand:
    if len(line) > MAX_LINE:
        return BadCommand(line[:MAX_LINE], f"longer than {MAX_LINE:,} characters")
    # The prefix ends where the first word does, whatever the case of both.
    rest = line.split(maxsplit=1)[1:]
    try:
        words = _words("".join(rest))
        arguments, options = _sorted(words)
    except ValueError as error:
        return BadCommand(line, str(error))
    if not arguments or not arguments[0]:
        return BadCommand(line, f"no command after {prefix}")
    name = arguments.pop(0).lower().replace("_", "-")
    return Command(name, tuple(arguments), options, line)


def _words(text: str) -> list[str]:
    """Split `text` as a shell does.

    Raises:
        ValueError: a quote or a backslash has nothing after it.
    """
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace = _BLANKS
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError as error:
        is_quote = "quotation" in str(error)
        reason = "a quote is not closed" if is_quote else "nothing follows the backslash at the end"
        raise ValueError(reason) from error


def _sorted(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Tell options and their values from the other words.

    Raises:
        ValueError: an option is unknown, is there twice, or has no value.
    """
    arguments: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            arguments.append(word)
            continue
        option, equals, value = word.partition("=")
        name = _known(option)
        if not equals:
            value = next(rest, "")
        if not value or (not equals and value.startswith("-")):
            raise ValueError(f"--{name} needs a value")
        if name in options:
            raise ValueError(f"--{name} is there twice")
        options[name] = value
    return arguments, options


def _known(option: str) -> str:
    name = option.removeprefix("--").lower()
    if option.startswith("--") and name in OPTIONS:
        return name
    near = nearest_word(name, OPTIONS)
    known = f"the nearest is --{near}" if near else f"known are --{', --'.join(OPTIONS)}"
    raise ValueError(f"unknown option {inert(option, _WORD)}, {known}")

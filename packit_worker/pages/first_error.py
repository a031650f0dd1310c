"""Where in a log the first error stands: what a person would look for by scrolling."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BEFORE = 2
_AFTER = 6
_LAST = 12

# Colours and cursor movements of terminals: https://man7.org/linux/man-pages/man4/console_codes.4.html
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")

# What goes wrong, as compilers, test tools, package managers and interpreters say it.
_CAUSES = re.compile(
    r"""
      (?:^|:\s)(?:fatal\ )?error(?:\[\w+\])?:\ (?!Bad\ exit\ status)
    | ^ERROR:?\ (?!Exception|Command\ failed)
    | ^Error:\s
    | ^CMake\ Error
    | ^E\ {3}\S | ^FAILED\ \S | ^FAIL:\ | \bFAILED\b.*\bin\b
    | ^not\ ok\ \d
    | ^\w+(?:\.\w+)*(?:Error|Exception|Exit|Interrupt|Failure):\  # the last line of a traceback
    | ^panic:\  | ^thread\ '.*'\ panicked
    | undefined\ reference\ to
    | No\ matching\ package\ to\ install | nothing\ provides\  | conflicts\ with\ file\ from
    | ^fatal:\  | :\ command\ not\ found | : \ No\ such\ file\ or\ directory
    | Segmentation\ fault | Out\ of\ memory | No\ space\ left\ on\ device | ^Killed$
    | Could\ not\ resolve\ host | Connection\ (?:refused|timed\ out)
    """,
    re.VERBOSE,
)
# What follows from it: shown where nothing better is found.
_CONSEQUENCES = re.compile(
    r"^make(?:\[\d+\])?: \*\*\*|Bad exit status|^RPM build errors|^ERROR:? |^error: |Traceback \("
)


@dataclass(frozen=True, slots=True)
class FirstError:
    """The lines around it.

    Attributes:
        number: of its line in the log, from 0; None: no line looks like an error.
        lines: the lines to show; without a number, the last ones of the log.
        start: the number of the first of them.
    """

    number: int | None
    lines: Sequence[str]
    start: int


def clean_lines(log: str) -> list[str]:
    """Return the lines of a log without what only a terminal understands."""
    lines = _ESCAPES.sub("", log).split("\n")
    # A progress bar overwrites its line: what stood there last is what people saw.
    shown = [line.rstrip("\r").rpartition("\r")[2] for line in lines]
    while shown and not shown[-1].strip():
        shown.pop()
    return shown


def first_error(lines: Sequence[str]) -> FirstError | None:
    """Return the first error of a log, or its last lines; None: there is no log."""
    if not lines:
        return None
    number = _first(_CAUSES, lines)
    if number is None:
        number = _first(_CONSEQUENCES, lines)
    if number is None:
        start = max(0, len(lines) - _LAST)
        return FirstError(None, lines[start:], start)
    start = max(0, number - _BEFORE)
    return FirstError(number, lines[start : number + _AFTER + 1], start)


def _first(pattern: re.Pattern[str], lines: Iterable[str]) -> int | None:
    # No error message needs more; a line of megabytes would cost seconds.
    return next((n for n, line in enumerate(lines) if pattern.search(line[:500])), None)

"""Which lines of a comment are commands.

A command stands alone on its line and begins with the prefix: `/packit build`. Lines that are
quoted, in a fenced or indented code block, or in an HTML comment are no commands
(https://spec.commonmark.org/0.31.2/#fenced-code-blocks), nor is the prefix within a sentence.
The prefix is compared without regard to case: telephones write the first letter large.
"""

import re
from collections.abc import Iterator

# A line break as people's editors and forges write it; `str.splitlines` knows eight more.
_LINE_BREAK = re.compile("\r\n|\n|\r")
_LINE = re.compile("[^\r\n]*(?:\r\n|\n|\r|$)")  # with its break
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_MAX_INDENT = 3  # a line indented by more is code


def command_lines(text: str, prefix: str) -> list[str]:
    """Return the command lines of a comment, stripped, in order.

    Args:
        text: the comment, as the forge sends it (Markdown).
        prefix: what a command begins with, `/packit`.
    """
    folded = prefix.casefold()
    if folded not in text.casefold():  # nearly every comment ends here
        return []
    return [line.strip() for line in _plain_lines(text) if _is_command(line, folded)]


def without_lines(text: str, lines: list[str]) -> str:
    """Return `text` without the lines that read, stripped, like one of `lines`."""
    return "".join(line for line in _LINE.findall(text) if line.strip() not in lines)


def _is_command(line: str, folded_prefix: str) -> bool:
    words = line.casefold().split(maxsplit=1)
    return bool(words) and words[0] == folded_prefix


def _plain_lines(text: str) -> Iterator[str]:
    """Yield the lines that are neither code nor hidden in an HTML comment."""
    fence = ""
    hidden = False
    for line in _LINE_BREAK.split(text):
        mark = _FENCE.fullmatch(line)
        if hidden:
            hidden = "-->" not in line
        elif fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        elif line.lstrip().startswith("<!--"):
            hidden = "-->" not in line
        elif not _is_indented_code(line):
            yield line


def _is_indented_code(line: str) -> bool:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" ")) > _MAX_INDENT

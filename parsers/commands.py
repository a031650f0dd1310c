"""Which lines of a comment are commands.

A command stands alone on its line and begins with the prefix: `/packit build`. Lines that are
quoted, in a fenced, indented or `<pre>` code block, or in an HTML comment are no commands
(https://spec.commonmark.org/0.31.2/#fenced-code-blocks), nor is the prefix within a sentence.
The prefix is compared without regard to case: telephones write the first letter large.
"""

import re
from collections.abc import Iterator

# A line break as people's editors and forges write it; `str.splitlines` knows eight more.
_LINE_BREAK = re.compile("\r\n|\n|\r")
_LINE = re.compile("[^\r\n]*(?:\r\n|\n|\r|$)")  # with its break
# A fence may open on the line of a list item's bullet or number, and closes on a line of its own.
_FENCE = re.compile(r"( *(?:[-+*]|\d{1,9}[.)]) +)? {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_MAX_INDENT = 3  # a line indented by more is code
_CODE_SPAN = re.compile("`[^`]*`")
# What is not shown as text from its beginning to its end, on whatever lines they stand.
_BLOCKS = (("<!--", "-->"), ("<pre", "</pre"))


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
    """Return `text` without the lines that read like one of `lines`, but for case and blanks."""
    known = {_folded(line) for line in lines}
    return "".join(line for line in _LINE.findall(text) if _folded(line) not in known)


def _folded(line: str) -> str:
    return " ".join(line.casefold().split())


def _is_command(line: str, folded_prefix: str) -> bool:
    words = line.casefold().split(maxsplit=1)
    return bool(words) and words[0] == folded_prefix


def _plain_lines(text: str) -> Iterator[str]:
    """Yield the lines that are neither code nor hidden in an HTML comment."""
    fence = block_end = ""
    for line in _LINE_BREAK.split(text):
        mark = _FENCE.fullmatch(line)
        if block_end:
            block_end = _open_block(line) if block_end in line.lower() else block_end
        elif fence:
            if mark and _closes(mark, fence):
                fence = ""
        elif mark:
            fence = mark[2]
        else:
            block_end = _open_block(line)
            if not _is_indented_code(line):
                yield line


def _open_block(line: str) -> str:
    """Return the end of the block that a line leaves open, or ""."""
    shown = _CODE_SPAN.sub("", line).lower()
    ends = (end for begin, end in _BLOCKS if shown.rfind(begin) > shown.rfind(end))
    return next(ends, "")


def _closes(mark: re.Match[str], fence: str) -> bool:
    bullet, run, info = mark.groups()
    return not bullet and run.startswith(fence) and not info.strip()


def _is_indented_code(line: str) -> bool:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" ")) > _MAX_INDENT

"""Which lines of a comment are commands.

A command stands alone on its line and begins with the prefix: `/packit build`. Lines that are
quoted, code, or hidden in HTML are no commands (markdown.py), nor is the prefix within a sentence.
The prefix is compared without regard to case: telephones write the first letter large.
"""

import re

from parsers.markdown import plain_lines

_LINE = re.compile("[^\r\n]*(?:\r\n|\n|\r|$)")  # with its break


def command_lines(text: str, prefix: str) -> list[str]:
    """Return the command lines of a comment, stripped, in order.

    Args:
        text: the comment, as the forge sends it (Markdown).
        prefix: what a command begins with, `/packit`.
    """
    folded = prefix.casefold()
    if folded not in text.casefold():  # nearly every comment ends here
        return []
    return [line.strip() for line in plain_lines(text) if _is_command(line, folded)]


def without_lines(text: str, lines: list[str]) -> str:
    """Return `text` without the lines that read like one of `lines`, but for case and blanks."""
    known = {_folded(line) for line in lines}
    return "".join(line for line in _LINE.findall(text) if _folded(line) not in known)


def _folded(line: str) -> str:
    return " ".join(line.casefold().split())


def _is_command(line: str, folded_prefix: str) -> bool:
    words = line.casefold().split(maxsplit=1)
    return bool(words) and words[0] == folded_prefix

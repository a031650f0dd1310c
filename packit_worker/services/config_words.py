"""How an error of a package config quotes what a stranger wrote."""

from collections.abc import Collection, Mapping
from typing import Any

from packit_worker.words import nearest_word

_LONGEST = 40  # of a quotation, in characters: a commit status holds 140
LONG = 90  # of what packit itself says
_FEW = 12  # valid words that are worth naming all


def quoted(text: str, longest: int = _LONGEST) -> str:
    """Return `text` in quotes, shortened, on one line, without what cannot be printed."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return '"' + "".join(char if char.isprintable() else "�" for char in cut) + '"'


def described(value: Any) -> str:
    """Return what `value`, a JSON value, is, for the end of a sentence: `"x"`, `5`, `a list`."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    return "nothing" if value is None else str(value)


def meant(word: str, valid: Collection[str], old: Mapping[str, str] | None = None) -> str:
    """Return ` Did you mean "…"?` with the nearest valid word, or all of them if they are few.

    Args:
        word: what stands there.
        valid: what may.
        old: what may too; it is told as it is called today.
    """
    known = old or {}
    near = nearest_word(word, [*valid, *known])
    if near:
        return f' Did you mean "{known.get(near, near)}"?'
    if len(valid) > _FEW:
        return ""
    return f" Valid: {', '.join(sorted(valid))}."

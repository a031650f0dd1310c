"""Words that people write in files and commands: which valid one they meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest_word(word: str, valid: Iterable[str]) -> str | None:
    """Return the valid word nearest to `word`, None if none is near."""
    folded = {name.lower(): name for name in sorted(valid)}
    matches = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return `; did you mean "…"?` with the valid word nearest to `word`, or all valid ones."""
    names = sorted(valid)
    near = nearest_word(word, names)
    if near:
        return f'; did you mean "{near}"?'
    return f"; valid are: {', '.join(names)}"

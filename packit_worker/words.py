"""Words that people write in files and commands: which valid one they meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return `; did you mean "…"?` with the valid word nearest to `word`, or all valid ones."""
    names = sorted(valid)
    folded = {name.lower(): name for name in names}
    matches = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    if matches:
        return f'; did you mean "{folded[matches[0]]}"?'
    return f"; valid are: {', '.join(names)}"

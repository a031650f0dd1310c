"""The texts that go to a forge: cut once, at a word, and free of anything our own parser obeys."""

import re
import unicodedata

# https://docs.github.com/en/rest/commits/statuses: a longer description is refused (422).
STATUS_LIMIT = 140
# https://docs.github.com/en/rest/issues/comments: a longer body is refused (422).
BODY_LIMIT = 65_535

_END = "…"
_FENCES = re.compile("`+")
# Controls, formats (bidirectional, zero width), private use, not assigned.
_UNSEEN = {"Cc", "Cf", "Co", "Cn"}
_ZERO_WIDTH_JOINER = "\u200d"
_REPLACEMENT = "\ufffd"


def cut(text: str, limit: int) -> str:
    """Return the text within `limit` characters, cut at the last word and marked by an ellipsis.

    A word that fills more than half of the room is cut inside, though never between a letter and
    what combines with it. A lone surrogate, which no forge takes, becomes U+FFFD.

    Raises:
        ValueError: the limit leaves no room for anything.
    """
    if limit < 1:
        raise ValueError("limit: at least one character")
    clean = "".join(_REPLACEMENT if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    if len(clean) <= limit:
        return clean
    room = limit - len(_END)
    end = _last_word_end(clean, room)
    if end is None:
        end = _sequence_end(clean, room)
    return clean[:end] + _END


def no_bare_command(text: str, prefix: str) -> str:
    """Return the text without a line that is a command: such a line is put in backticks.

    A bot that quotes `/packit build` on a line of its own would answer itself, and so would the
    next bot. The prefix counts in either case, as in commands. Call it before `cut`.
    """
    # Every line break that Python knows: another bot may split lines otherwise than we do.
    return "".join(_defused(line, prefix) for line in text.splitlines(keepends=True))


def inert(text: str, limit: int = 1_000) -> str:
    """Return what others wrote as inline code, in which a forge sees nothing but letters.

    No mention, link, image, HTML, issue reference or command works in it, and no sign that is not
    seen changes what is: https://spec.commonmark.org/0.31.2/#code-spans

    Args:
        text: of a payload, a branch, a config, a log, another service.
        limit: characters that are left of it, on one line.
    """
    clean = plain(text, limit)
    if not clean:
        return ""
    # A fence is longer than any inside, and a blank keeps those at the ends apart from it.
    fence = "`" * (max(map(len, _FENCES.findall(clean)), default=0) + 1)
    blank = " " if "`" in (clean[0], clean[-1]) else ""
    return f"{fence}{blank}{clean}{blank}{fence}"


def plain(text: str, limit: int = 1_000) -> str:
    """Return what others wrote on one line, without a sign that is not seen; for titles."""
    seen = "".join(" " if sign.isspace() else _seen(sign) for sign in text)
    return cut(" ".join(seen.split()), limit)


def _seen(sign: str) -> str:
    """Return the sign; "" for a control or a format sign, such as one that turns the direction."""
    return "" if unicodedata.category(sign) in _UNSEEN else sign


def _last_word_end(text: str, room: int) -> int | None:
    for end in range(room, room // 2, -1):
        if text[end].isspace() and not text[end - 1].isspace():
            return end
    return None


def _sequence_end(text: str, room: int) -> int:
    """Step back from `room` to a place that splits nothing; 0 where there is none."""
    end = room
    while end > 0 and (_combines(text[end]) or text[end - 1] == _ZERO_WIDTH_JOINER):
        end -= 1
    return end


def _combines(sign: str) -> bool:
    # Marks (accents, vowel signs, variation selectors), joiners, and the tones of skin.
    mark = unicodedata.category(sign).startswith("M")
    return mark or sign == _ZERO_WIDTH_JOINER or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _defused(line: str, prefix: str) -> str:
    stripped = line.strip()
    if not stripped.casefold().startswith(prefix.casefold()):
        return line
    return line.replace(stripped, f"`{stripped.replace('`', '')}`")

"""What a check is, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# ok; note: it works, but somebody should know; wrong: it does not work.
Verdict = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        check: its name: `broker`, `forge github.com`.
        verdict: how it is.
        fact: what was seen, in words; no secret.
        advice: what to do; "" where nothing is to be done.
    """

    check: str
    verdict: Verdict
    fact: str
    advice: str = ""


class WrongError(Exception):
    """Something does not work.

    Attributes:
        fact: what was seen.
        advice: what to do.
    """

    def __init__(self, fact: str, advice: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Note:
    """It works, but somebody should know."""

    fact: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try.

    Attributes:
        name: what is tried.
        attempt: returns the fact that shows that it works, or a Note; raises WrongError. It runs in
            a thread of its own, and shares nothing with other checks.
        is_outside: whether it calls a forge or service, by a client that is to be loaded.
    """

    name: str
    attempt: Callable[[], str | Note]
    is_outside: bool = False

"""What a parser answers: `Parsed` or `Skip`; what it raises: `MalformedError`."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

# JSON as `json.loads` gives it. `Any`: every read goes through `fields`, which checks.
Json: TypeAlias = Any

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def event_word(event: str) -> str:
    """Return the one word of an event, which names its files, its queue and its task.

    `PullRequestGHEvent` is `pull_request_gh` at every stop.
    """
    return _WORD_START.sub("_", event).lower().removesuffix("_event")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A payload we react to: the name of its typed event, and that event's plain JSON fields."""

    event: str
    kwargs: dict[str, Any]

    @property
    def task(self) -> str:
        """The Celery task of stage 2 that takes the kwargs: `task.process_<word>_event`."""
        return f"task.process_{event_word(self.event)}_event"


@dataclass(frozen=True, slots=True)
class Skip:
    """A payload we do not react to, expected and harmless.

    `code` is stable and one word long (`tag-push`), `detail` is the fact it rests on, for people.
    """

    code: str
    detail: str = ""


class MalformedError(Exception):
    """The sender broke its promise: a field is missing or is not what the sender documents.

    `path` says where in the payload (`$.pull_request.head.sha`), `reason` what is wrong there.
    A repeated delivery would fail alike: record it, do not retry.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)  # both, so that it survives pickling between processes
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """Return path and reason in one line."""
        return f"{self.path}: {self.reason}"

    def below(self, prefix: str) -> "MalformedError":
        """The same error, seen from the whole message whose part at `prefix` was parsed."""
        return MalformedError(prefix + self.path.removeprefix("$"), self.reason)

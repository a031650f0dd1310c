"""What all typed events have in common."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import msgspec

from parsers.result import event_word

# A name that a sender gives; the parsers refuse an empty one.
Name = Annotated[str, msgspec.Meta(min_length=1)]
# A sender's number of something.
Id = Annotated[int, msgspec.Meta(ge=0)]
# A moment with an offset; a naive one is refused.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

# How msgspec's texts begin or end; no event nests another.
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(?P<name>.*)`", re.DOTALL)
_AT = re.compile(r" - at (`key` in )?`(?P<path>[^`]*)`$")


class ValidationError(Exception):
    """The kwargs of a task do not make the event: the sender broke the contract. No retry.

    `path` names the kwarg (`$.pr_id`), `reason` says what is wrong there.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A typed event: its fields are exactly the kwargs of its task.

    Build one by `from_kwargs` only: the constructor does not validate.
    """

    @classmethod
    def from_kwargs(cls, kwargs: Mapping[str, Any]) -> Self:
        """Return the event that `kwargs`, plain JSON values, describe.

        Raises:
            ValidationError: a kwarg is missing, unknown, or of a wrong type.
        """
        try:
            return msgspec.convert(kwargs, cls)
        except msgspec.ValidationError as error:
            raise _with_path(str(error)) from None

    def as_kwargs(self) -> dict[str, Any]:
        """Return the kwargs of its task: plain JSON values."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @classmethod
    def word(cls) -> str:
        """The one word of the event: `pull_request_gh`."""
        return event_word(cls.__name__)

    @classmethod
    def task(cls) -> str:
        """The name of the task that takes it: `task.process_pull_request_gh_event`."""
        return f"task.process_{cls.word()}_event"


def _with_path(text: str) -> ValidationError:
    field = _FIELD.fullmatch(text)
    if field:
        reason = "unknown" if "unknown" in field[1] else "missing"
        return ValidationError(f"$.{field['name']}", reason)
    at = _AT.search(text)
    return ValidationError(at["path"] if at else "$", _AT.sub("", text))

"""What mypy must refuse: checked by mypy, never run. An ignore that nothing needs is an error."""

from typing import Any

from packit_worker.events.release import ReleaseEvent
from parsers.message import Message, Outcome, Parser
from parsers.options import Options
from parsers.result import Parsed, Skip


def right(message: Message, options: Options) -> Outcome:
    """Have the signature of a parser."""
    return Skip("no-command") if options.bots else Parsed("ReleaseEvent", message.body)


def without_options(message: Message) -> Outcome:
    """Take no options."""
    return Skip("no-command", message.type)


def answers_none(message: Message, options: Options) -> Outcome | None:
    """Answer None, which no parser may."""
    return right(message, options) if message.body else None


def reads_plain_json(body: dict[str, Any], options: Options) -> Outcome:
    """Read a body that was not recognised."""
    return Parsed("ReleaseEvent", body) if options.bots else Skip("no-command")


good: Parser = right
no_options: Parser = without_options  # type: ignore[assignment]
may_be_none: Parser = answers_none  # type: ignore[assignment]
no_message: Parser = reads_plain_json  # type: ignore[assignment]


def change(event: ReleaseEvent) -> None:
    """Change what is frozen."""
    event.tag_name = "2.0"  # type: ignore[misc]

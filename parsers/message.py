"""A recognised message, and the signature of every parser."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from parsers.options import Options
from parsers.result import Json, Parsed, Skip


class Message(NamedTuple):  # made a third faster than a frozen dataclass
    """A payload taken out of its envelope, once it is known who sent it and what it is.

    Attributes:
        source: who speaks: `github`, `pagure`, `fedora-messaging`, `centosmsg`, `testing-farm`.
        type: the event header, or the bus topic without its prefix (`copr.build.end`).
        body: the JSON that the parser reads.
        at: where the body lies in the message: `$`, `$.msg` or `$.body`.
        web_url: the forge to which repositories belong whose payload names no address.
    """

    source: str
    type: str
    body: Json
    at: str = "$"
    web_url: str = ""


Outcome: TypeAlias = Parsed | Skip
Parser: TypeAlias = Callable[[Message, Options], Outcome]

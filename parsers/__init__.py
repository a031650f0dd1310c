"""Stage 1: raw payloads in, plain fields of typed events out.

Standard library only, and pure: no clock, no network, no files.
"""

from parsers.claimed import claimed_repository
from parsers.options import Options
from parsers.recognise import delivery_id
from parsers.result import MalformedError, Parsed, Skip
from parsers.routes import load, parse

__all__ = [
    "MalformedError",
    "Options",
    "Parsed",
    "Skip",
    "claimed_repository",
    "delivery_id",
    "load",
    "parse",
]

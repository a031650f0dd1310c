"""Reads the end of a log, which Copr's storage may send packed.

https://docs.pagure.org/copr.copr/user_documentation/debug_builds.html
"""

import time
import zlib
from collections.abc import Iterable, Iterator

import requests

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.calls import transport

TAIL_BYTES = 64 * 1024
# A log that is longer, or comes slower, is cut where that is noticed.
_MOST_BYTES = 64 * 1024 * 1024
_SECONDS = 20.0
_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"
_ANY_HEADER = 47  # zlib's own word for gzip or zlib
_BAD = 400


def read_log_end(session: requests.Session, url: str) -> str:
    """Return the end of a log, at most 64 KiB.

    Raises:
        TransientError, RefusedError: it cannot be had.
    """
    with transport(), session.get(url, stream=True) as response:
        if response.status_code >= _BAD:
            raise RefusedError("not-found", f"the log: {response.status_code}")
        tail = b""
        for piece in _within_limits(_unpacked(response.iter_content(_PIECE))):
            tail = (tail + piece)[-TAIL_BYTES:]
    return tail.decode(errors="replace")


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack what is packed; a server that says so in a header has had it unpacked already."""
    unpacker = None
    is_first = True
    try:
        for piece in pieces:
            if is_first and piece.startswith(_GZIP):
                unpacker = zlib.decompressobj(_ANY_HEADER)
            is_first = False
            left = piece
            while unpacker and left:
                # Bounded: a few bytes may unpack to gigabytes.
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
            if not unpacker:
                yield piece
    except zlib.error as error:
        raise TransientError("unexpected-answer", service="Copr") from error


def _within_limits(pieces: Iterable[bytes]) -> Iterator[bytes]:
    left, give_up_at = _MOST_BYTES, time.monotonic() + _SECONDS
    for piece in pieces:
        yield piece
        left -= len(piece)
        if left < 0 or time.monotonic() > give_up_at:
            return

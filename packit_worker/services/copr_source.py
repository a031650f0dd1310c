"""Fetches the source package of a build from Copr's storage into a file."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.calls import transport

MOST_BYTES = 2 * 1024**3
_SECONDS = 300.0
_PIECE = 1 << 20
_BAD = 400
# What rpm calls a file: a name that says more is no name of a source package.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+~^-]*\.src\.rpm")


def fetch_source(
    session: requests.Session, url: str, folder: Path, *, most_bytes: int = MOST_BYTES
) -> Path:
    """Return the file, in `folder`, that holds what lies at an address.

    Raises:
        RefusedError: `no-source-package`: it is not there, or none; `too-large`.
        TransientError: it does not come, or comes too slowly.
    """
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise RefusedError("no-source-package", f"{name!r} is not the name of one")
    file = folder / name
    with transport(), session.get(url, stream=True) as response:
        if response.status_code >= _BAD:
            raise RefusedError("no-source-package", f"{name}: {response.status_code}")
        expected = response.headers.get("Content-Length")
        size = _write(file, response.iter_content(_PIECE), most_bytes)
    if expected is not None and size != int(expected):
        raise TransientError("connection")
    return file


def _write(file: Path, pieces: Iterable[bytes], most_bytes: int) -> int:
    size, give_up_at = 0, time.monotonic() + _SECONDS
    with file.open("wb") as target:
        for piece in pieces:
            size += len(piece)
            if size > most_bytes:
                raise RefusedError("too-large", f"{file.name} has over {most_bytes} bytes")
            if time.monotonic() > give_up_at:
                raise TransientError("timeout")
            target.write(piece)
    return size

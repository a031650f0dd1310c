"""What a sender posts: read within limits, and without the secrets in it."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)

from packit_worker.delivering import without_secrets
from parsers import MalformedError, claimed_repository, load
from parsers.result import Json

# GitHub sends 25 MB at most: https://docs.github.com/webhooks/webhook-events-and-payloads
MAX_BYTES = 25 * 1024 * 1024
# Of what nobody vouches for yet, so much is read at a time of each sender, however many there are.
UNTRUSTED_BYTES = 1024 * 1024
# ... and of that so much is held in memory.
_IN_MEMORY = 64 * 1024
_PIECE = 64 * 1024
# Or a key may be written with escapes.
_MAY_HOLD_SECRET = re.compile(r'"(?:token|secret|api_key)"|\\u00', re.IGNORECASE)


@contextmanager
def received(request: Request, most: int, large: threading.Semaphore) -> Iterator[IO[bytes]]:
    """Yield the raw bytes of a request, which lie in a file if they are many.

    Args:
        request: the one that comes in.
        most: how many bytes there may be.
        large: places for those above UNTRUSTED_BYTES, held while the block runs.

    Raises:
        werkzeug.exceptions.RequestEntityTooLarge: there are more.
        werkzeug.exceptions.RequestTimeout: they did not come in whole. Who hung up hears nothing
            of it; who is slow does, once the worker has closed the connection for reading.
        werkzeug.exceptions.BadRequest: they do not come in chunks, as a header says.
        werkzeug.exceptions.ServiceUnavailable: there is no room for them.
    """
    # One more: werkzeug cuts off what comes in chunks, and does not say so.
    request.max_content_length = most + 1
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as body, ExitStack() as held:

        def take_place() -> None:
            if not large.acquire(blocking=False):
                raise ServiceUnavailable("too many large bodies at a time")
            held.callback(large.release)

        size = _copy(request, body, take_place)
        if size > most:
            raise RequestEntityTooLarge
        if request.content_length is not None and size < request.content_length:
            raise _not_whole()
        yield body


def _copy(request: Request, body: IO[bytes], take_place: Callable[[], None]) -> int:
    """Copy what comes in; return how many bytes that are."""
    size = 0
    try:
        while piece := request.stream.read(_PIECE):
            if size <= UNTRUSTED_BYTES < size + len(piece):
                take_place()
            size += len(piece)
            body.write(piece)
    except ClientDisconnected:
        raise _not_whole() from None
    except ParseException as error:
        raise BadRequest(f"cannot be read: {type(error).__name__}") from None
    except OSError as error:
        raise ServiceUnavailable(f"no room for the body: {error.strerror}") from None
    return size


def _not_whole() -> RequestTimeout:
    return RequestTimeout("the body did not come in whole, or not in time")


def text_for_queue(body: bytes, payload: Json) -> str:
    """Return the text that goes on: as it came, unless there may be a secret in it.

    Args:
        body: JSON.
        payload: what it says.

    Raises:
        MalformedError: it is nested too deep to be looked through.
    """
    text = body.decode()
    if not _MAY_HOLD_SECRET.search(text):
        return text
    try:
        return json.dumps(without_secrets(payload))
    except RecursionError:
        raise MalformedError("$", "nested too deep to be read") from None


def whole(body: IO[bytes]) -> bytes:
    """Return all of a body."""
    body.seek(0)
    return body.read()


def claim(body: IO[bytes]) -> str:
    """Return which repository a body says it is of, for the log; anybody may have written it."""
    body.seek(0)
    raw = body.read(UNTRUSTED_BYTES + 1)
    try:
        claimed = claimed_repository(load(raw)) if len(raw) <= UNTRUSTED_BYTES else None
    except MalformedError:
        claimed = None
    return claimed or "unknown"

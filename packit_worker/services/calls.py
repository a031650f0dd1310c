"""How every call to a forge is made: errors translated, lost connections of reads tried again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TypeVar

import requests

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError

T = TypeVar("T")

CONNECTION = "connection"
# What the libraries raise over a body that is not as documented: a proxy's page, a half answer.
_NOT_AS_DOCUMENTED = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
_READ_ATTEMPTS = 3
_PAUSE = 0.1  # seconds; together well under the two that a worker may be held


def read(call: Callable[[], T]) -> T:
    """Make an idempotent call; a connection that breaks is tried again, three times in all.

    Anything else (a timeout, a rate limit, a 503) is not tried again here: the job run is.
    """
    for _ in range(_READ_ATTEMPTS - 1):
        try:
            return call()
        except TransientError as error:
            if error.reason != CONNECTION:
                raise
            time.sleep(_PAUSE)
    return call()


@contextmanager
def transport() -> Iterator[None]:
    """Turn what requests raises, and what a broken answer makes a library raise, into our error.

    Only calls into the libraries belong inside: a bug of ours would look like a broken answer.
    """
    try:
        yield
    except requests.Timeout as error:
        raise TransientError("timeout") from error
    except requests.ConnectionError as error:
        raise TransientError(CONNECTION, detail=_words_of(error)) from error
    except (requests.RequestException, *_NOT_AS_DOCUMENTED) as error:
        raise TransientError("unexpected-answer") from error


def no_of(code: str, reason: str) -> TransientError | RefusedError:
    """Return the error that a no means; our credentials an operator mends, so that one passes."""
    if code == BAD_CREDENTIALS:
        return TransientError(code, detail=reason)
    return RefusedError(code, reason)


def not_text(path: str, error: UnicodeDecodeError) -> RefusedError:
    """Return the refusal of a file that is no UTF-8, with the line where that shows."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return RefusedError("not-text", f"{path} line {line}: no UTF-8 ({error.reason})")


def _words_of(error: BaseException | None) -> str:
    """Return what the system said first of a broken connection; "": nothing."""
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            return str(error.strerror)
        error = error.__cause__ or error.__context__
    return ""


def seconds_of(retry_after: str | None) -> float | None:
    """Read a Retry-After header: seconds or a date; None where it is absent or neither.

    https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
    """
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None

"""How every call to a forge is made: errors translated, lost connections of reads tried again."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from packit_worker.errors import TransientError

T = TypeVar("T")

CONNECTION = "connection"
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

"""What each no of Koji means: one of our two errors, with a code.

The hub answers 200 with a fault, whose number names one of the library's exceptions:
https://pagure.io/koji/blob/master/f/koji/__init__.py (class GenericError and below).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from xml.parsers.expat import ExpatError
from xmlrpc.client import Error as XmlRpcError

import koji
import requests

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.services.calls import no_of, read, transport

T = TypeVar("T")

_LONGEST = 500
# The first that fits counts.
_PASSING = (
    (koji.ServerOffline, "offline"),
    (koji.AuthLockError, "locked"),
    (koji.LockError, "locked"),
    # The hub has seen the call before: it was carried out, and its answer was lost.
    (koji.RetryError, "answer-lost"),
    (koji.SequenceError, "answer-lost"),
    (koji.AuthExpired, "session-expired"),
)
_CODES = (
    (koji.ActionNotAllowed, "no-permission"),
    (koji.AuthError, "bad-credentials"),
    (koji.ParameterError, "bad-request"),
)
_WORDS = (
    # A piece of the hub's words, and the code they stand for.
    ("invalid method", "bad-request"),
    ("not owner", "no-permission"),
    ("no such task", "no-such-task"),
    ("request too long", "too-large"),
)
_STATUSES = {401: "bad-credentials", 403: "no-permission", 413: "too-large"}


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the client and requests raise into `TransientError` or `RefusedError`.

    Only calls into the libraries belong inside: a bug of ours would look like a broken answer.
    """
    try:
        with _faults(), transport(), _refusals():
            yield
    except TransientError as error:
        error.service = "Koji"
        raise


@contextmanager
def _faults() -> Iterator[None]:
    """Tell what the hub itself says."""
    try:
        yield
    except koji.GenericError as error:
        raise _of_fault(error) from error
    except koji.Fault as error:  # of the hub's own bugs, and of its database
        raise TransientError("hub-error") from error
    except (ExpatError, XmlRpcError) as error:
        raise TransientError("unexpected-answer") from error


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell a no of TLS and of HTTP from an outage, which `transport` takes all of them for."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise _of_tls(error) from error
    except requests.HTTPError as error:
        status = error.response.status_code
        if status not in _STATUSES:
            raise
        raise no_of(_STATUSES[status], f"Koji answered {status}") from error


def asked(call: Callable[[], T]) -> T:
    """Make an idempotent call; a connection that breaks is tried again."""

    def attempt() -> T:
        with translated():
            return call()

    return read(attempt)


def _of_fault(error: koji.GenericError) -> TransientError | RefusedError:
    for kind, reason in _PASSING:
        if isinstance(error, kind):
            return TransientError(reason)
    text = " ".join(str(error).split())[:_LONGEST]
    for kind, code in _CODES:
        if isinstance(error, kind):
            return no_of(code, f"Koji says: {text}")
    if not error.fromFault:  # the client itself found something wrong with an answer
        return TransientError("unexpected-answer")
    words = text.lower()
    code = next((code for piece, code in _WORDS if piece in words), "refused")
    return RefusedError(code, f"Koji says: {text}")


def _of_tls(error: requests.exceptions.SSLError) -> TransientError | RefusedError:
    if koji.is_requests_cert_error(error):
        return RefusedError("bad-certificate", "the certificate of the hub is not trusted")
    if " alert " in str(error):
        return no_of(BAD_CREDENTIALS, "the hub does not take our certificate")
    return TransientError("connection")

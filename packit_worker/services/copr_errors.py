"""What each no of Copr means: one of our two errors, with a code.

Copr answers `{"error": text}` with 400, 401, 403, 404, 409 and 422; the words tell more:
https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/exceptions.py
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from copr.v3 import CoprException

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.services.calls import no_of, read, transport

_NAME = "Copr"
_LONGEST = 500
_CODES = {
    400: "bad-request",
    401: "bad-credentials",
    403: "no-permission",
    404: "not-found",
    409: "conflict",
    413: "too-large",
    422: "bad-request",
}
_PASSING = (
    # A piece of Copr's words, and what is under way: the same call may succeed later.
    ("operation in progress", "operation-in-progress"),
    ("operation is in progress", "operation-in-progress"),
    # Somebody else changed the list of chroots between our look and our change.
    ("can't drop chroot", "project-changed"),
)
_WORDS = (
    # A piece of Copr's words, and the code they stand for.
    ("can't build in this copr via packit", "forge-project-not-allowed"),
    ("name must contain only", "bad-project-name"),
    ("can not be just number", "bad-project-name"),
    ("already have project named", "project-exists"),
    ("a project named", "project-exists"),
    ("already exists", "project-exists"),
    ("chroot is not available", "unsupported-chroot"),
    ("unexpected chroot", "unsupported-chroot"),
    # The form of a build knows the chroots of its project alone.
    ("{'chroots'", "chroot-not-in-project"),
    ("cannot cancel build", "already-ended"),
)
_MISSING_WORDS = (
    # How the text begins where something is missing.
    ("no such user", "no-such-owner"),
    ("group ", "no-such-owner"),
    ("project ", "no-such-project"),
    ("copr ", "no-such-project"),
    ("build ", "no-such-build"),
)
_MISSING = 404
_BAD = 400


@contextmanager
def as_service() -> Iterator[None]:
    """Name Copr in every `TransientError`: people are told whom we wait for."""
    try:
        yield
    except TransientError as error:
        error.service = _NAME
        raise


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the client and requests raise into `TransientError` or `RefusedError`.

    Only calls into the libraries belong inside: a bug of ours would look like a broken answer.
    """
    try:
        with as_service(), transport():
            yield
    except CoprException as error:
        if error.result.get("__response__") is None:
            # Of the client itself: without a token it quotes the login, so nothing of it is kept.
            missing = "the copr client has no API token"
            raise TransientError(BAD_CREDENTIALS, service="Copr", detail=missing) from None
        with as_service():
            raise _of_answer(error) from error


def asked(call: Callable[[], Any]) -> Any:
    """Make an idempotent call; a connection that breaks is tried again."""

    def attempt() -> Any:
        with translated():
            return call()

    return read(attempt)


def _of_answer(error: CoprException) -> TransientError | RefusedError:
    response = error.result["__response__"]
    status = response.status_code
    text = " ".join(str(error.result.get("error") or "no reason").split())
    words = text.lower()
    if status < _BAD or not _is_json(response.headers.get("Content-Type", "")):
        return TransientError("unexpected-answer", service=_NAME)
    passing = next((reason for piece, reason in _PASSING if piece in words), None)
    if passing:
        return TransientError(passing, service=_NAME)
    return no_of(_code(status, words), f"Copr answered {status}: {text[:_LONGEST]}")


def _code(status: int, words: str) -> str:
    if status == _MISSING:
        begins = (code for piece, code in _MISSING_WORDS if words.startswith(piece))
        return next(begins, "not-found")
    named = (code for piece, code in _WORDS if piece in words)
    return next(named, None) or _CODES.get(status, "refused")


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip() == "application/json"

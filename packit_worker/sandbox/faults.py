"""Failures a stand-in is told to show, by pattern and count, in the words of the real service."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import flask

FaultKind = Literal[
    "unavailable",  # 503
    "broken",  # 502 with a page of HTML, as a proxy in front answers
    "too-many-requests",  # 429 with Retry-After
    "rate-limit",  # GitHub's 403 with x-ratelimit-*
    "secondary-rate-limit",  # GitHub's 403 with Retry-After
    "unauthorized",  # 401
    "forbidden",  # 403
    "gone",  # 410
    "unprocessable",  # 422
    "html",  # 200 with a page instead of JSON
    "answer",  # 200 with the JSON of `body`, whatever was asked
    "timeout",  # no answer
    "drop",  # the connection is closed without an answer
]
KINDS: tuple[str, ...] = get_args(FaultKind)
_HTML = "<html><body>The service is being moved.</body></html>"
_STATUS = {
    "unavailable": 503,
    "too-many-requests": 429,
    "rate-limit": 403,
    "secondary-rate-limit": 403,
    "unauthorized": 401,
    "forbidden": 403,
    "gone": 410,
    "unprocessable": 422,
}

# Builds the error body of one forge: status and kind to JSON.
ErrorBody = Callable[[int, str], Mapping[str, object]]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One order to fail.

    Attributes:
        match: a regular expression searched in "METHOD /path".
        count: how many requests still fail; a negative one: for ever.
        seconds: what Retry-After or the rate limit's reset tells; of a timeout: how long.
        body: what an "answer" says.
        after: the request is carried out first, and only its answer is lost (timeout, drop).
    """

    kind: FaultKind
    match: str = ""
    count: int = 1
    seconds: int = 60
    after: bool = False
    body: Mapping[str, object] = field(default_factory=dict)


class Faults:
    """The orders in force. The first that matches a request is used up first."""

    def __init__(self, error_body: ErrorBody) -> None:
        self._error_body = error_body
        self._orders: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def add(self, fault: Fault) -> None:
        """Put an order in force.

        Raises:
            ValueError: the kind is unknown or the pattern is none.
        """
        if fault.kind not in KINDS:
            raise ValueError(f"kind: {fault.kind!r} is none of {', '.join(KINDS)}")
        try:
            re.compile(fault.match)
        except re.error as error:
            raise ValueError(f"match: {error}") from error
        with self._lock:
            self._orders.append(fault)

    def clear(self) -> None:
        """Forget all orders, and let go of requests that hang."""
        with self._lock:
            self._orders.clear()
        self._closing.set()
        self._closing = threading.Event()

    def take(self, request: str) -> Fault | None:
        """Return the order for a request ("METHOD /path"), and count it."""
        with self._lock:
            for fault in self._orders:
                if fault.count and re.search(fault.match, request):
                    fault.count -= 1
                    return fault
        return None

    def show(self, fault: Fault) -> flask.Response:
        """Fail as ordered: answer with an error, hang, or close the connection."""
        if fault.kind == "timeout":
            self._closing.wait(fault.seconds)
            return flask.Response(status=504)
        if fault.kind == "drop":
            drop_connection()
            return flask.Response(status=500)
        if fault.kind == "answer":
            return flask.jsonify(fault.body)
        if fault.kind in {"html", "broken"}:
            return flask.Response(_HTML, 502 if fault.kind == "broken" else 200)
        status = _STATUS[fault.kind]
        response = flask.jsonify(self._error_body(status, fault.kind))
        response.status_code = status
        response.headers.update(_headers(fault))
        return response


def _headers(fault: Fault) -> dict[str, str]:
    if fault.kind == "rate-limit":
        return {
            "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int(time.time()) + fault.seconds),
        }
    if fault.kind in {"too-many-requests", "secondary-rate-limit"}:
        return {"Retry-After": str(fault.seconds)}
    return {}


def drop_connection() -> None:
    """Close the client's connection without an answer, as a dying proxy does."""
    connection = flask.request.environ["werkzeug.socket"]
    connection.shutdown(2)

"""A transport for requests that sends once, in bounded time, and tells an outage apart."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from packit_worker.errors import TransientError
from packit_worker.services.calls import seconds_of

_SERVER_ERROR = 500
_TOO_MANY = 429
_MINUTE = 60.0


class BoundedTransport(HTTPAdapter):
    """Sends each request once, with a timeout; a server's error never reaches the library."""

    def __init__(self, timeout: int) -> None:
        super().__init__(max_retries=0)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Send a request.

        Raises:
            TransientError: 429 or 5xx, with the delay of Retry-After.
        """
        response = super().send(request, **(options | {"timeout": self._timeout}))
        status, limited = response.status_code, response.status_code == _TOO_MANY
        if not limited and status < _SERVER_ERROR:
            return response
        # Nobody reads its body, so nobody would give the connection back.
        response.close()
        wait = seconds_of(response.headers.get("Retry-After"))
        if limited:
            raise TransientError("rate-limit", _MINUTE if wait is None else wait)
        raise TransientError(f"http-{status}", wait)


def bounded_session(timeout: int) -> requests.Session:
    """Return a session with that transport; `timeout` is in whole seconds."""
    session = requests.Session()
    transport = BoundedTransport(timeout)
    session.mount("http://", transport)
    session.mount("https://", transport)
    return session

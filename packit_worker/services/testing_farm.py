"""Testing Farm over its API: one call for one fact.

https://api.testing-farm.io/redoc
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import requests
import urllib3

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.calls import read, transport
from packit_worker.services.testing_farm_answers import composes_of, refusal_of, request_of
from packit_worker.services.testing_farm_body import Json, body_of
from packit_worker.services.testing_farm_settings import TestingFarmSettings
from packit_worker.testing_farm import FarmRequest, LostAnswerError, NewRequest, Ranch

T = TypeVar("T")

_NAME = "Testing Farm"
# Composes come and go by the day, and an event may ask for twenty of them.
_FRESH = 600.0  # seconds
# With these answers nothing was accepted; with any other error of a server, nobody knows.
_NOT_ACCEPTED = ("rate-limit", "http-503")


class TestingFarmApi:
    """A `packit_worker.testing_farm.TestingFarm`. One for each thread of a worker."""

    __test__ = False  # what its name would make it for pytest

    def __init__(
        self, settings: TestingFarmSettings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._session = bounded_session(settings.timeout)
        self._composes: dict[Ranch, tuple[float, tuple[str, ...]]] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def composes(self, ranch: Ranch) -> tuple[str, ...]:
        """Return the composes of a ranch, at most ten minutes old."""
        kept = self._composes.get(ranch)
        if kept is not None and self._clock() - kept[0] < _FRESH:
            return kept[1]
        with _named():
            found = read(lambda: self._asked("GET", f"composes/{ranch}", ranch, composes_of))
        self._composes[ranch] = (self._clock(), found)
        return found

    def submit(self, request: NewRequest) -> FarmRequest:
        """Submit a request; never repeated by itself."""
        headers = self._headers(request.ranch)
        body = body_of(request, self._settings.webhook)
        with _named():
            response = self._posted(body, headers)
            if response.status_code != HTTPStatus.OK:
                self._refuse(response)
        try:
            with transport():
                return request_of(response.json())
        except TransientError as error:
            raise LostAnswerError(error.reason) from error

    def request(self, request_id: str, ranch: Ranch) -> FarmRequest:
        """Return a request as it stands now."""
        with _named():
            return read(lambda: self._asked("GET", _path(request_id), ranch, request_of))

    def cancel(self, request_id: str, ranch: Ranch) -> None:
        """Ask for the end of a request; one whose end was asked for already is no error."""
        with _named():
            self._asked("DELETE", _path(request_id), ranch, lambda _answer: None)

    def request_url(self, request_id: str) -> str:
        """Return the address at which anybody can look at a request."""
        return f"{self._settings.url}/{_path(request_id)}"

    def _posted(self, body: Json, headers: dict[str, str]) -> requests.Response:
        """Post a request over a connection of its own.

        One that was kept and that the other side has closed would look like a lost answer.
        """
        url = f"{self._settings.url}/requests"
        try:
            with transport(), bounded_session(self._settings.timeout) as session:
                return session.post(url, json=body, headers=headers, allow_redirects=False)
        except TransientError as error:
            if error.reason in _NOT_ACCEPTED or _never_connected(error.__cause__):
                raise
            raise LostAnswerError(error.reason) from error

    def _asked(self, method: str, path: str, ranch: Ranch, build: Callable[[Any], T]) -> T:
        """Make an idempotent call, and return what `build` makes of the answer."""
        url, headers = f"{self._settings.url}/{path}", self._headers(ranch)
        with transport():
            response = self._session.request(method, url, headers=headers, allow_redirects=False)
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            self._refuse(response)
        with transport():
            return build(response.json() if response.content else {})

    def _headers(self, ranch: Ranch) -> dict[str, str]:
        key = self._settings.keys.get(ranch)
        if not key:
            raise RefusedError("not-configured", f"no API key of the ranch {ranch} is set")
        return {"Authorization": f"Bearer {key}", "Accept": "application/json"}

    def _refuse(self, response: requests.Response) -> None:
        webhook = self._settings.webhook
        secrets = [*self._settings.keys.values(), *([webhook.token] if webhook else [])]
        raise refusal_of(response, secrets)


@contextmanager
def _named() -> Iterator[None]:
    """Say in an error who is down."""
    try:
        yield
    except TransientError as error:
        raise TransientError(error.reason, error.retry_after, service=_NAME) from error


def _path(request_id: str) -> str:
    return f"requests/{quote(request_id, safe='')}"


def _never_connected(error: BaseException | None) -> bool:
    """Say whether a call failed before a byte of it was sent."""
    if not isinstance(error, requests.ConnectionError) or not error.args:
        return False
    reason = getattr(error.args[0], "reason", None)
    early = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    if isinstance(reason, urllib3.exceptions.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, early)

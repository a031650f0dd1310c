"""ogr's Pagure client with timeouts, no sleeping, and errors of ours.

ogr sets no timeout, sleeps thirty seconds and more between retries, repeats POSTs, and drops the
headers of an answer, Retry-After among them. So the session's transport is ours.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from ogr.exceptions import OgrException, OgrNetworkError, PagureAPIException
from ogr.services.pagure.service import PagureService

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.services.bounded_transport import BoundedTransport
from packit_worker.services.calls import CONNECTION, transport
from packit_worker.services.forge_settings import ForgeSettings

_CODES = {400: "invalid", 401: "bad-credentials", 403: "no-permission", 404: "not-found"}
_WORDS = (
    # A piece of Pagure's own words, and the code they stand for: https://pagure.io/api/0/
    ("project not found", "repository-not-visible"),
    ("issue tracker disabled", "issues-disabled"),
    ("missing acls", "no-permission"),
    ("sufficient permissions", "no-permission"),
)


def pagure_client(settings: ForgeSettings) -> PagureService:
    """Return ogr's service for one Pagure."""
    service = PagureService(token=settings.token, instance_url=settings.api_url, max_retries=0)
    transport = BoundedTransport(settings.timeout)
    service.session.mount("http://", transport)
    service.session.mount("https://", transport)
    # Without this, requests puts the password of a ~/.netrc in place of our token.
    service.session.auth = _keep_headers
    return service


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever ogr and requests raise into `TransientError` or `RefusedError`."""
    try:
        with transport():
            yield
    except PagureAPIException as error:
        raise _of_answer(error) from error
    except OgrNetworkError as error:
        lost = isinstance(error.__cause__, requests.ConnectionError)
        late = isinstance(error.__cause__, requests.Timeout)
        reason = "timeout" if late else CONNECTION if lost else "unexpected-answer"
        raise TransientError(reason) from error
    except OgrException as error:
        raise RefusedError("refused", type(error).__name__) from error


def _of_answer(error: PagureAPIException) -> TransientError | RefusedError:
    status = error.response_code
    answer = error.pagure_response or {}
    text = f"{error.pagure_error or 'no reason'} {answer.get('errors') or ''}".strip()
    if status is None or status < 400:  # noqa: PLR2004 - a good status with a body that is not JSON
        return TransientError("unexpected-answer")
    named = (code for words, code in _WORDS if words in text.lower())
    code = next(named, None) or _CODES.get(status, "refused")
    reason = f"Pagure answered {status}: {text[:500]}"
    if code == BAD_CREDENTIALS:
        return TransientError(code, detail=reason)
    return RefusedError(code, reason)

"""What each no of GitHub means: one of our two errors, with a code.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from github import BadAttributeException, GithubException
from ogr.exceptions import OgrException

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.services.calls import seconds_of, transport

# GitHub asks for a minute when it names no time:
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
_SECONDARY_WAIT = 60.0
_UNAUTHORIZED = 401
_SERVER_ERROR = 500
_CODES = {
    403: "no-permission",
    404: "not-found",
    410: "deleted",
    422: "invalid",
    451: "repository-blocked",
}
_WORDS = (
    # A piece of the message or of an error in it, and the code it stands for.
    ("no commit found for the ref", "ref-not-found"),
    ("this repository is empty", "ref-not-found"),
    ("no commit found for sha", "not-found"),
    ("maximum number of statuses", "too-many-statuses"),
    ("installation has been suspended", "app-suspended"),
    ("repository access blocked", "repository-blocked"),
    ("issues are disabled", "issues-disabled"),
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever PyGithub, ogr and requests raise into `TransientError` or `RefusedError`.

    Only calls into the libraries belong inside: a bug of ours would look like a broken answer.
    """
    try:
        with transport():
            yield
    except GithubException as error:
        raise of_answer(error) from error
    except BadAttributeException as error:
        raise TransientError("unexpected-answer") from error
    except OgrException as error:
        # ogr puts its own error around some of PyGithub's.
        if isinstance(error.__cause__, GithubException):
            raise of_answer(error.__cause__) from error
        raise RefusedError("refused", type(error).__name__) from error


def of_answer(error: GithubException) -> TransientError | RefusedError:
    """Say what an answer of GitHub means, by its status, its headers and its words."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    text = _text(error.data)
    if _is_rate_limit(error.status, headers, text):
        return TransientError("rate-limit", _wait(headers))
    if error.status == _UNAUTHORIZED:
        return TransientError(BAD_CREDENTIALS, detail=f"GitHub answered 401: {text}")
    if error.status >= _SERVER_ERROR:
        return TransientError(f"http-{error.status}", seconds_of(headers.get("retry-after")))
    named = (code for words, code in _WORDS if words in text.lower())
    code = next(named, None) or _CODES.get(error.status, "refused")
    return RefusedError(code, f"GitHub answered {error.status}: {text}")


def _is_rate_limit(status: int, headers: Mapping[str, str], text: str) -> bool:
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return status == 429 or (status == 403 and (limited or "rate limit" in text.lower()))  # noqa: PLR2004 - the two statuses GitHub uses for it


def _wait(headers: Mapping[str, str]) -> float:
    wait = seconds_of(headers.get("retry-after"))
    if wait is not None:
        return wait
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, int(reset) - time.time())
    return _SECONDARY_WAIT


def _text(data: object) -> str:
    if not isinstance(data, dict):
        return "no reason"
    errors = data.get("errors")
    parts = [str(data.get("message") or "no reason")]
    parts.extend(
        str(one.get("message") or one) if isinstance(one, dict) else str(one)
        for one in (errors if isinstance(errors, list) else ())
    )
    return "; ".join(parts)[:500]

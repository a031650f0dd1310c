"""What each no of GitHub means: one of our two errors, with a code.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests
from github import BadAttributeException, GithubException
from ogr.exceptions import IssueTrackerDisabled, OgrException

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.calls import CONNECTION, seconds_of

# GitHub asks for a minute when it names no time:
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
_SECONDARY_WAIT = 60.0
# What the libraries raise over a body that is not as documented: a proxy's page, a half answer.
_NOT_AS_DOCUMENTED = (
    BadAttributeException,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_SERVER_ERROR = 500
_CODES = {
    401: "bad-credentials",
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
        yield
    except GithubException as error:
        raise of_answer(error) from error
    except IssueTrackerDisabled as error:
        raise RefusedError("issues-disabled") from error
    except FileNotFoundError:
        raise
    except OgrException as error:
        cause = error.__cause__
        if isinstance(cause, GithubException):
            raise of_answer(cause) from error
        raise RefusedError("refused", type(error).__name__) from error
    except requests.Timeout as error:
        raise TransientError("timeout") from error
    except requests.ConnectionError as error:
        raise TransientError(CONNECTION) from error
    except requests.RequestException as error:
        raise TransientError("unexpected-answer") from error
    except _NOT_AS_DOCUMENTED as error:
        raise TransientError("unexpected-answer") from error


def of_answer(error: GithubException) -> TransientError | RefusedError:
    """Say what an answer of GitHub means, by its status, its headers and its words."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    text = _text(error.data)
    if _is_rate_limit(error.status, headers, text):
        return TransientError("rate-limit", _wait(headers))
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
    for one in errors if isinstance(errors, list) else ():
        parts.append(str(one.get("message") or one) if isinstance(one, dict) else str(one))
    return "; ".join(parts)[:500]

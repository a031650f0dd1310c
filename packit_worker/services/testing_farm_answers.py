"""Testing Farm's answers as plain data, and what each no of it means.

https://api.testing-farm.io/redoc
"""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import requests

from packit_worker.errors import TransientError
from packit_worker.services.calls import no_of
from packit_worker.testing_farm import FarmRequest

_LONGEST = 500
_CODES = {
    400: "bad-request",
    401: "bad-credentials",
    403: "no-permission",
    404: "no-such-request",
    409: "already-ended",
    413: "too-large",
    422: "bad-request",
}


def request_of(answer: Mapping[str, Any]) -> FarmRequest:
    """Read a request; `result` and `run` may be null, or not there yet."""
    result, run = answer.get("result") or {}, answer.get("run") or {}
    return FarmRequest(
        id=_text(answer["id"]),
        state=_text(answer["state"]),
        overall=result.get("overall"),
        summary=result.get("summary"),
        artifacts_url=run.get("artifacts"),
    )


def composes_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the composes of a ranch."""
    return tuple(_text(each["name"]) for each in answer["composes"])


def refusal_of(response: requests.Response, secrets: Iterable[str]) -> Exception:
    """Return the error that a status of 3xx or 4xx means.

    Args:
        response: what came.
        secrets: what must not be in the text of the error.
    """
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST:
        return TransientError("unexpected-answer")
    told = "; ".join(_words(response)) or response.reason or "no reason"
    for secret in secrets:
        told = told.replace(secret, "…")
    code = _CODES.get(status, "refused")
    return no_of(code, f"Testing Farm answered {status}: {told[:_LONGEST]}")


def _words(response: requests.Response) -> Iterator[str]:
    """Yield what an answer says is wrong, with the place; never what we sent, if it repeats it."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return
    if not isinstance(body, dict):
        return
    if isinstance(body.get("message"), str):
        yield " ".join(body["message"].split())
    yield from _errors(body.get("errors"), ())
    detail = body.get("detail")
    for each in detail if isinstance(detail, list) else ():
        if isinstance(each, dict):
            yield f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg')}"


def _errors(errors: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the leaves of a tree, each as `environments.0.arch: Unsupported`."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _errors(inner, (*path, str(name)))
    elif isinstance(errors, list):
        for inner in errors:
            yield from _errors(inner, path)
    elif errors is not None:
        yield f"{'.'.join(path)}: {' '.join(str(errors).split())}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value

"""What a sender posts: read within limits, and without the secrets in it."""

import json
import re
from typing import Any

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    RequestEntityTooLarge,
    RequestTimeout,
)

from packit_worker.delivering import without_secrets
from parsers import MalformedError, load
from parsers.result import Json

# GitHub sends 25 MB at most: https://docs.github.com/webhooks/webhook-events-and-payloads
MAX_BYTES = 25 * 1024 * 1024
# Of what nobody vouches for yet, so much is read to tell whose it claims to be.
_MAX_CLAIM_BYTES = 1024 * 1024
# Or a key may be written with escapes.
_MAY_HOLD_SECRET = re.compile(r'"(?:token|secret|api_key)"|\\u00', re.IGNORECASE)


def read_body(request: Request) -> bytes:
    """Return the raw bytes of a request.

    Raises:
        werkzeug.exceptions.RequestEntityTooLarge: there are more than `MAX_BYTES`.
        werkzeug.exceptions.RequestTimeout: they did not come in whole. Who hung up hears nothing
            of it; who is slow does, once the worker has closed the connection for reading.
        werkzeug.exceptions.BadRequest: they do not come in chunks, as a header says.
    """
    # One more: werkzeug cuts off what comes in chunks, and does not say so.
    request.max_content_length = MAX_BYTES + 1
    try:
        body = request.get_data(cache=False)
    except ClientDisconnected:
        raise _not_whole() from None
    except ParseException as error:
        raise BadRequest(f"cannot be read: {type(error).__name__}") from None
    if len(body) > MAX_BYTES:
        raise RequestEntityTooLarge
    if request.content_length is not None and len(body) < request.content_length:
        raise _not_whole()
    return body


def _not_whole() -> RequestTimeout:
    return RequestTimeout("the body did not come in whole, or not in time")


def text_for_queue(body: bytes, payload: Json) -> str:
    """Return the text that goes on: as it came, unless there may be a secret in it.

    Args:
        body: JSON.
        payload: what it says.

    Raises:
        MalformedError: it is nested too deep to be looked through.
    """
    text = body.decode()
    if not _MAY_HOLD_SECRET.search(text):
        return text
    try:
        return json.dumps(without_secrets(payload))
    except RecursionError:
        raise MalformedError("$", "nested too deep to be read") from None


def claimed_repository(body: bytes) -> str:
    """Return which repository a body says it is of, for the log; anybody may have written it."""
    if len(body) > _MAX_CLAIM_BYTES:
        return "unknown"
    try:
        payload: Any = load(body)
    except MalformedError:
        return "unknown"
    for holder in _holders(payload):
        for key in ("full_name", "fullname"):
            if isinstance(holder.get(key), str):
                return str(holder[key])[:100]
    return "unknown"


def _holders(payload: Any) -> list[dict[str, Any]]:
    """Return what may be a repository in a payload of GitHub or Pagure."""
    body = payload.get("msg") if isinstance(payload, dict) and "msg" in payload else payload
    if not isinstance(body, dict):
        return []
    request = body.get("pullrequest")
    found = [body.get("repository"), body.get("repo"), body.get("project")]
    found.append(request.get("project") if isinstance(request, dict) else None)
    return [holder for holder in found if isinstance(holder, dict)]

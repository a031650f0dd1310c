"""How GitHub words its answers: errors, and the checks of a body's fields.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

import flask

_DOCS = "https://docs.github.com/rest"
BODY_LIMIT = 65_535
_MESSAGES = {
    "rate-limit": "API rate limit exceeded for installation ID 501.",
    "too-many-requests": "API rate limit exceeded for installation ID 501.",
    "secondary-rate-limit": (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    ),
    "unavailable": "No server is currently available to service your request.",
    "unauthorized": "Bad credentials",
    "forbidden": "Resource not accessible by integration",
    "gone": "This issue was deleted",
    "unprocessable": "Validation Failed",
}


def error_body(status: int, kind: str) -> Mapping[str, object]:
    """Return the body of an ordered failure."""
    return {"message": _MESSAGES[kind], "documentation_url": _DOCS, "status": str(status)}


def refuse(status: int, message: str, **more: Any) -> flask.Response:
    """Answer with an error in GitHub's form."""
    body = {"message": message, **more, "documentation_url": _DOCS, "status": str(status)}
    response = flask.jsonify(body)
    response.status_code = status
    return response


def give_up(status: int, message: str, **more: Any) -> NoReturn:
    """End the request with an error in GitHub's form."""
    flask.abort(refuse(status, message, **more))


def invalid(resource: str, field: str, message: str, code: str = "custom") -> NoReturn:
    """End the request with 422 about one field."""
    error = {"resource": resource, "code": code, "field": field, "message": message}
    give_up(422, "Validation Failed", errors=[error])


def fields(required: set[str], optional: set[str] | None = None) -> dict[str, Any]:
    """Return the JSON body; refuse what is missing, unknown or of another type than text.

    GitHub itself ignores most unknown keys. The stand-in refuses them: a key that GitHub would
    ignore is our mistake.
    """
    body = flask.request.get_json(silent=True)
    if not isinstance(body, dict):
        give_up(400, "Problems parsing JSON")
    for name in sorted(required - body.keys()):
        give_up(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    for name in sorted(body.keys() - required - (optional or set())):
        give_up(422, f'Invalid request.\n\n"{name}" is not a permitted key.')
    return body


def text_field(resource: str, body: Mapping[str, Any], name: str, limit: int) -> str:
    """Return a text of the body; refuse another type, nothing and too much."""
    value = body.get(name)
    if not isinstance(value, str):
        give_up(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not a string.")
    if not value.strip():
        invalid(resource, name, f"{name} cannot be blank", code="missing_field")
    if len(value) > limit:
        invalid(resource, name, f"{name} is too long (maximum is {limit} characters)")
    return value


def moment(time: datetime) -> str:
    """Write a time as GitHub does: `2026-01-02T03:04:05Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")

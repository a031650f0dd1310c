"""How Copr words its answers: errors, and the checks of what it is sent.

https://github.com/fedora-copr/copr/tree/main/frontend/coprs_frontend/coprs
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import flask

Json = dict[str, Any]

_ORDERED = {
    "unauthorized": "Login invalid/expired. Please visit /api to get or renew your API token.",
    "forbidden": "Only owners and admins may update their projects.",
    "gone": "Such API endpoint doesn't exist",
}


def error_body(status: int, kind: str) -> Mapping[str, object]:
    """Return the body of an ordered failure."""
    return {"error": _ORDERED.get(kind, f"{status} {kind}")}


def give_up(status: int, text: str) -> NoReturn:
    """End the request with an error in Copr's form."""
    response = flask.jsonify({"error": text})
    response.status_code = status
    flask.abort(response)


def not_allowed_here(login: str, owner: str) -> NoReturn:
    """Refuse a project for another account."""
    give_up(
        403,
        f"You were authorized as '{login}' user without permissions to access projects of "
        f"user '{owner}'",
    )


def sent(known: frozenset[str]) -> Json:
    """Return what was sent as JSON, or as the JSON part of an upload; null means not sent.

    Copr itself ignores unknown fields. The stand-in refuses them: they are our mistake.
    """
    part = flask.request.files.get("json")
    body = json.load(part) if part else flask.request.get_json(silent=True)
    if not isinstance(body, dict):
        give_up(400, "The request is no JSON object")
    unknown = body.keys() - known
    if unknown:
        give_up(400, f"Unknown fields: {', '.join(sorted(unknown))}")
    return {name: value for name, value in body.items() if value is not None}


def bad_form(errors: Mapping[str, str]) -> NoReturn:
    """Refuse the fields of a build."""
    give_up(400, f"Bad request parameters: { {name: [text] for name, text in errors.items()} }")

"""How Pagure words its answers: errors, and the checks of a form's fields.

https://pagure.io/api/0/ (the codes are listed at /api/0/error_codes)
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

import flask

CODES = {
    "ENOPROJECT": "Project not found",
    "ETRACKERDISABLED": "Issue tracker disabled for this project",
    "EINVALIDREQ": "Invalid or incomplete input submitted",
    "EINVALIDTOK": "Invalid or expired token. Please visit the settings to get or renew it.",
    "ENOISSUE": "Issue not found",
    "ENOREQ": "Pull-Request not found",
    "ENOUSER": "No such user found",
    "ENOCOMMIT": "No such commit found in this repository",
    "EFILENOTFOUND": "File not found",
    "ENOTHIGHENOUGH": "You do not have sufficient permissions to perform this action",
}
_ORDERED = {"unauthorized": "EINVALIDTOK", "forbidden": "ENOTHIGHENOUGH", "gone": "ENOPROJECT"}


def error_body(status: int, kind: str) -> Mapping[str, object]:
    """Return the body of an ordered failure."""
    code = _ORDERED.get(kind)
    return {"error": CODES[code], "error_code": code} if code else {"error": f"{status} {kind}"}


def give_up(status: int, code: str, errors: object = None) -> NoReturn:
    """End the request with an error in Pagure's form."""
    body = {"error": CODES[code], "error_code": code}
    response = flask.jsonify(body | ({"errors": errors} if errors else {}))
    response.status_code = status
    flask.abort(response)


def form(required: set[str], optional: set[str] | None = None) -> dict[str, str]:
    """Return the form's fields; refuse what is missing, empty or unknown.

    Pagure itself ignores unknown fields. The stand-in refuses them: they are our mistake.
    """
    sent = flask.request.form.to_dict()
    errors = {name: ["This field is required."] for name in required if not sent.get(name)}
    unknown = sent.keys() - required - (optional or set())
    errors |= {name: ["Unknown field."] for name in unknown}
    if errors:
        give_up(400, "EINVALIDREQ", errors)
    return sent


def stamp(time: datetime, *, as_float: bool = False) -> str:
    """Write a time as Pagure does: seconds in a string; some instances write `1700000000.64`."""
    return f"{time.timestamp():.2f}" if as_float else str(int(time.timestamp()))


def message(text: Any, **more: Any) -> dict[str, Any]:
    """Answer with what was done."""
    return {"message": text, **more}

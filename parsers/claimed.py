"""The repository that a message claims to be about, for those who ask what became of it."""

import re

from parsers.result import Json

# `https://github.com/acme/anvil`, `https://pagure.io/fork/jane/anvil`; nothing with a password.
_ADDRESS = re.compile(r"https?://(?P<host>[\w.-]+(?::\d+)?)/(?P<path>[\w.+-]+(?:/[\w.+-]+)*)/?")
_LONGEST = 300


def claimed_repository(event: Json) -> str | None:
    """Return `host/namespace/name`, as the payload has it, or None where it does not say.

    Nobody has checked it: it serves to find a message again. It never raises.

    Args:
        event: the JSON object as it came, envelope and all.
    """
    if type(event) is not dict:
        return None
    for body in (event, event.get("msg"), event.get("body")):
        if type(body) is dict:
            found = _from(body)
            if found:
                return found
    return None


def _from(body: Json) -> str | None:
    pull_request = body.get("pullrequest")
    for owner in (body.get("repository"), body, pull_request):
        for key in ("html_url", "project", "repo"):
            found = _named(owner, key)
            if found:
                return found
    return None


def _named(owner: Json, key: str) -> str | None:
    value = owner.get(key) if type(owner) is dict else None
    if type(value) is dict:
        value = value.get("full_url")
    if type(value) is not str or len(value) > _LONGEST:
        return None
    match = _ADDRESS.fullmatch(value)
    return f"{match['host'].lower()}/{match['path']}" if match else None

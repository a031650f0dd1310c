"""What the body of a request must be, field by field: https://api.testing-farm.io/redoc.

Errors have the form of Testing Farm's own: a tree with the place of each.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from packit_worker.testing_farm import Ranch
from packit_worker.testing_farm_composes import ARCHES

Json = dict[str, Any]
# Looks at a value; writes what is wrong with it beside its place.
Check = Callable[[Any, str, dict[str, str]], None]

_COPR_BUILD = re.compile(r"\d+:[\w.+-]+")
_ARTIFACT_TYPES = frozenset(
    """fedora-copr-build fedora-koji-build redhat-brew-build redhat-module-build repository
    repository-file""".split()
)
_TEST_KINDS = ("fmf", "tmt", "sti")


def errors_of(body: Any, ranch: Ranch) -> Json:
    """Return what is wrong with a body, as a tree of texts; empty: nothing."""
    found: dict[str, str] = {}
    _request(ranch)(body, "", found)
    if not found and sum(kind in body["test"] for kind in _TEST_KINDS) != 1:
        found["test"] = f"Exactly one of {', '.join(_TEST_KINDS)} has to be there."
    return _tree(found)


def _text(value: Any, path: str, errors: dict[str, str]) -> None:
    if not isinstance(value, str) or not value:
        errors[path] = "Not a valid string."


def _flag(value: Any, path: str, errors: dict[str, str]) -> None:
    if not isinstance(value, bool):
        errors[path] = "Not a valid boolean."


def _number(value: Any, path: str, errors: dict[str, str]) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        errors[path] = "Not a valid number."


def _anything(_value: Any, _path: str, _errors: dict[str, str]) -> None:
    """Accept what we have no list of fields for."""


def _url(value: Any, path: str, errors: dict[str, str]) -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        errors[path] = "Not a valid URL."


def _one_of(allowed: frozenset[str]) -> Check:
    def check(value: Any, path: str, errors: dict[str, str]) -> None:
        if value not in allowed:
            errors[path] = f"Must be one of: {', '.join(sorted(allowed))}."

    return check


def _texts(value: Any, path: str, errors: dict[str, str]) -> None:
    """Check a mapping from texts to texts; a number is none."""
    if not isinstance(value, dict):
        errors[path] = "Not a valid mapping type."
        return
    for name, each in value.items():
        if not isinstance(each, str):
            errors[f"{path}.{name}"] = "Not a valid string."


def _list(item: Check) -> Check:
    def check(value: Any, path: str, errors: dict[str, str]) -> None:
        if not isinstance(value, list):
            errors[path] = "Not a valid list."
            return
        for place, each in enumerate(value):
            item(each, f"{path}.{place}", errors)

    return check


def _object(fields: Mapping[str, Check], needed: tuple[str, ...] = ()) -> Check:
    """Check an object; null means that a field is not there."""

    def check(value: Any, path: str, errors: dict[str, str]) -> None:
        if not isinstance(value, dict):
            errors[path] = "Not a valid object."
            return
        prefix = f"{path}." if path else ""
        for name in needed:
            if value.get(name) is None:
                errors[f"{prefix}{name}"] = "Missing data for required field."
        for name, inner in value.items():
            if name not in fields:
                errors[f"{prefix}{name}"] = "Unknown field."
            elif inner is not None:
                fields[name](inner, f"{prefix}{name}", errors)

    return check


def _artifact(value: Any, path: str, errors: dict[str, str]) -> None:
    fields = {
        "id": _text,
        "type": _one_of(_ARTIFACT_TYPES),
        "packages": _list(_text),
        "install": _flag,
        "order": _number,
    }
    _object(fields, ("id", "type"))(value, path, errors)
    is_copr = isinstance(value, dict) and value.get("type") == "fedora-copr-build"
    if is_copr and not _COPR_BUILD.fullmatch(str(value.get("id"))):
        errors[f"{path}.id"] = "Must be BUILD-ID:CHROOT."


def _environment(ranch: Ranch) -> Check:
    provisioning = _object({"post_install_script": _text, "tags": _texts})
    pipeline = _object({"skip_guest_setup": _flag})
    fields = {
        "arch": _one_of(frozenset(ARCHES[ranch])),
        "os": _object({"compose": _text}, ("compose",)),
        "pool": _text,
        "variables": _texts,
        "secrets": _texts,
        "artifacts": _list(_artifact),
        "hardware": _anything,
        "kickstart": _anything,
        "settings": _object({"pipeline": pipeline, "provisioning": provisioning}),
        "tmt": _object({"context": _texts, "environment": _texts, "extra_args": _anything}),
    }
    return _object(fields, ("arch",))


def _request(ranch: Ranch) -> Check:
    plans = {
        "url": _url,
        "ref": _text,
        "merge_sha": _text,
        "path": _text,
        "name": _text,
        "plan_filter": _text,
        "test_name": _text,
        "test_filter": _text,
        "settings": _anything,
    }
    playbooks = {
        "url": _url,
        "ref": _text,
        "merge_sha": _text,
        "playbooks": _list(_text),
        "extra_variables": _texts,
    }
    tests = {
        "fmf": _object(plans, ("url",)),
        "tmt": _object(plans, ("url",)),
        "sti": _object(playbooks, ("url", "ref")),
    }
    webhook = _object({"url": _url, "token": _text}, ("url",))
    pipeline = _object({"timeout": _number, "type": _text, "parallel-limit": _number})
    fields = {
        "test": _object(tests),
        "environments": _list(_environment(ranch)),
        "notification": _object({"webhook": webhook}),
        "settings": _object({"pipeline": pipeline, "worker": _object({"image": _text})}),
    }
    return _object(fields, ("test",))


def _tree(errors: Mapping[str, str]) -> Json:
    tree: Json = {}
    for path, text in errors.items():
        *above, last = path.split(".")
        place = tree
        for part in above:
            place = place.setdefault(part, {})
        place[last or "_schema"] = [text]
    return tree

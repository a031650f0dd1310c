"""The checks that values of a package config are put to, and how they are put together.

A check raises ConfigError, with the place as it is in the file, if a value is not as it must be.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from packit_worker.package_config import ConfigError
from packit_worker.services.config_text import Document, Path, dotted
from packit_worker.services.config_words import described, meant, quoted

Check = Callable[[Document, Path, Any], None]
"""Raises ConfigError if the value at a place of the document is not as it must be."""


def wrong_type(document: Document, place: Path, value: Any, wanted: str) -> ConfigError:
    """Return the error of a value that is not `wanted` (`text`, `a list`)."""
    if value is None:
        return document.error(place, f"{quoted(dotted(place))} has no value.")
    hint = "; put it in quotes" if wanted == "text" and isinstance(value, int | float) else ""
    reason = f"{quoted(dotted(place))} must be {wanted}, not {described(value)}{hint}."
    return document.error(place, reason)


def anything(_document: Document, _place: Path, _value: Any) -> None:
    """Accept every value: packit looks at it when it is used."""


def is_text(document: Document, place: Path, value: Any) -> None:
    """Check that a value is text."""
    if not isinstance(value, str):
        raise wrong_type(document, place, value, "text")


def nullable(check: Check) -> Check:
    """Return a check that lets null pass and leaves all else to `check`."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if value is not None:
            check(document, place, value)

    return checked


def one_of(valid: Collection[str], kind: str = "", *, old: Collection[str] = ()) -> Check:
    """Return the check of one of several words; `old` ones pass, but are offered to nobody."""

    def checked(document: Document, place: Path, value: Any) -> None:
        is_text(document, place, value)
        if value not in valid and value not in old:
            said = quoted(value)
            what = f"unknown {kind} {said}" if kind else f"{quoted(dotted(place))} cannot be {said}"
            raise document.error(place, f"{what}.{meant(value, valid)}")

    return checked


def list_of(check: Check) -> Check:
    """Return the check of a list, each item of which `check` passes."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, list):
            raise wrong_type(document, place, value, "a list")
        for index, item in enumerate(value):
            check(document, (*place, index), item)

    return checked


def mapping_with(
    checks: Mapping[str, Check],
    *,
    required: Sequence[str] = (),
    old: Mapping[str, str] = MappingProxyType({}),
    kind: str = "key",
) -> Check:
    """Return the check of a mapping with certain keys.

    Args:
        checks: what the value of each key must pass.
        required: the keys that must be there.
        old: old names of keys, and what they are called today.
        kind: what a key is called in an error.
    """

    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, dict):
            raise wrong_type(document, place, value, "a mapping")
        for key, item in value.items():
            check = checks.get(old.get(key, key))
            if check is None:
                reason = f"unknown {kind} {quoted(key)}.{meant(key, checks, old)}"
                raise document.error((*place, key), reason)
            check(document, (*place, key), item)
        for key in required:
            if value.get(key) is None:
                raise document.error(place, f'{quoted(dotted(place))} has no "{key}".')

    return checked


def mapping_of(check: Check) -> Check:
    """Return the check of a mapping with keys of the writer's own choice."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, dict):
            raise wrong_type(document, place, value, "a mapping")
        for key, item in value.items():
            check(document, (*place, key), item)

    return checked


def either(first: Check, mapping: Check) -> Check:
    """Return a check that asks `mapping` about mappings and `first` about all else."""

    def checked(document: Document, place: Path, value: Any) -> None:
        check = mapping if isinstance(value, dict) else first
        check(document, place, value)

    return checked


def texts_or(mapping: Check) -> Check:
    """Return the check of one text, a list of texts, or a mapping."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if isinstance(value, dict):
            mapping(document, place, value)
        elif isinstance(value, list):
            list_of(is_text)(document, place, value)
        elif not isinstance(value, str):
            raise wrong_type(document, place, value, "text, a list or a mapping")

    return checked

"""Typed reads of nested JSON. The only way a parser touches a payload.

`need` raises `MalformedError` with the path where a field is missing or has the wrong type; `maybe`
answers None where it is missing or null, and raises where it has the wrong type. Types are
compared exactly, so `true` is no number. Who reads an element by its index has checked before that
it is an array: a string has indices too.
"""

import re
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

from parsers.result import Json, MalformedError

T = TypeVar("T")
Key: TypeAlias = str | int  # a step of a path: the key of an object, or the index of an array

# What fits a signed 64-bit column; the ids of every sender do.
_MAX_ID = 2**63 - 1
# Control characters (NUL among them), and lone surrogates, which no database and no log can hold.
_UNFIT_FOR_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_UNFIT_FOR_TEXT = re.compile("[\x00\ud800-\udfff]")
_ZERO_SHA = re.compile("0+")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_JSON_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}


def need(node: Json, kind: type[T], *path: Key) -> T:
    """Return the value of type `kind` at `path`.

    Raises:
        MalformedError: it is missing, null, or of another type.
    """
    value = node
    try:
        for key in path:
            value = value[key]
    except (LookupError, TypeError):
        raise _no_value(node, path) from None
    if type(value) is kind:
        return value
    raise _unexpected(kind, value, path)


def maybe(node: Json, kind: type[T], *path: Key) -> T | None:
    """Return the value of type `kind` at `path`, or None where it or a parent is missing or null.

    Raises:
        MalformedError: it or a parent is there, and of another type.
    """
    value = _get(node, path)
    if value is None or type(value) is kind:
        return value
    raise _unexpected(kind, value, path)


def need_name(node: Json, *path: Key) -> str:
    """Return a name (of a repository, branch, person, …): a string, not empty, fit to be stored.

    Raises:
        MalformedError: as `need`; or it is empty, or holds a control character or a lone surrogate.
    """
    value = need(node, str, *path)
    if value and value.isprintable():
        return value
    if not value:
        raise MalformedError(at(*path), "expected a name, got an empty string")
    return check_name(value, *path)


def maybe_name(node: Json, *path: Key) -> str | None:
    """Return a name as `need_name` does, or None where it is missing, null or empty."""
    value = node
    try:
        for key in path:
            value = value[key]
    except (LookupError, TypeError):
        value = None
    # Half of all reads are of a name that is there: they need no second look. (By an index, a
    # string would yield a character.)
    if type(value) is str and value and value.isprintable() and type(path[-1]) is str:
        return value
    value = maybe(node, str, *path)
    return check_name(value, *path) if value else None


def check_name(value: str, *path: Key) -> str:
    """Return `value`, the string at `path`, if it is fit to be a name.

    Raises:
        MalformedError: it holds a control character or a lone surrogate.
    """
    if value.isprintable() or not _UNFIT_FOR_NAME.search(value):
        return value
    raise MalformedError(at(*path), "a name holds a control character or a lone surrogate")


def need_id(node: Json, *path: Key) -> int:
    """Return a sender's number of something: 0 to 2**63-1.

    Raises:
        MalformedError: as `need`; or out of that range.
    """
    value = need(node, int, *path)
    if 0 <= value <= _MAX_ID:
        return value
    raise MalformedError(at(*path), "expected a number from 0 to 2**63-1")


def maybe_id(node: Json, *path: Key) -> int | None:
    """Return a number as `need_id` does, or None where it or a parent is missing or null."""
    return None if _get(node, path) is None else need_id(node, *path)


def maybe_text(node: Json, *path: Key) -> str | None:
    """Return free text that people wrote, or None.

    NUL and lone surrogates become U+FFFD: a person who pasted one still gets an answer.
    """
    value = maybe(node, str, *path)
    return None if value is None else _UNFIT_FOR_TEXT.sub("\ufffd", value)


def maybe_time(node: Json, *path: Key) -> str | None:
    """Return a time as ISO 8601 with an offset, or None.

    Senders write seconds since 1970 (a number, or a string of one) or ISO 8601; one without an
    offset is UTC.

    Raises:
        MalformedError: it is neither, or no date of our calendar.
    """
    value = _get(node, path)
    if value is None:
        return None
    try:
        return _moment(value).isoformat()
    except (ValueError, OverflowError, OSError):
        raise MalformedError(at(*path), f"expected a time, got {_describe(value)}") from None


def is_zero_sha(sha: str) -> bool:
    """Whether `sha` is the all-zero id by which git says that a ref does not exist."""
    return sha.startswith("0") and _ZERO_SHA.fullmatch(sha) is not None


def at(*path: Key) -> str:
    """Return the written form of a path: `$.repositories[0].full_name`."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)


def _get(node: Json, path: tuple[Key, ...]) -> Json:
    value = node
    for key in path:
        if type(value) is dict:
            value = value.get(key)
        elif value is None:
            return None
        elif type(key) is int and type(value) is list:
            value = value[key] if key < len(value) else None
        else:
            raise _no_value(node, path)
    return value


def _moment(value: Json) -> datetime:
    if type(value) is str:
        if not _NUMBER.fullmatch(value):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        value = float(value)
    if type(value) not in (int, float):
        raise ValueError
    return datetime.fromtimestamp(value, UTC)


def _no_value(node: Json, path: tuple[Key, ...]) -> MalformedError:
    """Tell the first key of `path` that cannot be read, and why."""
    value, depth = node, 0
    while _holds(value, path[depth]):
        value = value[path[depth]]
        depth += 1
    kind = list if type(path[depth]) is int else dict
    if type(value) is kind:
        return MalformedError(at(*path[: depth + 1]), "missing")
    return _unexpected(kind, value, path[:depth])


def _holds(value: Json, key: Key) -> bool:
    if type(key) is int:
        return type(value) is list and key < len(value)
    return type(value) is dict and key in value


def _unexpected(kind: type[object], value: Json, path: tuple[Key, ...]) -> MalformedError:
    name = _JSON_NAMES.get(kind, "an integer")
    return MalformedError(at(*path), f"expected {name}, got {_describe(value)}")


def _describe(value: Json) -> str:
    if value is None:
        return "null"
    return _JSON_NAMES.get(type(value), "a number")

"""Reads of names with a shape of their own: hashes, chroots, paths."""

import re

from parsers.fields import Key, at, maybe, need, need_name
from parsers.result import Json, MalformedError

_COMMIT = re.compile("[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")
_NO_SEGMENT = frozenset({"", ".", ".."})


def need_chroot(node: Json, *path: Key) -> str:
    """Return the name of a chroot of Copr: `fedora-40-x86_64`, `srpm-builds`.

    Raises:
        MalformedError: as `need_name`; or it holds a slash.
    """
    value = need_name(node, *path)
    if "/" not in value:
        return value
    raise MalformedError(at(*path), "the name of a chroot holds no slash")


def need_commit(node: Json, *path: Key) -> str:
    """Return the hash of a commit: 40 or 64 hexadecimal digits.

    Raises:
        MalformedError: as `need`; or it is none.
    """
    value = need(node, str, *path)
    if _COMMIT.fullmatch(value):
        return value
    raise MalformedError(at(*path), "expected the hash of a commit, 40 or 64 hexadecimal digits")


def maybe_commit(node: Json, *path: Key) -> str | None:
    """Return the hash of a commit, or None where it is missing, null or empty."""
    return need_commit(node, *path) if maybe(node, str, *path) else None


def check_segments(value: str, *path: Key) -> str:
    """Return `value`, the string at `path`, if it is fit to be a piece of the path of an address.

    Raises:
        MalformedError: one of its segments is empty, `.` or `..`, which lead elsewhere.
    """
    if _NO_SEGMENT.isdisjoint(value.split("/")):
        return value
    raise MalformedError(at(*path), f"{value[:80]!r} is no path of names")

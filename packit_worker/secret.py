"""Secrets of the settings: written out, or named as a file or an environment variable."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from packit_worker.words import nearest, nearest_word
from packit_worker.yaml_file import FileError

_PLACES = ("file", "env")


class SecretError(FileError):
    """A secret cannot be had; the text names its key and its place, and never the secret."""


def secrets_in(value: Any, key: str = "") -> Iterator[tuple[str, "Secret"]]:
    """Yield every secret below a part of the settings, with its key: `copr.token`."""
    if isinstance(value, Secret):
        yield key, value
    elif isinstance(value, msgspec.Struct):
        yield from secrets_in(msgspec.structs.asdict(value), key)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from secrets_in(inner, f"{key}.{name}".lstrip("."))


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a letter: `"\ud800"`
        return False
    return True


class Secret:
    """A secret that is read when it is needed, and never shows in a repr.

    A process that does not need it needs no right to read it: the relay holds no key of the App.
    """

    __slots__ = ("_place", "_source")

    def __init__(self, text: str, *, place: str = "text") -> None:
        """Keep the secret, or with `place` "file" or "env" the name of where it lies."""
        self._source = text
        self._place = place

    @classmethod
    def from_setting(cls, value: Any) -> "Secret":
        """Return the secret that a value of a YAML file means.

        Args:
            value: the secret itself, `{"file": path}` or `{"env": name}`.

        Raises:
            ValueError: it is none of them; the text does not quote it.
        """
        if isinstance(value, str):
            place, text = "text", value
        elif isinstance(value, dict) and len(value) == 1:
            ((place, text),) = value.items()
            if place not in _PLACES and nearest_word(place, _PLACES):
                raise ValueError(f'unknown key "{place}"{nearest(place, _PLACES)}')
            # Else the key may be the secret, in braces.
            if place not in _PLACES:
                raise ValueError(f"unknown key{nearest(place, _PLACES)}")
        else:
            raise ValueError("expected a text, {file: path} or {env: NAME}")
        if not isinstance(text, str) or not text.strip():
            raise ValueError("expected a text that is not empty")
        if not _is_storable(text):
            raise ValueError("expected a text of letters that UTF-8 knows")
        return cls(text, place=place)

    def read(self, key: str) -> str:
        """Return the secret, without white space around it.

        Args:
            key: where it stands in the settings: `copr.token`; it begins the text of an error.

        Raises:
            SecretError: the file or the variable is not there, is empty, or holds no text.
        """
        if self._place == "text":
            return self._source.strip()
        found = self._from_file(key) if self._place == "file" else os.environ.get(self._source)
        if found is None:
            raise SecretError(f"{key}: the environment has no {self._source}")
        if not found.strip():
            raise SecretError(f"{key}: {self._source} is empty")
        return found.strip()

    @property
    def file(self) -> Path | None:
        """The file it lies in, if it lies in one."""
        return Path(self._source) if self._place == "file" else None

    def _from_file(self, key: str) -> str:
        try:
            return Path(self._source).read_text(encoding="utf-8")
        except OSError as error:
            raise SecretError(f"{key}: {self._source}: {error.strerror}") from None
        except ValueError:
            raise SecretError(f"{key}: {self._source}: it is no text in UTF-8") from None

    def __repr__(self) -> str:
        """Show where it lies, never what it is."""
        return "Secret(…)" if self._place == "text" else f"Secret({self._place}={self._source!r})"

    def __eq__(self, other: object) -> bool:
        """Whether both come from the same place."""
        return isinstance(other, Secret) and self._key() == other._key()

    def __hash__(self) -> int:
        """Fit for a set."""
        return hash(self._key())

    def _key(self) -> tuple[str, str]:
        return self._place, self._source

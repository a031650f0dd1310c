"""Keeps secrets out of what is printed, wherever a library put them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from packit_worker.doctor.finding import Finding
from packit_worker.secret import Secret, SecretError
from packit_worker.settings import Settings

_SHORTEST = 4  # a shorter one stands in many a word


def secrets_of(settings: Settings) -> Iterator[tuple[str, Secret]]:
    """Yield every secret of packit-worker.yaml that is set, with its key: `copr.token`."""
    yield from _walk(settings.service, "")


def hidden(finding: Finding, words: frozenset[str]) -> Finding:
    """Return the finding with stars where a secret stood."""
    fact, advice = finding.fact, finding.advice
    for word in sorted(words, key=len, reverse=True):
        fact, advice = fact.replace(word, "***"), advice.replace(word, "***")
    return replace(finding, fact=fact, advice=advice)


def words_of(settings: Settings) -> frozenset[str]:
    """Return the secrets themselves: those that can be read, and the passwords of addresses."""
    found = [settings.broker, settings.database]
    for key, secret in secrets_of(settings):
        try:
            found.append(secret.read(key))
        except SecretError:
            continue
    passwords = [password for each in found if each for password in _passwords(each)]
    texts = [each for each in found if each and not _is_address(each)]
    words = [*passwords, *(line for text in texts for line in text.splitlines())]
    return frozenset(word for word in words if len(word) >= _SHORTEST)


def _walk(value: Any, path: str) -> Iterator[tuple[str, Secret]]:
    if isinstance(value, Secret):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _walk(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _walk(each, f"{path}.{name}")


def _is_address(text: str) -> bool:
    return "://" in text and "\n" not in text


def _passwords(text: str) -> list[str]:
    if not _is_address(text):
        return []
    # By hand: what urlsplit refuses to read may hold a password all the same.
    credentials = text.partition("://")[2].rpartition("@")[0]
    password = credentials.partition(":")[2]
    try:
        known = urlsplit(text).password or ""
    except ValueError:
        known = ""
    return [each for each in (password, unquote(password), known) if each]

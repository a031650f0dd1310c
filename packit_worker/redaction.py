"""Hides secrets and e-mail addresses in what leaves the process as text: logs and Sentry.

Two ways, because a secret comes in two ways: values are hidden by the name of their key, at any
depth; texts are searched for what looks like a secret. Every pattern takes linear time.
"""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

HIDDEN = "[hidden]"
# A shorter one stands in ordinary words too.
_SHORTEST_KNOWN = 6
_DEEPEST = 60  # levels; nothing of ours comes near
_NAMES = (
    r"(?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|private[_-]?key|authorization|credential"
    r"|cookie|signature|keytab)"
)
# One of them is in each of those.
_SECRET_WORDS = ("token", "secret", "pass", "key", "authorization", "credential", "cookie", "sign")
_TOKENS_BEGIN = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "eyJ")
_KEY = re.compile(_NAMES, re.IGNORECASE)

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL
)
# https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
_TOKEN = re.compile(
    r"gh[pousr]_\w+|github_pat_\w+|glpat-[\w-]+"
    # A JSON Web Token: three parts in base64, of which the first begins with `{"`.
    r"|eyJ[\w-]{6,2000}\.[\w-]{2,8000}(?:\.[\w-]{0,2000})?"
)
# Up to the last `@`, because a password that nobody percent-encoded may hold any letter.
_USER_INFO = re.compile(r"://[^\s\"'<>]{0,300}[^\s\"'<>/]@")
# Not `git@host:path`, which is nobody's address.
_ADDRESS = re.compile(r"(?<![\w.+%-])(?!git@)[\w.+%-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")
# `token=…`, `"token": "…"`, `\"token\": \"…\"` (JSON in JSON), `Authorization: Bearer …`.
_ASSIGNED = re.compile(
    rf"(?P<key>{_NAMES}[\w-]{{0,40}}\\*[\"']?\s{{0,3}}[:=]\s{{0,3}})"
    r"(?:(?P<quote>\\*[\"'])(?:(?!(?P=quote))(?:\\.|.))*(?:(?P=quote)|$)"
    # ... up to where the next one begins, whose value may follow a space.
    rf"|(?:(?:bearer|basic|token|negotiate)\s+)?"
    rf"(?:(?!{_NAMES}[\w-]{{0,40}}\\*[\"']?\s{{0,3}}[:=])[^\s\"',;&\\{{}}\[\]()])+)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Hides what must not be told.

    Attributes:
        known: secrets of ours, hidden wherever they stand, whatever they look like.
    """

    known: tuple[str, ...] = ()

    @classmethod
    def of(cls, *secrets: str | None) -> "Redactor":
        """Return one that knows these secrets, as they are and percent-encoded; None is none."""
        found = {secret for secret in secrets if secret and len(secret) >= _SHORTEST_KNOWN}
        spelled = found | {quote(secret, safe="") for secret in found}
        return cls(tuple(sorted(spelled, key=len, reverse=True)))

    def text(self, text: str) -> str:
        """Return the text with everything hidden that is, or looks like, a secret."""
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        # To look for a word first is ten times as fast, and nearly no line holds one.
        if "-----BEGIN" in text:
            text = _PRIVATE_KEY.sub(HIDDEN, text)
        if _holds_any(text, _TOKENS_BEGIN):
            text = _TOKEN.sub(HIDDEN, text)
        if _holds_any(text.lower(), _SECRET_WORDS):
            text = _ASSIGNED.sub(rf"\g<key>{HIDDEN}", text)
        if "@" in text:
            text = _USER_INFO.sub(f"://{HIDDEN}@", text)
            text = _ADDRESS.sub(_address, text)
        return text

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return a copy of plain data, as deep as it goes, that may be told."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth > _DEEPEST:
            return HIDDEN
        if isinstance(value, Mapping):
            return {
                self.value(key, depth + 1): HIDDEN
                if isinstance(key, str) and _KEY.search(key) and inner is not None
                else self.value(inner, depth + 1)
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(inner, depth + 1) for inner in value]
        return self.text(str(value))


def _holds_any(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - a generator for `any` takes three times as long
        if word in text:
            return True
    return False


def _address(match: re.Match[str]) -> str:
    # `stage1-7@this.host` is the name of a worker, and in half of Celery's lines.
    return match[0] if match["host"] == socket.gethostname() else HIDDEN

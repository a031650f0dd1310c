"""Whether a sender knows the secret.

Signatures are of the raw bytes, as they came: no text that was read and written again has the same.
All comparisons take the same time whatever they find.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import IO, Protocol, TypeAlias

from packit_worker.relay.body import whole
from parsers import load

# What a right signature speaks for: repositories as host/namespace/name, or the beginning of that;
# EVERYTHING; nothing, if it is wrong.
Scopes: TypeAlias = tuple[str, ...]
EVERYTHING = ""
_PIECE = 64 * 1024


class Headers(Protocol):
    """Headers of HTTP, by name without regard to case."""

    def get(self, key: str, default: str) -> str:
        """Return a header, or the default."""
        ...


Verify: TypeAlias = Callable[[IO[bytes], Headers], Scopes]


def github_signature(secret: str) -> Verify:
    """Return what checks `X-Hub-Signature-256`.

    https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    """

    def verify(body: IO[bytes], headers: Headers) -> Scopes:
        sent = headers.get("X-Hub-Signature-256", "")
        return (EVERYTHING,) if _is_same(sent, f"sha256={_signature(secret, body)}") else ()

    return verify


def pagure_signature(secrets: Mapping[str, str]) -> Verify:
    """Return what checks `X-Pagure-Signature-256`.

    https://docs.pagure.org/pagure/usage/using_webhooks.html

    Args:
        secrets: by what each speaks for: every project has a key of its own, which its admins know.
    """

    def verify(body: IO[bytes], headers: Headers) -> Scopes:
        sent = headers.get("X-Pagure-Signature-256", "")
        right = {scope: _is_same(sent, _signature(key, body)) for scope, key in secrets.items()}
        return tuple(scope for scope, is_right in right.items() if is_right)

    return verify


def testing_farm_token(secret: str) -> Verify:
    """Return what checks the `token` within the body: https://docs.testing-farm.io."""

    def verify(body: IO[bytes], _headers: Headers) -> Scopes:
        payload = load(whole(body))
        sent = payload.get("token") if isinstance(payload, dict) else None
        return (EVERYTHING,) if isinstance(sent, str) and _is_same(sent, secret) else ()

    return verify


def unchecked(_body: IO[bytes], _headers: Headers) -> Scopes:
    """Let everything in."""
    return (EVERYTHING,)


def speaks_for(scopes: Scopes, repository: str) -> bool:
    """Whether one of `scopes` holds `repository` (host/namespace/name), segment by segment."""
    return any(scope == EVERYTHING or f"{repository}/".startswith(f"{scope}/") for scope in scopes)


def _signature(secret: str, body: IO[bytes]) -> str:
    body.seek(0)
    signed = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    while piece := body.read(_PIECE):
        signed.update(piece)
    return signed.hexdigest()


def _is_same(sent: str, expected: str) -> bool:
    # As bytes: a header or a token may hold letters that are not ASCII, even lone surrogates.
    return hmac.compare_digest(sent.encode(errors="surrogatepass"), expected.encode())

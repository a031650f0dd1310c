"""The URL of a broker: checked before anything takes it apart and tells the pieces in an error."""

from urllib.parse import urlsplit

_ADVICE = "cannot be read (are the letters of its password percent-encoded?)"


class BrokerUrlError(Exception):
    """The URL of the broker cannot be used; the text holds no piece of it."""


def check_broker_url(url: str) -> None:
    """Refuse a URL that would be read otherwise than it was meant.

    A `/`, `#` or `?` in a password ends the part before the path: the rest would be taken for a
    port, a virtual host, a database number, and told in every error about that.

    Raises:
        BrokerUrlError: it cannot be read, or its password must be percent-encoded.
    """
    for each in url.split(";"):  # kombu takes several
        try:
            parts = urlsplit(each)
            is_whole = parts.port is None or parts.port > 0
        except ValueError:
            raise BrokerUrlError(_ADVICE) from None
        rest = f"{parts.path}{parts.query}{parts.fragment}"
        if not parts.scheme or not is_whole or ("@" in rest and "socket" not in parts.scheme):
            raise BrokerUrlError(_ADVICE)


def is_redis(url: str) -> bool:
    """Whether it is that of a Redis or Valkey."""
    return url.startswith(("redis", "rediss", "valkey"))

"""Downloads sources that a spec file names: addresses of others' making.

Only http and https, only to addresses of the internet unless the operator names the host, with a
limit on size and time. The address that was checked is the one that is connected to.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from packit_worker.errors import RefusedError, TransientError

_SECONDS = 30  # of silence
_WHOLE = 600  # seconds
_BLOCK = 256 * 1024
_MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {401, 403, 404, 410}
# What may stand in an address as it is, besides letters and digits; `%` begins what is quoted.
_UNQUOTED = "!#$%&'()*+,/:;=?@[]~"
# https://www.rfc-editor.org/rfc/rfc6052: an IPv4 address in an IPv6 one, whatever it is.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Downloader:
    """Downloads.

    Args:
        largest: bytes of one file.
        hosts: hosts that may lie anywhere, as people write them: `files.example`, `127.0.0.1`.
        seconds: how long one file may take, whatever comes in meanwhile.
    """

    def __init__(
        self, largest: int, hosts: frozenset[str] = frozenset(), seconds: float = _WHOLE
    ) -> None:
        self._largest = largest
        self._hosts = hosts
        self._seconds = seconds

    def download(self, url: str, into: Path) -> bool:
        """Download a file.

        Returns:
            Whether it is there; False: the other side says that there is none.

        Raises:
            TransientError: the other side is down.
            RefusedError: `bad-address`: no address we go to; `too-large`.
        """
        until = time.monotonic() + self._seconds
        for _ in range(_MOST_REDIRECTS):
            try:
                led = self._get(url, into, until)
            except (OSError, http.client.HTTPException) as error:
                is_late = isinstance(error, TimeoutError) or time.monotonic() > until
                reason = "timeout" if is_late else "connection"
                raise TransientError(reason, service=urlsplit(url).hostname or "") from error
            if isinstance(led, bool):
                return led
            url = urljoin(url, led)
        raise RefusedError("bad-address", f"{url}: too many redirections")

    def _get(self, url: str, into: Path, until: float) -> str | bool:
        """Return where the answer leads, or whether the file is there."""
        host, port, is_secure = _parts(url)
        with self._connect(host, port) as plain, _ended_at(plain, until):
            connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
            connection.sock = _secured(plain, host) if is_secure else plain
            with connection.sock:
                return self._ask(connection, url, into, until)

    def _ask(
        self, connection: http.client.HTTPConnection, url: str, into: Path, until: float
    ) -> str | bool:
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        headers = {"User-Agent": "packit-worker", "Accept-Encoding": "identity"}
        connection.request("GET", quote(path, safe=_UNQUOTED), headers=headers)
        with connection.getresponse() as answer:
            if answer.status in _REDIRECTS and answer.headers["Location"]:
                return str(answer.headers["Location"])
            if answer.status in _GONE:
                return False
            if answer.status != http.client.OK:
                raise TransientError(f"http-{answer.status}", service=parts.hostname or "")
            self._store(answer, into, until)
        return True

    def _connect(self, host: str, port: int) -> socket.socket:
        """Connect to the first address that may be connected to, and answers."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:  # a label that is empty or too long
            raise RefusedError("bad-address", f"{host[:200]} is no name of a host") from None
        allowed = [one for one in found if host in self._hosts or _is_public(str(one[4][0]))]
        if not allowed:
            raise RefusedError("bad-address", f"{host} does not lie in the internet")
        failure: OSError | None = None
        for family, kind, protocol, _, address in allowed:
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(_SECONDS)
            try:
                connected.connect(address)
            except OSError as error:
                connected.close()
                failure = error
            else:
                return connected
        raise failure or OSError(host)

    def _store(self, answer: http.client.HTTPResponse, into: Path, until: float) -> None:
        left = self._largest
        with into.open("xb") as file:
            while block := answer.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise RefusedError("too-large", f"more than {self._largest} bytes")
                file.write(block)
        is_late = time.monotonic() > until
        if answer.length or is_late:  # the connection ended before the file did
            into.unlink()
            raise TimeoutError if is_late else http.client.IncompleteRead(b"")


def _parts(url: str) -> tuple[str, int, bool]:
    """Return host, port, and whether it is https."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in {"http", "https"}:
        raise RefusedError("bad-address", f"{url[:200]}: not a http or https address")
    is_secure = parts.scheme == "https"
    return host, port or (443 if is_secure else 80), is_secure


def _is_public(address: str) -> bool:
    """Whether it lies in the internet, also behind an address that wraps another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner is not None:
            return _is_public(str(inner))
        if found.is_site_local or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


@contextmanager
def _ended_at(connected: socket.socket, until: float) -> Iterator[None]:
    """End a connection when its time is over: a byte now and then is no silence."""

    def end() -> None:
        with suppress(OSError):
            guard.shutdown(socket.SHUT_RDWR)

    # TLS takes the socket itself away.
    with connected.dup() as guard:
        timer = threading.Timer(max(0.0, until - time.monotonic()), end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

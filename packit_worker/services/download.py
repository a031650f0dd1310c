"""Downloads sources that a spec file names: addresses of others' making.

Only http and https, only to addresses of the internet unless the operator names the host, with a
limit on size and time. The address that was checked is the one that is connected to.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from packit_worker.errors import RefusedError, TransientError

_SECONDS = 30  # of silence
_WHOLE = 600  # seconds
_BLOCK = 256 * 1024
_MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {401, 403, 404, 410}


class Downloader:
    """Downloads.

    Args:
        largest: bytes of one file.
        hosts: hosts that may lie anywhere, as people write them: `files.example`, `127.0.0.1`.
    """

    def __init__(self, largest: int, hosts: frozenset[str] = frozenset()) -> None:
        self._largest = largest
        self._hosts = hosts

    def download(self, url: str, into: Path) -> bool:
        """Download a file.

        Returns:
            Whether it is there; False: the other side says that there is none.

        Raises:
            TransientError: the other side is down.
            RefusedError: `bad-address`: no address we go to; `too-large`.
        """
        until = time.monotonic() + _WHOLE
        for _ in range(_MOST_REDIRECTS):
            try:
                led = self._get(url, into, until)
            except (OSError, http.client.HTTPException) as error:
                reason = "timeout" if isinstance(error, TimeoutError) else "connection"
                raise TransientError(reason, service=urlsplit(url).hostname or "") from error
            if isinstance(led, bool):
                return led
            url = urljoin(url, led)
        raise RefusedError("bad-address", f"{url}: too many redirections")

    def _get(self, url: str, into: Path, until: float) -> str | bool:
        """Return where the answer leads, or whether the file is there."""
        connection = self._connection(url)
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            headers = {"User-Agent": "packit-worker", "Accept-Encoding": "identity"}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status in _REDIRECTS and answer.headers["Location"]:
                return str(answer.headers["Location"])
            if answer.status in _GONE:
                return False
            if answer.status != http.client.OK:
                raise TransientError(f"http-{answer.status}", service=parts.hostname or "")
            self._store(answer, into, until)
        finally:
            connection.close()
        return True

    def _connection(self, url: str) -> http.client.HTTPConnection:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if host is None or parts.scheme not in {"http", "https"}:
            raise RefusedError("bad-address", f"{url[:200]}: not a http or https address")
        port = port or (443 if parts.scheme == "https" else 80)
        connected = self._connect(host, port)
        if parts.scheme == "http":
            plain = http.client.HTTPConnection(host, port, timeout=_SECONDS)
            plain.sock = connected
            return plain
        secure = http.client.HTTPSConnection(host, port, timeout=_SECONDS)
        context = ssl.create_default_context()
        secure.sock = context.wrap_socket(connected, server_hostname=host)
        return secure

    def _connect(self, host: str, port: int) -> socket.socket:
        """Connect to the first address that may be connected to."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [one for one in found if self._may(host, str(one[4][0]))]
        if not allowed:
            raise RefusedError("bad-address", f"{host} does not lie in the internet")
        family, kind, protocol, _, address = allowed[0]
        connected = socket.socket(family, kind, protocol)
        connected.settimeout(_SECONDS)
        try:
            connected.connect(address)
        except OSError:
            connected.close()
            raise
        return connected

    def _may(self, host: str, address: str) -> bool:
        return host in self._hosts or ipaddress.ip_address(address.partition("%")[0]).is_global

    def _store(self, answer: http.client.HTTPResponse, into: Path, until: float) -> None:
        left = self._largest
        with into.open("xb") as file:
            while block := answer.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise RefusedError("too-large", f"more than {self._largest} bytes")
                if time.monotonic() > until:
                    raise TimeoutError
                file.write(block)
        if answer.length:  # the connection ended before the file did
            into.unlink()
            raise http.client.IncompleteRead(b"")

"""Serves a stand-in on loopback, in a thread of this process."""

import socket
import ssl
import threading
from types import TracebackType
from typing import Self

from werkzeug.serving import make_server

from packit_worker.sandbox.stand_in import StandIn

_JOIN_SECONDS = 10


def _listener(host: str, port: int) -> socket.socket:
    """Listen there; an error names the address."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None


class Server:
    """A running stand-in: `with Server(stand_in) as server: server.url`; with `tls`, by https."""

    def __init__(
        self,
        stand_in: StandIn,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.stand_in = stand_in
        # Our own socket: werkzeug ends the process where an address is in use.
        with _listener(host, port) as listener:
            number = listener.fileno()
            self._server = make_server(
                host, port, stand_in.app, threaded=True, fd=number, ssl_context=tls
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"{'https' if tls else 'http'}://{host}:{self._server.port}"

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and let go of requests that hang."""
        # Requests that hang would keep their threads, and so the process.
        self.stand_in.faults.clear()
        self._server.shutdown()
        self._thread.join(_JOIN_SECONDS)
        self._server.server_close()

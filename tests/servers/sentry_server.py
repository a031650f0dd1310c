"""A receiver of Sentry's protocol on loopback: it checks what comes, keeps it, refuses the rest.

https://develop.sentry.dev/sdk/foundations/envelopes/
https://develop.sentry.dev/sdk/foundations/transport/authentication/
"""

import gzip
import json
import re
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "6d0f1e2c3b4a59687766554433221100"
PROJECT = "42"
POLL_SECONDS = 0.05
_AUTHENTICATION = re.compile(r"(\w+)=([^,\s]+)")


class SentryServer:
    """What was received: `items` holds `(type, payload)` in order, `bodies` the texts as they came.

    `refused` names each request that no Sentry would take, and why.
    """

    def __init__(self):
        self.items = []
        self.bodies = []
        self.refused = []
        self.is_quick = threading.Event()  # cleared: nothing is answered
        self.is_quick.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        # A worker that is killed closes its connection as it likes.
        self._server.handle_error = lambda *_: None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.dsn = f"http://{KEY}@127.0.0.1:{self._server.server_port}/{PROJECT}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def errors(self):
        """Return the errors that were received."""
        return [payload for kind, payload in self.items if kind == "event"]

    def transactions(self, name=None):
        """Return the transactions, those of a name if one is given, in the order they began."""
        found = [payload for kind, payload in self.items if kind == "transaction"]
        found = [each for each in found if name in (None, each["transaction"])]
        return sorted(found, key=lambda each: each["start_timestamp"])

    def wait_for(self, is_so, seconds=20):
        """Return as soon as `is_so(self)` is true."""
        deadline = time.monotonic() + seconds
        while not is_so(self):
            if time.monotonic() > deadline:
                kinds = Counter((kind, each.get("transaction")) for kind, each in self.items)
                pytest.fail(f"it did not come; there are {kinds}, refused: {self.refused}")
            time.sleep(POLL_SECONDS)

    def forget(self):
        """Forget all that was received."""
        for each in (self.items, self.bodies, self.refused):
            each.clear()


def _handler_of(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            server.is_quick.wait(60)
            try:
                body = _body(self.path, self.headers, raw)
                items = list(_items(body))
            except (ValueError, KeyError, OSError) as error:
                server.refused.append(f"{self.path}: {error!r}")
                self._answer(400, {"detail": "invalid"})
                return
            server.bodies.append(body.decode())
            server.items.extend(items)
            self._answer(200, {"id": "0" * 32})

        def _answer(self, status, answer):
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    return Handler


def _body(path, headers, raw):
    if path != f"/api/{PROJECT}/envelope/":
        raise ValueError("unknown path")
    if headers["Content-Type"] != "application/x-sentry-envelope":
        raise ValueError("unknown content type")
    scheme, _, rest = headers["X-Sentry-Auth"].partition(" ")
    told = dict(_AUTHENTICATION.findall(rest))
    if (scheme, told["sentry_key"], told["sentry_version"]) != ("Sentry", KEY, "7"):
        raise ValueError("not authenticated")
    encoding = headers.get("Content-Encoding")
    if encoding not in (None, "gzip"):
        raise ValueError(f"unknown encoding {encoding}")
    return gzip.decompress(raw) if encoding else raw


def _items(body):
    """Yield type and payload of each item: a line of headers, then as many bytes as they say."""
    headers, _, rest = body.partition(b"\n")
    envelope = json.loads(headers)
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        length = header["length"]
        payload, rest = json.loads(rest[:length]), rest[length:].removeprefix(b"\n")
        if (
            header["type"] in ("event", "transaction")
            and payload["event_id"] != envelope["event_id"]
        ):
            raise ValueError("an event of another envelope")
        yield header["type"], payload


@pytest.fixture(scope="module")
def sentry_server():
    with SentryServer() as server:
        yield server

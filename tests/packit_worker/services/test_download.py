"""Sources: from the internet alone unless the operator names a host, within size and time."""

import socket
import threading
import time

import pytest
from flexmock import flexmock

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.download import Downloader

HOST = "127.0.0.3"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Upstream:
    """A server that says what it is told, by path; a function gets the connection."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection:
            head = connection.recv(65536).decode()
            path = head.split(" ")[1]
            self.asked.append(path)
            answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\n\r\n")
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)

    def leads(self, path, to):
        self.answers[path] = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n".encode()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def upstream():
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def get(tmp_path):
    def get(url, *, hosts=frozenset({HOST}), largest=1000, seconds=20):
        into = tmp_path / f"source-{len(list(tmp_path.iterdir()))}"
        is_there = Downloader(largest, hosts, seconds).download(url, into)
        return into.read_bytes() if is_there else None

    return get


def refusal(get, url, **more):
    with pytest.raises(RefusedError) as caught:
        get(url, **more)
    return caught.value.code


def test_a_file(get, upstream):
    upstream.answers["/hello-1.0.tar.gz?raw=1"] = WHOLE
    assert get(f"{upstream.url}/hello-1.0.tar.gz?raw=1") == b"hello"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_nothing_there(get, upstream, status):
    upstream.answers["/x"] = f"HTTP/1.1 {status} No\r\n\r\n".encode()
    assert get(f"{upstream.url}/x") is None


def test_a_server_in_trouble(get, upstream):
    upstream.answers["/x"] = b"HTTP/1.1 503 Busy\r\n\r\n"
    with pytest.raises(TransientError) as caught:
        get(f"{upstream.url}/x")
    assert (caught.value.reason, caught.value.service) == ("http-503", HOST)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",  # a name that resolves to this machine
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - nobody listens
        "224.0.0.1",
        "2130706433",  # 127.0.0.1 as one number
        "0x7f.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.1.2.3]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_no_address_of_ours(get, host):
    assert refusal(get, f"http://{host}:1/x") == "bad-address"
    assert refusal(get, f"https://{host}/x") == "bad-address"


def test_a_name_that_resolves_to_a_private_address(get):
    """Each address counts, and that which was looked at is the one that is connected to."""
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.7.7", 80))
    resolving = flexmock(socket).should_receive("getaddrinfo")
    resolving.with_args("files.example", 80, type=socket.SOCK_STREAM).and_return([address]).once()
    assert refusal(get, "http://files.example/x") == "bad-address"


def test_a_host_that_the_operator_names_may_lie_anywhere(get, upstream):
    upstream.answers["/x"] = WHOLE
    addresses = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
        for address in (("127.0.0.9", 1), (HOST, upstream.port))  # the first is dead
    ]
    flexmock(socket).should_receive("getaddrinfo").and_return(addresses).once()
    assert get("http://files.example/x", hosts=frozenset({"files.example"})) == b"hello"


def test_a_redirection(get, upstream):
    upstream.leads("/latest", "/hello%20world?a=b")
    upstream.answers["/hello%20world?a=b"] = WHOLE
    assert get(f"{upstream.url}/latest") == b"hello"


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:1/", "http://localhost/", "file:///etc/passwd", "ftp://x.example/y"]
)
def test_a_redirection_to_where_we_do_not_go(get, upstream, to):
    upstream.leads("/latest", to)
    assert refusal(get, f"{upstream.url}/latest") == "bad-address"


def test_redirections_without_end(get, upstream):
    upstream.leads("/a", "/a")
    assert refusal(get, f"{upstream.url}/a") == "bad-address"
    assert len(upstream.asked) == 5


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://files.example/x",
        "//files.example/x",
        "http:///x",
        "http://files.example:http/x",
        "http://files.example:99999/x",
        "http://[::1/x",
        f"http://{'a' * 70}.example/x",
        "http://a..example/x",
    ],
)
def test_no_address_at_all(get, url):
    assert refusal(get, url) == "bad-address"


def test_what_an_address_may_not_hold_is_quoted(get, upstream):
    """A space or a newline must not become a second request."""
    upstream.answers["/caf%C3%A9%20x"] = WHOLE
    assert get(f"{upstream.url}/café x") == b"hello"
    get(f"{upstream.url}/x HTTP/1.1\r\nHost: y")
    assert len(upstream.asked) == 2


@pytest.mark.parametrize("head", [b"Content-Length: 2000\r\n\r\n", b"\r\n"])
def test_a_file_that_is_too_large(get, upstream, head):
    upstream.answers["/x"] = b"HTTP/1.1 200 OK\r\n" + head + b"x" * 2000
    assert refusal(get, f"{upstream.url}/x", largest=1999) == "too-large"
    assert len(get(f"{upstream.url}/x", largest=2000)) == 2000


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf of",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf of",
        b"",
        b"no HTTP\r\n\r\n",
    ],
)
def test_half_of_an_answer(get, upstream, tmp_path, answer):
    upstream.answers["/x"] = answer
    with pytest.raises(TransientError) as caught:
        get(f"{upstream.url}/x")
    assert caught.value.reason == "connection"
    assert not (tmp_path / "source-0").exists() or b"chunked" in answer


@pytest.mark.parametrize("where", ["head", "body", "body without length"])
def test_a_byte_now_and_then_does_not_last_for_ever(get, upstream, where):
    starts = {
        "head": b"HTTP/1.1 200 OK\r\nX: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
        "body without length": b"HTTP/1.1 200 OK\r\n\r\n",
    }

    def drip(connection):
        connection.sendall(starts[where])
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            return

    upstream.answers["/x"] = drip
    began = time.monotonic()
    with pytest.raises(TransientError) as caught:
        get(f"{upstream.url}/x", seconds=0.3)
    assert (caught.value.reason, caught.value.service) == ("timeout", HOST)
    assert time.monotonic() - began < 5


def test_nobody_there(get):
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TransientError) as caught:
        get(f"http://{HOST}:{port}/x")
    assert caught.value.reason == "connection"

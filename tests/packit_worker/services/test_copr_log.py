"""The end of a log, packed or not, long or broken, from a real server."""

import gzip
from threading import Thread

import flask
import pytest
from werkzeug.serving import make_server

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.copr_log import TAIL_BYTES, read_log_end

LINES = "".join(f"line {number}\n" for number in range(20_000)).encode()
BOMB = gzip.compress(b"\0" * 100_000_000)
ANSWERS = {
    "packed": lambda: flask.Response(gzip.compress(LINES)),
    "plain": lambda: flask.Response(LINES),
    "encoded": lambda: flask.Response(gzip.compress(LINES), headers={"Content-Encoding": "gzip"}),
    "short": lambda: flask.Response(gzip.compress(b"only this\n")),
    "empty": lambda: flask.Response(b""),
    "broken": lambda: flask.Response(gzip.compress(LINES)[:10] + b"\xff" * 100),
    "bomb": lambda: flask.Response(BOMB),
    "latin": lambda: flask.Response("café\n".encode("latin-1")),
}


@pytest.fixture(scope="module")
def storage():
    app = flask.Flask("storage")
    app.add_url_rule("/<name>", "log", lambda name: ANSWERS.get(name, lambda: flask.abort(404))())
    app.add_url_rule("/down", "down", lambda: flask.abort(503))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def read(storage, name):
    with bounded_session(2) as session:
        return read_log_end(session, f"{storage}/{name}")


@pytest.mark.parametrize("name", ["packed", "plain", "encoded"])
def test_the_end_is_read(storage, name):
    found = read(storage, name)
    assert len(found) == TAIL_BYTES
    assert found.endswith("line 19998\nline 19999\n")


@pytest.mark.parametrize(
    ("name", "text"), [("short", "only this\n"), ("empty", ""), ("latin", "caf\ufffd\n")]
)
def test_short_ones(storage, name, text):
    assert read(storage, name) == text


def test_what_unpacks_to_gigabytes_is_cut(storage):
    assert read(storage, "bomb") == "\0" * TAIL_BYTES


def test_a_broken_one(storage):
    with pytest.raises(TransientError, match="unexpected-answer"):
        read(storage, "broken")


def test_none_is_there(storage):
    with pytest.raises(RefusedError, match="not-found"):
        read(storage, "nothing")


def test_the_storage_is_down(storage):
    with pytest.raises(TransientError, match="http-503"):
        read(storage, "down")

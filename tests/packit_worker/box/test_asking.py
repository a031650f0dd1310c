"""A step asks for files from outside, and the worker answers, or ends it."""

import io
import json
import threading
import time
from contextlib import closing

import pytest

from packit_worker.box.asking import Answerer, Asker
from packit_worker.box.errors import BoxError


@pytest.fixture
def given(tmp_path):
    return tmp_path


def line(url):
    return json.dumps({"want": url}).encode()


class Pipe(io.RawIOBase):
    """A pipe whose lines the worker reads at once."""

    def __init__(self, answerer):
        self._answerer = answerer

    def writable(self):
        return True

    def write(self, text):
        self._answerer.take(bytes(text).rstrip(b"\n"))
        return len(text)


def test_each_question_gets_its_file(given):
    def fetch(url, into):
        if "absent" in url:
            return False
        into.write_bytes(f"what {url} holds".encode())
        return True

    with closing(Answerer(given, fetch)) as answerer:
        asker = Asker(Pipe(answerer), given)
        assert asker.ask("https://a.example/1").read_bytes() == b"what https://a.example/1 holds"
        assert asker.ask("https://a.example/absent") is None
        assert asker.ask("https://a.example/3").name == "source-2"
        answerer.check()


def test_without_anybody_who_fetches_there_is_nothing(given):
    with closing(Answerer(given, None)) as answerer:
        assert Asker(Pipe(answerer), given).ask("https://a.example/1") is None


def test_the_worker_goes_on_while_a_file_comes(given):
    go = threading.Event()

    def fetch(_url, into):
        into.write_bytes(b"late")
        return go.wait(10)

    with closing(Answerer(given, fetch)) as answerer:
        began = time.monotonic()
        answerer.take(line("https://a.example/1"))
        answerer.check()
        assert time.monotonic() - began < 5
        assert not (given / "answered-0").exists()
        go.set()
        deadline = time.monotonic() + 10
        while not (given / "answered-0").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert json.loads((given / "answered-0").read_text()) == {"name": "source-0"}


def test_what_fetching_raises_ends_the_run(given):
    def fetch(_url, _into):
        raise LookupError("the other side is down")

    answerer = Answerer(given, fetch)
    answerer.take(line("https://a.example/1"))
    answerer.close()
    with pytest.raises(LookupError, match="the other side is down"):
        answerer.check()
    assert not (given / "answered-0").exists()


@pytest.mark.parametrize(
    "question",
    [
        b'{"want"',
        b'{"want": 5}',
        b'{"want": null}',
        b'{"want"' + b"[" * 100_000,
        b"[]",
        line("https://a.example/" + "x" * 5000),
    ],
)
def test_a_question_in_another_form(given, question):
    with closing(Answerer(given, None)) as answerer, pytest.raises(BoxError) as caught:
        answerer.take(question)
    assert caught.value.code == "box-bad-answer"


def test_no_more_questions_than_a_package_has_sources(given):
    with closing(Answerer(given, None)) as answerer:
        for _ in range(64):
            answerer.take(line("https://a.example/x"))
        with pytest.raises(BoxError):
            answerer.take(line("https://a.example/x"))

"""The stand-in of Testing Farm refuses what the real one refuses, and tells what it tells."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue

import pytest
import requests

from packit_worker.sandbox.testing_farm_backend import Outcome, old_result, post
from parsers import parse

TMT = {"url": "https://github.com/octo/hello"}
MACHINE = {"arch": "x86_64", "os": {"compose": "Fedora-44"}}
HOOK = {"webhook": {"url": "http://127.0.0.1:9/hook", "token": "hook-hush"}}


def body(**more):
    return {"test": {"tmt": TMT}, "environments": [MACHINE], "notification": HOOK} | more


@pytest.fixture
def call(farm_stand_in):
    def call(method, path, key="key-hush", **more):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{farm_stand_in.url}{path}"
        answer = requests.request(method, url, headers=headers, timeout=5, **more)
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.fixture
def submit(call, farm_stand_in):
    """Submit a body, and return what the stand-in keeps of it."""

    def submit(**more):
        status, answer = call("POST", "/requests", json=body(**more))
        assert status == 200, answer
        return farm_stand_in.world.tests[answer["id"]]

    return submit


@pytest.mark.parametrize(
    ("more", "place", "text"),
    [
        ({"test": None}, ["test"], "Missing data for required field."),
        ({"test": {}}, ["test"], "Exactly one of fmf, tmt, sti has to be there."),
        ({"test": {"tmt": TMT, "fmf": TMT}}, ["test"], "Exactly one of fmf, tmt, sti has to"),
        ({"test": {"tmt": {}}}, ["test", "tmt", "url"], "Missing data for required field."),
        ({"test": {"tmt": {"url": "hello"}}}, ["test", "tmt", "url"], "Not a valid URL."),
        ({"test": {"tmt": TMT | {"ref": 7}}}, ["test", "tmt", "ref"], "Not a valid string."),
        ({"test": {"tmt": TMT | {"plan": "x"}}}, ["test", "tmt", "plan"], "Unknown field."),
        ({"environments": {}}, ["environments"], "Not a valid list."),
        ({"environments": [{}]}, ["environments", "0", "arch"], "Missing data for required"),
        (
            {"environments": [{"arch": "s390x"}]},
            ["environments", "0", "arch"],
            "Must be one of: aarch64, x86_64.",
        ),
        (
            {"environments": [MACHINE | {"os": {"compose": ""}}]},
            ["environments", "0", "os", "compose"],
            "Not a valid string.",
        ),
        (
            {"environments": [MACHINE | {"variables": {"A": 1}}]},
            ["environments", "0", "variables", "A"],
            "Not a valid string.",
        ),
        (
            {"environments": [MACHINE | {"artifacts": [{"id": "7", "type": "x"}]}]},
            ["environments", "0", "artifacts", "0", "type"],
            "Must be one of: fedora-copr-build,",
        ),
        (
            {"environments": [MACHINE | {"artifacts": [{"id": "7", "type": "fedora-copr-build"}]}]},
            ["environments", "0", "artifacts", "0", "id"],
            "Must be BUILD-ID:CHROOT.",
        ),
        ({"notification": {"webhook": {}}}, ["notification", "webhook", "url"], "Missing data"),
        ({"api_key": "key-hush"}, ["api_key"], "Unknown field."),
        ({"settings": {"pipeline": {"timeout": 0}}}, ["settings", "pipeline", "timeout"], "Not a"),
    ],
)
def test_what_a_request_must_be(call, farm_stand_in, more, place, text):
    status, answer = call("POST", "/requests", json=body(**more))
    assert (status, answer["code"]) == (400, 400)
    wrong = answer["errors"]
    for part in place:
        wrong = wrong[part]
    assert wrong[0].startswith(text)
    assert farm_stand_in.world.tests == {}


def test_no_json_is_no_request(call):
    status, answer = call("POST", "/requests", data="no JSON")
    assert (status, answer["errors"]) == (400, {"_schema": ["Not a valid object."]})


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("POST", "/requests", None), 401),
        (("POST", "/requests", "wrong"), 401),
        (("DELETE", "/requests/00000000-0000-0000-0000-000000000000", None), 401),
        (("GET", "/requests/00000000-0000-0000-0000-000000000000"), 404),
        (("GET", "/requests/seven"), 404),
        (("GET", "/composes/moon"), 404),
        (("PUT", "/requests"), 405),
    ],
)
def test_how_it_says_no(call, arguments, status):
    answered, answer = call(*arguments)
    assert answered == status
    assert answer["code"] == status


def test_reads_of_the_public_ranch_need_no_key(call, submit, farm_stand_in):
    test = submit()
    assert call("GET", f"/requests/{test.id}", None)[0] == 200
    test.ranch = "redhat"
    assert call("GET", f"/requests/{test.id}", None)[0] == 401
    assert call("GET", f"/requests/{test.id}", "inner-hush")[0] == 200


def test_only_its_owner_cancels(call, submit, farm_stand_in):
    test = submit()
    assert call("DELETE", f"/requests/{test.id}", "other-hush")[0] == 403
    assert call("DELETE", f"/requests/{test.id}")[1]["state"] == "canceled"
    assert call("DELETE", f"/requests/{test.id}") == (204, None)
    assert [write.kind for write in farm_stand_in.world.writes] == ["request", "cancel"]


def test_writes_are_shown_without_the_token(submit, farm_stand_in):
    submit()
    shown = requests.get(f"{farm_stand_in.url[:-5]}/_sandbox/writes", timeout=5)
    assert shown.json()[0]["data"]["environments"] == [MACHINE]
    assert "hook-hush" not in shown.text


@pytest.mark.parametrize(
    ("outcome", "seen", "told"),
    [
        (Outcome(), ("complete", "passed"), 3),
        (Outcome(overall="failed", told="end"), ("complete", "failed"), 1),
        (Outcome(overall="skipped", told="twice"), ("complete", "skipped"), 2),
        (Outcome(state="error", summary="No machine."), ("error", "unknown"), 3),
        (Outcome(state="canceled"), ("canceled", None), 3),
        (Outcome(state="running"), ("running", None), 2),
        (Outcome(state="queued", told="end"), ("queued", None), 1),
        (Outcome(state="baking", told="none"), ("baking", None), 0),
    ],
)
def test_each_ending(call, submit, farm_stand_in, outcome, seen, told):
    heard = []
    farm_stand_in.backend.on_notification = heard.append
    test = submit()
    assert farm_stand_in.run(test.id, outcome) == heard
    _, answer = call("GET", f"/requests/{test.id}")
    overall = answer["result"]["overall"] if answer["result"] else None
    assert (answer["state"], overall) == seen
    body = {"request_id": test.id, "token": "hook-hush"}
    assert [one.body for one in heard] == [body] * told
    assert {one.url for one in heard} <= {"http://127.0.0.1:9/hook"}


def test_what_has_ended_does_not_run_again(submit, farm_stand_in):
    test = submit()
    farm_stand_in.run(test.id)
    assert farm_stand_in.run(test.id, Outcome(overall="failed")) == []
    assert test.overall == "passed"


def test_requests_may_run_by_themselves(call, submit, farm_stand_in):
    farm_stand_in.automatic = lambda test: Outcome(
        overall="passed" if "Fedora" in test.target else "failed"
    )
    done = threading.Event()
    farm_stand_in.backend.on_notification = lambda _one: done.set()
    test = submit()
    assert done.wait(5)
    assert test.target == "Fedora-44 x86_64"


def test_a_notification_may_come_before_the_answer(call, farm_stand_in):
    farm_stand_in.automatic, farm_stand_in.early = lambda _test: Outcome(), True
    heard = []
    farm_stand_in.backend.on_notification = heard.append
    _, answer = call("POST", "/requests", json=body())
    assert answer["state"] == "new"
    assert len(heard) == 3


def test_another_process_gives_the_order(submit, farm_stand_in):
    test = submit()
    url = f"{farm_stand_in.url[:-5]}/_sandbox/tests/{test.id}/run"
    assert requests.post(url, json={"told": "loud"}, timeout=5).status_code == 400
    assert requests.post(url, json={"colour": "red"}, timeout=5).status_code == 400
    ordered = requests.post(url, json={"overall": "failed", "told": "end"}, timeout=5)
    assert ordered.json() == {"notifications": 1}
    assert test.overall == "failed"


@contextmanager
def listener():
    """A receiver of HTTP: its address, and what came."""
    heard = SimpleQueue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            heard.put((self.path, self.headers["Content-Type"], self.rfile.read(length)))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", heard
        finally:
            server.shutdown()
            thread.join(5)


def test_a_notification_is_posted(submit, farm_stand_in):
    farm_stand_in.backend.on_notification = post
    with listener() as (url, heard):
        hook = {"webhook": {"url": f"{url}/hook", "token": "hook-hush"}}
        test = submit(notification=hook)
        farm_stand_in.run(test.id, Outcome(told="end"))
        path, kind, text = heard.get(timeout=5)
    assert (path, kind) == ("/hook", "application/json")
    assert text.decode() == f'{{"request_id": "{test.id}", "token": "hook-hush"}}'


def test_what_is_told_is_what_our_parser_reads(submit, farm_stand_in):
    test = submit()
    [told] = farm_stand_in.run(test.id, Outcome(overall="failed", told="end"))
    parsed = parse(told.body)
    assert parsed.event == "TestingFarmResultEvent"
    assert (parsed.kwargs["pipeline_id"], parsed.kwargs["result"]) == (test.id, None)
    old = parse(old_result(test, "hook-hush"))
    assert (old.kwargs["pipeline_id"], old.kwargs["result"]) == (test.id, "failed")
    assert "hush" not in str(parsed.kwargs) + str(old.kwargs)

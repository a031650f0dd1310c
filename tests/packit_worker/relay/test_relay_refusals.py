"""Each wrong thing gets its code, and leaves the queues empty."""

import hashlib
import hmac
import json
import socket
import threading
import time

import pytest
import requests
from saved_messages import MESSAGES
from servers.relay_process import (
    GITHUB_SECRET,
    PAGURE_SECRET,
    TEAPOT_SECRET,
    RelayProcess,
    github_headers,
)

BODY = (MESSAGES / "github/push_github_gh/branch.json").read_bytes()
OTHER = (MESSAGES / "github/push_github_gh/new_branch.json").read_bytes()
EMOJI = '{"zen": "🦔 žluťoučký kůň"}'.encode()
LATIN = '{"zen": "žluť"}'.encode("iso-8859-2")
MAX_BYTES = 26_214_400

# What is refused never comes near the broker.
pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True, scope="module")


@pytest.fixture(autouse=True)
def _nothing_is_queued(waiting):
    yield
    assert waiting() == {}


def refused(answer, code):
    """Assert that an answer refuses, in words."""
    assert answer.status_code == code
    told = answer.json()
    assert told["outcome"] == "refused"
    return told["detail"]


def signed(body, **changes):
    """The right headers of a body, with changes; None leaves one out."""
    headers = github_headers(body, delivery="the-delivery") | changes
    return {name: value for name, value in headers.items() if value is not None}


def hexdigest(body, secret=GITHUB_SECRET, kind=hashlib.sha256):
    return hmac.new(secret.encode(), body, kind).hexdigest()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        f"sha256={hexdigest(OTHER)}",
        f"sha256={hexdigest(BODY, 'another secret')}",
        f"sha256={hexdigest(BODY, PAGURE_SECRET)}",
        f"sha256={hexdigest(BODY)}0",
        f"sha256={hexdigest(BODY)[:-1]}",
        hexdigest(BODY),
        f"sha1={hexdigest(BODY, kind=hashlib.sha1)}",
        f"sha512={hexdigest(BODY)}",
        f"sha256={hexdigest(BODY)}, sha256={hexdigest(BODY)}",
        "sha256=žluť".encode(),
        "sha256=\N{HEDGEHOG}".encode(),
    ],
)
def test_a_wrong_signature(relay, signature):
    headers = signed(BODY, **{"X-Hub-Signature-256": signature})
    detail = refused(relay.post("/webhooks/github", BODY, headers), 401)
    assert "no right signature" in detail


def test_only_sha_1_is_not_enough(relay):
    sha_1 = {"X-Hub-Signature": f"sha1={hexdigest(BODY, kind=hashlib.sha1)}"}
    headers = signed(BODY, **{"X-Hub-Signature-256": None}) | sha_1
    refused(relay.post("/webhooks/github", BODY, headers), 401)


def test_the_log_tells_whose_hook_has_the_wrong_secret(relay):
    headers = signed(BODY, **{"X-Hub-Signature-256": None, "X-GitHub-Delivery": "lost-one"})
    refused(relay.post("/webhooks/github", BODY, headers), 401)
    relay.wait_for("it claims 'github.com/meadow-tools/hedgehog', delivery 'lost-one'")


@pytest.mark.parametrize(
    "body",
    [
        b'{"repository": {"full_name": "x\\nINFO: all is well\\u001b[2J"}}',
        b'{"repository": {"full_name": 5}}',
        b'{"repository": []}',
        b"[" * 100_000,
        b"",
        LATIN,
    ],
)
def test_what_claims_anything_is_refused_all_the_same(relay, body):
    refused(relay.post("/webhooks/github", body, signed(OTHER)), 401)
    assert "\nINFO" not in relay.text()
    assert "\x1b" not in relay.text()


@pytest.mark.parametrize("body", [EMOJI, BODY.replace(b"hedgehog", "ježek🦔".encode())])
def test_a_body_that_is_not_ascii_needs_its_signature_too(relay, body):
    refused(relay.post("/webhooks/github", body, signed(BODY)), 401)
    refused(relay.post("/webhooks/github", body + b" ", signed(body)), 401)
    # Read and written again, it is another text.
    escaped = json.dumps(json.loads(body)).encode()
    refused(relay.post("/webhooks/github", body, signed(escaped)), 401)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"payload=%7B%7D", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (LATIN, "not JSON"),
        (b"[]", "expected a JSON object"),
        (b'"text"', "expected a JSON object"),
        (b'{"token": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
    ],
)
def test_what_is_no_json_object(relay, body, why):
    assert why in refused(relay.post("/webhooks/github", body, signed(body)), 400)


def test_a_form_is_told_what_to_change(relay):
    form = "application/x-www-form-urlencoded"
    body = b"payload=%7B%22zen%22%3A%22x%22%7D"
    answer = relay.post("/webhooks/github", body, signed(body, **{"Content-Type": form}))
    assert "set the content type of the webhook to application/json" in refused(answer, 400)


class TestPagure:
    """Each project has a key of its own, and speaks for itself only."""

    BODY = (MESSAGES / "pagure/push_pagure/branch.json").read_bytes()

    def test_no_signature(self, relay):
        headers = {"X-Pagure-Topic": "git.receive"}
        refused(relay.post("/webhooks/pagure", self.BODY, headers), 401)

    def test_a_signature_of_github_is_none(self, relay):
        refused(relay.post("/webhooks/pagure", self.BODY, signed(self.BODY)), 401)
        refused(relay.post_pagure(self.BODY, GITHUB_SECRET), 401)

    def test_the_key_of_another_project(self, relay):
        refused(relay.post_pagure(self.BODY, TEAPOT_SECRET), 401)

    def test_a_header_does_not_change_what_was_signed(self, relay):
        body = (MESSAGES / "pagure/push_pagure/tag_push.json").read_bytes()
        answer = relay.post_pagure(body, topic="pull-request.new")
        assert (answer.status_code, answer.json()["code"]) == (202, "tag-push")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"request_id": "5"}, 401),
        ({"request_id": "5", "token": "other"}, 401),
        ({"request_id": "5", "token": ""}, 401),
        ({"request_id": "5", "token": None}, 401),
        ({"request_id": "5", "token": ["made-up-token"]}, 401),
        ({"request_id": "5", "token": "\udc80🦔"}, 401),
        (["made-up-token"], 401),
        ("made-up-token", 401),
    ],
)
def test_a_wrong_token_of_testing_farm(relay, body, code):
    refused(relay.post("/webhooks/testing-farm", json.dumps(body).encode()), code)


def test_testing_farm_posts_json_too(relay):
    refused(relay.post("/webhooks/testing-farm", b"token=made-up-token"), 400)


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 2 * MAX_BYTES])
def test_too_large(relay, size):
    body = b"{" + b" " * (size - 2) + b"}"
    headers = signed(body)
    refused(relay.post("/webhooks/github", body, headers), 413)
    pieces = (body[at : at + 2**20] for at in range(0, size, 2**20))
    refused(relay.post("/webhooks/github", pieces, headers), 413)


def test_too_large_for_who_must_be_read_before_it_is_known_who_it_is(relay):
    body = json.dumps({"token": "made-up-token", "request_id": " " * 2**20}).encode()
    refused(relay.post("/webhooks/testing-farm", body), 413)


@pytest.mark.parametrize("path", ["/webhooks/github", "/healthz", "/", "/webhooks/gitlab"])
def test_other_ways_to_ask(relay, path):
    code = 404 if path in ("/", "/webhooks/gitlab") else 405
    method = "POST" if path == "/healthz" else "GET"
    answer = requests.request(method, f"{relay.url}{path}", timeout=5)
    refused(answer, code)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_only_posts_are_taken(relay, method):
    answer = requests.request(
        method, f"{relay.url}/webhooks/github", data=BODY, headers=signed(BODY), timeout=5
    )
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path", ["/webhooks/github/", "/webhooks//github", "/Webhooks/GitHub"])
def test_what_resembles_a_door_is_none_and_redirects_nowhere(relay, path):
    refused(relay.post(path, BODY, signed(BODY)), 404)


def conversation(relay, *parts, pause=0.0):
    """Send bytes, wait between them, and return all that comes back until it is closed."""
    with socket.create_connection(("127.0.0.1", relay.port), timeout=20) as connection:
        for part in parts:
            try:
                connection.sendall(part)
            except OSError:  # it was closed
                break
            time.sleep(pause)
        answer = b""
        try:
            while data := connection.recv(65536):
                answer += data
        except ConnectionResetError:
            pass
        return answer


HEAD = b"POST /webhooks/github HTTP/1.1\r\nHost: relay\r\n"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (HEAD + b"Content-Length: 100\r\n\r\n{", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{    \r\n", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", b"400"),
        (HEAD + b"X-Half", b""),
        (b"", b""),
    ],
)
def test_who_never_ends_is_let_go(relay, request_, code):
    started = time.monotonic()
    answer = conversation(relay, request_)
    assert answer.partition(b"\r\n")[0][9:12] == code
    assert time.monotonic() - started < 12


def test_who_drips_is_let_go(relay):
    drops = [HEAD, b"Content-Length: 100\r\n\r\n", *(b"{" for _ in range(40))]
    started = time.monotonic()
    answer = conversation(relay, *drops, pause=0.1)
    assert answer[9:12] == b"408"
    assert time.monotonic() - started < 8


def raw_request(*headers, version=b"1.1"):
    """A request of the saved body, as bytes; its own headers are all that it has."""
    head = HEAD.replace(b"1.1", version) + b"Content-Length: %d\r\n" % len(BODY)
    return head + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + BODY


RIGHT = b"X-Hub-Signature-256: sha256=" + hexdigest(BODY).encode()
WRONG = b"X-Hub-Signature-256: sha256=" + b"0" * 64
CLOSE = b"Connection: close"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([RIGHT, WRONG], b"401"),
        ([WRONG, RIGHT], b"401"),
        ([RIGHT, RIGHT], b"401"),
        ([RIGHT.upper()], b"401"),
        ([RIGHT.replace(b"-", b"_")], b"401"),
        ([RIGHT.replace(b":", b" :")], b"400"),
        ([RIGHT.replace(b": ", b":\r\n ")], b"400"),
        ([RIGHT, b"Content-Length: 5"], b"400"),
        ([RIGHT, b"Transfer-Encoding: chunked"], b"400"),
        ([RIGHT, *(b"X-%d: y" % number for number in range(200))], b"431"),
    ],
)
def test_odd_headers(relay, headers, code):
    assert conversation(relay, raw_request(*headers, CLOSE))[9:12] == code


def test_each_of_two_requests_at_once_is_checked(relay):
    ping = b"X-GitHub-Event: ping"
    both = raw_request(RIGHT, ping) + raw_request(WRONG, ping, CLOSE)
    answers = conversation(relay, both).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200", b"401"]
    answer = conversation(relay, raw_request(RIGHT, ping, version=b"1.0"))
    assert answer.startswith(b"HTTP/1.0 200")


def test_slow_senders_take_nobody_elses_place(tmp_path, broker):
    relay = RelayProcess(tmp_path, broker, ["--threads", "4", "--receive-seconds", "1"])
    try:
        relay.start()
        slow = [threading.Thread(target=conversation, args=(relay, HEAD)) for _ in range(12)]
        for thread in slow:
            thread.start()
        answer = relay.post("/webhooks/github", BODY, signed(OTHER), timeout=15)
        assert answer.status_code == 401
        for thread in slow:
            thread.join()
    finally:
        relay.stop()


def test_what_is_not_interesting_is_told_and_not_queued(relay):
    body = (MESSAGES / "github/push_github_gh/tag.json").read_bytes()
    answer = relay.post_github(body, "push")
    assert answer.status_code == 202
    assert answer.json() == {"outcome": "ignored", "code": "tag-push", "detail": "refs/tags/1.4.0"}


def test_a_ping_needs_its_signature(relay):
    body = (MESSAGES / "github/unhandled/ping.json").read_bytes()
    answer = relay.post_github(body, "ping")
    assert (answer.status_code, answer.json()) == (200, {"outcome": "pong"})
    headers = signed(body, **{"X-GitHub-Event": "ping", "X-Hub-Signature-256": None})
    refused(relay.post("/webhooks/github", body, headers), 401)


def test_no_secret_came_into_the_log(relay):
    log = relay.text()
    assert not [each for each in (GITHUB_SECRET, PAGURE_SECRET, TEAPOT_SECRET) if each in log]
    assert "made-up-token" not in log
    assert "Traceback" not in log

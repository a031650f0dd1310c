"""What the relay tells of each delivery, and by which id it is known when it comes again."""

import json

import pytest
from saved_messages import MESSAGES
from servers.relay_process import SETTINGS, RelayProcess, github_headers

PUSH = (MESSAGES / "github/push_github_gh/branch.json").read_bytes()
TAG = (MESSAGES / "github/push_github_gh/tag.json").read_bytes()
PAGURE = (MESSAGES / "pagure/pull_request_pagure/opened.json").read_bytes()
TO_FORK = (MESSAGES / "pagure/push_pagure/fork_push.json").read_bytes()
RESULT = b'{"request_id": "0b1c5a4e-6f2d-4d11-8a36-2b0e5f7c9d13", "token": "made-up-token"}'

pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def relay(broker, tmp_path_factory):
    settings = SETTINGS | {"log_format": "json"}
    relay = RelayProcess(tmp_path_factory.mktemp("lines"), broker, settings=settings)
    try:
        yield relay.start()
    finally:
        relay.stop()


def line_of(relay, text):
    """The last line with that text, as the program that reads it sees it."""
    relay.wait_for(text)
    lines = [json.loads(line) for line in relay.text().splitlines() if line.startswith("{")]
    return next(line for line in reversed(lines) if text in line["message"])


def test_an_accepted_delivery(relay):
    told = relay.post_github(PUSH, "push", "delivery-1").json()
    line = line_of(relay, "[delivery-1]")
    assert line["event_id"] == told["event_id"]
    assert line["correlation_id"]
    known = {"source": "github", "status": 202, "outcome": "accepted"}
    known |= {"event": "PushGithubGHEvent", "delivery_id": "delivery-1"}
    assert line.items() >= known.items()


def test_an_ignored_delivery(relay):
    relay.post_github(TAG, "push", "delivery-2")
    line = line_of(relay, "[delivery-2]")
    known = {"status": 202, "outcome": "ignored", "code": "tag-push", "delivery_id": "delivery-2"}
    assert line.items() >= known.items()
    relay.post_pagure(TO_FORK)
    line = line_of(relay, "pagure 202 outcome='ignored'")
    assert line["delivery_id"] == json.loads(TO_FORK)["msg_id"]


def test_a_refused_delivery(relay):
    headers = github_headers(PUSH, "push", "delivery-3") | {"X-Hub-Signature-256": "sha256=0"}
    relay.post("/webhooks/github", PUSH, headers)
    line = line_of(relay, "delivery 'delivery-3'")
    known = {"status": 401, "outcome": "refused", "delivery_id": "delivery-3"}
    assert line.items() >= known.items()


def test_what_github_and_pagure_send_again_is_the_same_event(relay):
    """Also if it is sent again because the answer was a 503, though the broker had it."""
    ids = {relay.post_github(PUSH, "push", "again").json()["event_id"] for _ in range(2)}
    assert len(ids) == 1
    assert len({relay.post_pagure(PAGURE).json()["event_id"] for _ in range(2)}) == 1


def test_testing_farm_says_the_same_of_each_step_of_a_request(relay):
    """So the same body is another event: only the look at the request shows what is new."""
    answers = [relay.post("/webhooks/testing-farm", RESULT).json() for _ in range(2)]
    assert len({answer["event_id"] for answer in answers}) == 2

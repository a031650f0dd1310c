"""The command `relay`: with what it starts, and with what it does not."""

import socket

import pytest
import yaml
from saved_messages import MESSAGES
from servers.relay_process import RelayProcess

BODY = (MESSAGES / "github/push_github_gh/branch.json").read_bytes()
TAG = (MESSAGES / "github/push_github_gh/tag.json").read_bytes()
RELEASE = MESSAGES / "github/release/published.json"


@pytest.fixture
def start_relay(tmp_path):
    """Start a relay with settings of the test's own, on the embedded broker."""
    started = []

    def start(settings, options=()):
        started.append(RelayProcess(tmp_path, None, options, settings))
        return started[-1].start()

    yield start
    for relay in started:
        relay.stop()


def configured(folder, **settings):
    file = folder / "packit-worker.yaml"
    file.write_text(yaml.safe_dump(settings))
    return {"PACKIT_WORKER_CONFIG": str(file)}


def test_without_a_secret_it_does_not_start(refusal, tmp_path):
    expected = (
        "Error: no secret: set webhook_secret, pagure_webhook_secret(s) or testing_farm_secret in "
        "packit-worker.yaml; only `validate_webhooks: false` lets everybody in"
    )
    assert refusal("relay") == expected
    assert refusal("relay", environment=configured(tmp_path, deployment="stg")) == expected
    assert refusal("relay", environment=configured(tmp_path, validate_webhooks=True)) == expected


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"webhook_secret": {"file": "/nowhere"}}, "webhook_secret: /nowhere: No such file or dir"),
        ({"testing_farm_secret": {"env": "NOBODY"}}, "testing_farm_secret: the environment has no"),
        ({"pagure_webhook_secrets": {"pagure.io": {"file": "/dev/null"}}}, "/dev/null is empty"),
        ({"webhook_secret": ""}, "expected a text that is not empty"),
        (
            {"pagure_webhook_secrets": {"https://pagure.io": "x"}},
            "write each key as host",
        ),
        ({"validate_webhooks": "no"}, "validate_webhooks: Expected `bool`"),
        ({"webhook_secrets": "x"}, 'did you mean "webhook_secret"?'),
    ],
)
def test_a_secret_that_cannot_be_had_is_told(refusal, tmp_path, settings, told):
    assert told in refusal("relay", environment=configured(tmp_path, **settings))


def test_an_address_in_use_is_told(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("relay", "--bind", address, environment=configured(tmp_path, webhook_secret="x"))
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_doors_without_a_secret_stay_closed(start_relay, tmp_path):
    file = tmp_path / "secret"
    file.write_text("hush\n")
    relay = start_relay({"pagure_webhook_secrets": {"pagure.io/tea": {"file": str(file)}}})
    relay.wait_for("open: /webhooks/pagure\n")
    assert relay.post_github(BODY, "push").status_code == 404
    assert relay.post("/webhooks/testing-farm", b"{}").status_code == 404
    body = (MESSAGES / "pagure/pull_request_pagure/opened.json").read_bytes()
    assert relay.post_pagure(body, "hush").status_code == 202
    # The key of tea/… is good for nothing else, whatever the payload is made of.
    other = body.replace(b"pagure.io/tea/pots", b"src.fedoraproject.org/tea/pots")
    assert relay.post_pagure(other, "hush").status_code == 401
    other = body.replace(b'"namespace": "tea/pots"', b'"namespace": "teapots"')
    assert relay.post_pagure(other, "hush").status_code == 401
    # Nor for what starts nothing, but is kept for those who ask.
    asked = (MESSAGES / "pagure/pull_request_comment_pagure/no_command.json").read_bytes()
    assert relay.post_pagure(asked, "hush").json()["code"] == "no-command"
    foreign = asked.replace(b"/tea/pots/spout", b"/other/spout")
    assert relay.post_pagure(foreign, "hush").status_code == 401
    broken = body.replace(b'"commit_stop"', b'"commit_stomp"')
    assert relay.post_pagure(broken, "hush").json()["code"] == "malformed"
    foreign = broken.replace(b"/tea/pots/spout", b"/other/spout")
    assert relay.post_pagure(foreign, "hush").status_code == 401


def test_whoever_switches_the_checks_off_is_warned(start_relay):
    relay = start_relay({"validate_webhooks": False})
    relay.wait_for("WARNING")
    assert "NO WEBHOOK IS CHECKED" in relay.text()
    answer = relay.post("/webhooks/github", TAG, {"X-GitHub-Event": "push"})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "ignored")


def test_it_works_on_the_embedded_broker_and_ends_with_it(start_relay, run):
    relay = start_relay(None)
    answer = relay.post_github(RELEASE.read_bytes(), "release", "again")
    assert answer.status_code == 202
    told = run("queues", "--json").stdout
    assert '"depth": 1' in told
    assert relay.stop() == 0


def test_it_waits_for_a_broker_that_is_down(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    relay = RelayProcess(tmp_path, f"redis://127.0.0.1:{port}/0")
    try:
        answer = relay.start().post_github(BODY, "push")
    finally:
        relay.stop()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"

"""Every saved payload with planted secrets through both stages: none is in a log, none at Sentry.

Also the real payloads beside the checkout, where they are (PACKIT_WORKER_PAYLOADS).
"""

import json
import os
import shutil
from itertools import cycle
from pathlib import Path

import pytest
import yaml
from kombu import Queue
from saved_messages import MESSAGES
from servers.sentry_server import SentryServer
from servers.stage2_side import Stage2
from servers.worker_process import ROOT, WorkerProcess

pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True, scope="module")

REAL = Path(os.environ.get("PACKIT_WORKER_PAYLOADS") or ROOT.parent / "shared" / "payloads")
QUEUES = """record_outcome,installation,release,push_github_gh,pull_request_gh,
pull_request_comment_gh,issue_comment,push_pagure,pull_request_pagure,pull_request_comment_pagure,
copr_build,koji_build,testing_farm_result,sweep""".replace("\n", "")
# Under such keys people write what they like.
TEXTS = ("body", "comment", "title", "message", "description", "summary", "name", "initial_comment")
PLANTED = {
    "a GitHub token": "ghp_" + "pl4nT" * 8,
    "a fine-grained token": "github_pat_11PL4NTED_" + "w0rd" * 10,
    "a token of an App": "ghs_" + "pl4nT" * 8,
    "a JWT": "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJwbDRudCJ9.cGw0bnRwbDRudA",
    "a key": "-----BEGIN RSA PRIVATE KEY-----\npl4ntedkey\n-----END RSA PRIVATE KEY-----",
    "an address": "pl4nted.person@mail.example.org",
    "a URL": "https://jane:pl4ntedpass@git.example.org/o/r",
    "an assignment": "api_key=pl4ntedvalue",
    "a header": "Authorization: Bearer pl4ntedbearer",
}
# What must be nowhere, whatever else of a planted text is shown.
MARKS = ("pl4n", "PL4N", "cGw0bnRwbDRudA")


def planted(value, texts, key=""):
    """Return a copy with secrets under keys of their own, in texts, and instead of addresses."""
    if isinstance(value, dict):
        found = {name: planted(inner, texts, name) for name, inner in value.items()}
        deep = {"api_key": "pl4nted-1", "in": [{"client_secret": {"value": "pl4nted-2"}}]}
        return found | {"token": "pl4nted-3", "zz": deep, "seen": next(texts)}
    if isinstance(value, list):
        return [planted(inner, texts, key) for inner in value]
    if isinstance(value, str) and ("@" in value or "email" in key):
        return PLANTED["an address"]
    # After the text: a command must stay a command, and a name is no name any more.
    return f"{value}\n{next(texts)}" if isinstance(value, str) and key in TEXTS else value


def variants(payload, texts):
    """Yield the payload with secrets in it; and one whose every text is a secret: malformed."""
    yield planted(payload, texts)
    yield all_secret(payload, texts)


def all_secret(value, texts, depth=0):
    if isinstance(value, dict):
        # At the top lies what tells the type.
        return {name: all_secret(inner, texts, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [all_secret(inner, texts, depth + 1) for inner in value]
    return next(texts) if isinstance(value, str) and depth > 1 else value


@pytest.fixture(scope="module")
def world(broker, tmp_path_factory, sqlite_template):
    """Both stages, telling all they know."""
    with SentryServer() as sentry:
        folder = tmp_path_factory.mktemp("secrets")
        config = folder / "packit-worker.yaml"
        config.write_text(yaml.safe_dump({"log_format": "json", "sentry_dsn": sentry.dsn}))
        database = shutil.copy(sqlite_template, folder / "packit-worker.db")
        world = Stage2(folder, broker, f"sqlite:///{database}")
        world.sentry = sentry
        environment = {
            "PACKIT_WORKER_CONFIG": str(config),
            "PACKIT_WORKER_QUEUES": str(world.queues),
        }
        arguments = ["--queues", "parse_message", "--loglevel", "DEBUG"]
        first = WorkerProcess(tmp_path_factory.mktemp("one"), broker, arguments, environment)
        second = world.worker(QUEUES, concurrency=2, config=config)
        world.pair = (first.start(), second.start())
        yield world
        first.stop()
        world.close()


def send_all(world, foreign, folder):
    """Send every payload of a folder; return as soon as all have come to an end."""
    first, second = world.pair
    texts = cycle(PLANTED.values())
    sent = 0
    for file in sorted(folder.rglob("*.json")):
        source = file.relative_to(folder).parts[0]
        for payload in variants(json.loads(file.read_bytes()), texts):
            # A door may know who speaks, or not.
            known = source in ("github", "pagure", "centosmsg") and sent % 3
            arguments = {"event": payload, "source": source if known else None}
            headers = {"packit_correlation_id": f"planted-{sent}"}
            foreign.send_task("task.parse_message", kwargs=arguments, headers=headers)
            sent += 1
    ends = ('"message": "parsed ', '"message": "skipped ', '"message": "malformed ')
    world.wait_until(lambda: sum(first.text().count(end) for end in ends) >= sent, seconds=90)
    parsed = first.text().count(ends[0])
    world.wait_until(lambda: ended(second) >= parsed, seconds=90)
    return parsed


def ended(worker):
    return sum(
        line["message"].split(" ")[0].endswith("Event")
        for line in map(json.loads, filter(None, worker.text().splitlines()))
        if line["logger"] == "packit_worker.stage2_tasks" and "outcome" in line
    )


def leaks(world):
    """Return every mark that is in a log or at Sentry, with what stands around it."""
    texts = [*world.sentry.bodies, *(worker.text() for worker in world.pair)]
    found = []
    for text in texts:
        for mark in MARKS:
            at = text.find(mark)
            if at >= 0:
                found.append(text[max(at - 200, 0) : at + 40])
    return found


def test_of_our_own_payloads(world, foreign):
    parsed = send_all(world, foreign, MESSAGES)
    assert parsed > 25
    world.sentry.wait_for(lambda sentry: len(sentry.transactions("task.parse_message")) > 50)
    assert leaks(world) == []


def test_of_a_handler_that_breaks_over_a_secret(world, foreign):
    for number, text in enumerate(PLANTED.values()):
        # Each lies across the place where a long text is cut.
        far = "x" * 185 + " " + text
        world.send(f"leak-{number}", f"First=leak:{far}", f"Second=leak:{text}")
        assert world.wait_for_end(f"leak-{number}") == "bug"
    world.sentry.wait_for(lambda sentry: len(sentry.errors()) == 2 * len(PLANTED))
    assert {each["exception"]["values"][-1]["value"] for each in world.sentry.errors()} == {
        "bug in First",
        "bug in Second",
    }
    fingerprints = {tuple(each["fingerprint"]) for each in world.sentry.errors()}
    assert fingerprints == {
        ("bug", name, "RuntimeError", "packit_worker.running._Attempt.start")
        for name in ("First", "Second")
    }
    assert leaks(world) == []


def test_of_kwargs_that_fit_no_event(world, foreign):
    queue = Queue("copr_build")
    before = len(world.sentry.errors())
    for kwargs in ({text: 1} for text in PLANTED.values()):
        foreign.send_task("task.process_copr_build_event", kwargs=kwargs, queue=queue)
    for text in PLANTED.values():
        kwargs = {"build_id": text, "token": "pl4nted-5"}
        foreign.send_task("task.process_copr_build_event", kwargs=kwargs, queue=queue)
    sent = 2 * len(PLANTED)
    world.pair[1].wait_for("task.process_copr_build_event: invalid", count=sent)
    world.sentry.wait_for(lambda sentry: len(sentry.errors()) == before + sent)
    assert {each["message"] for each in world.sentry.errors()[before:]} == {
        "task.process_copr_build_event failed for good: invalid"
    }
    assert leaks(world) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real payloads are not beside the checkout")
def test_of_the_real_payloads(world, foreign):
    assert send_all(world, foreign, REAL) > 70
    assert leaks(world) == []

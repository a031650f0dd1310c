"""What Sentry sees of a pull request, from the webhook to the final status: one trace, one error.

Real workers of both stages, a real door process, stand-ins of GitHub and of Sentry.
"""

import json
from datetime import UTC, datetime

import pytest
import yaml
from event_kwargs import event_of
from servers.relay_process import GITHUB_SECRET, RelayProcess
from servers.sentry_server import SentryServer
from servers.stage2_side import EACH_ONCE, Stage2
from servers.worker_process import WorkerProcess

from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.github_auth import load_app
from packit_worker.sandbox.server import Server
from packit_worker.store import allowlist, models
from packit_worker.store.projects import Repository, get_project

pytestmark = EACH_ONCE

TASK = "task.process_pull_request_gh_event"
RESULT = "task.process_copr_build_event"
DOOR = "deliver github"
DELIVERY = "0d4b7a3e-91c2-4f7a-8d15-6e2f0b9c7a11"
TOKEN = "ghp_" + "q7Zt" * 9


@pytest.fixture(scope="module")
def sentry(broker):
    with SentryServer() as server:
        yield server


@pytest.fixture(scope="module")
def github(broker, app_key, tmp_path_factory):
    stand_in = GithubStandIn(tmp_path_factory.mktemp("github"), load_app(app_key))
    world = stand_in.world
    world.user("octo", token=TOKEN)
    world.user("wendy")
    files = {"hello.spec": "Name: hello\n"}
    world.project("octo/hello", files=files, roles={"octo": "admin", "wendy": "write"})
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture(scope="module")
def config(github, sentry, tmp_path_factory):
    file = tmp_path_factory.mktemp("config") / "packit-worker.yaml"
    secret = file.with_name("dsn")
    secret.write_text(f"{sentry.dsn}\n")
    forge = {"type": "github", "api_url": github.url, "token": TOKEN}
    settings = {
        "deployment": "stg",
        "log_format": "json",
        "sentry_dsn": {"file": str(secret)},
        "authentication": {"github.com": forge},
    }
    file.write_text(yaml.safe_dump(settings))
    return file


@pytest.fixture(scope="module")
def world(broker, module_database_url, tmp_path_factory):
    """Broker, database and queues; the pull request may be tried three times."""
    folder = tmp_path_factory.mktemp("sentry")
    route = {"word": "pull_request_gh", "attempts": 3, "patience": 1}
    world = Stage2(folder, broker, module_database_url, **route)
    yield world
    world.close()


@pytest.fixture(scope="module")
def workers(world, broker, config, tmp_path_factory):
    environment = {"PACKIT_WORKER_CONFIG": str(config), "PACKIT_WORKER_QUEUES": str(world.queues)}
    queues = ["--queues", "parse_message"]
    first = WorkerProcess(tmp_path_factory.mktemp("one"), broker, queues, environment)
    second = world.worker(
        "pull_request_gh,copr_build,installation,sweep", config=config, level="INFO"
    )
    try:
        yield first.start(), second.start()
    finally:
        first.stop()
        second.stop()


@pytest.fixture(scope="module")
def seen(world, workers, broker, github, config, sentry, tmp_path_factory):
    """A pull request that went all the way; the workers have ended, so that all is sent."""
    with world.database.write() as session:
        status = allowlist.AllowStatus.APPROVED_MANUALLY
        allowlist.decide(session, "github.com/octo", status, by="test", now=datetime.now(UTC))
    jobs = "jobs:\n  - {job: copr_build, trigger: pull_request, targets: [fedora-42]}\n"
    files = {".packit.yaml": f"specfile_path: hello.spec\n{jobs}"}
    pull = github.world.pull(github.world.projects["octo/hello"], author="wendy", files=files)
    settings = yaml.safe_load(config.read_text()) | {"webhook_secret": GITHUB_SECRET}
    relay = RelayProcess(tmp_path_factory.mktemp("relay"), broker, settings=settings).start()
    body = json.dumps(payload_of(pull)).encode()
    assert relay.post_github(body, "pull_request", delivery=DELIVERY).status_code == 202
    # The first attempt; the second comes by a countdown of 5 s; the third would in 15 s.
    workers[1].wait_for("PullRequestGHEvent waiting", count=2)
    event_id = json.loads(lines_of(workers[0], "parsed")[0])["event_id"]
    world.wait_for_row(event_id)
    world.let_time_pass(event_id, 60)
    world.sweep()
    assert world.wait_for_end(event_id) == "gave-up"
    # They are nothing new.
    world.sweep()
    world.sweep()
    send_result(world)
    world.send("the-last", task_id="the-last")
    world.wait_for_end("the-last")
    for process in (relay, *workers):
        assert process.stop() == 0
    return event_id


def send_result(world):
    """A build of a commit that is not there ended; no message of Copr names a repository."""
    with world.database.write() as session:
        project = get_project(session, Repository("github.com", "octo", "hello"))
        build = {"kind": "copr-build", "context": "c", "marker": "m", "known_state": "submitted"}
        times = {"created_at": datetime.now(UTC), "next_check_at": datetime.now(UTC)}
        place = {"project_id": project.id, "commit_sha": "0" * 40, "target": "fedora-42-x86_64"}
        row = models.Run(**build, **times, **place, outside_id="9", details={}, attempt=1)
        session.add(row)
    result = event_of("CoprBuildEvent", user="packit")
    world.app.send_task(RESULT, kwargs=result.as_kwargs(), task_id="the-result")
    world.wait_for_end("the-result")


def payload_of(pull):
    repository = {
        "name": "hello",
        "full_name": "octo/hello",
        "owner": {"login": "octo", "email": "octo@mail.example.org"},
        "html_url": "https://github.com/octo/hello",
    }
    return {
        "action": "opened",
        "number": pull.id,
        "pull_request": {
            "head": {"ref": "change", "sha": pull.head_sha, "repo": repository},
            "base": {"ref": "main", "repo": repository},
            "user": {"login": "wendy"},
            "body": f"a token {TOKEN}",
        },
        "repository": repository,
        "sender": {"login": "wendy"},
        "token": "planted-in-the-payload",
    }


def lines_of(worker, text):
    return [line for line in worker.text().splitlines() if f'"message": "{text}' in line]


def correlation_of(sentry):
    """What the first delivery gave to all that follows from it."""
    return sentry.transactions(DOOR)[0]["tags"]["correlation_id"]


def trace_of(payload):
    return payload["contexts"]["trace"]


def test_sentry_took_all_of_it(seen, sentry):
    assert sentry.refused == []
    assert {kind for kind, _ in sentry.items} <= {"event", "transaction", "client_report"}


def test_it_is_one_trace_from_the_door_to_the_last_attempt(seen, sentry):
    names = [DOOR, "task.parse_message", TASK, TASK, TASK]
    (first, *_), *_ = [sentry.transactions(DOOR)]
    trace = trace_of(first)["trace_id"]
    of_it = [each for each in sentry.transactions() if trace_of(each)["trace_id"] == trace]
    assert [each["transaction"] for each in of_it] == names
    door, parse, *attempts = map(trace_of, of_it)
    assert "parent_span_id" not in door or door["parent_span_id"] is None
    assert parse["parent_span_id"] == door["span_id"]
    assert attempts[0]["parent_span_id"] == parse["span_id"]
    # One by a countdown, one by the sweep: both follow from the first attempt.
    assert [each["parent_span_id"] for each in attempts[1:]] == [attempts[0]["span_id"]] * 2
    assert {each["op"] for each in (parse, *attempts)} == {"queue.task"}


def test_each_handler_is_a_step_of_each_attempt(seen, sentry):
    steps = [
        [(each["description"], each["data"]["outcome"]) for each in attempt["spans"]]
        for attempt in sentry.transactions(TASK)
    ]
    assert steps == [
        [("Flaky", "waiting"), ("Lost", "waiting"), ("Refused", "failed"), ("Skipping", "skipped")],
        [("Flaky", "waiting"), ("Lost", "waiting")],
        [("Flaky", "done"), ("Lost", "gave-up")],
    ]


def test_the_tags_of_a_transaction(seen, sentry):
    tags = [each["tags"] for each in sentry.transactions(TASK)]
    assert [each["outcome"] for each in tags] == ["waiting", "waiting", "gave-up"]
    for each in tags:
        assert (
            each.items()
            >= {
                "event": "PullRequestGHEvent",
                "repository": "github.com/octo/hello",
                "deployment": "stg",
                "correlation_id": correlation_of(sentry),
            }.items()
        )


def test_a_result_is_known_by_the_repository_of_its_row(seen, sentry, workers):
    (transaction,) = sentry.transactions(RESULT)
    assert transaction["tags"]["repository"] == "github.com/octo/hello"
    (line,) = map(json.loads, lines_of(workers[1], "CoprBuildEvent "))
    assert line["repository"] == "github.com/octo/hello"


def test_there_is_exactly_one_error(seen, sentry):
    (error,) = sentry.errors()
    assert error["message"] == "Lost failed for good: http-502"
    assert error["level"] == "error"
    assert error["fingerprint"] == ["failure", "Lost", "http-502"]
    assert error["environment"] == "stg"
    assert error["tags"] == {
        "deployment": "stg",
        "correlation_id": correlation_of(sentry),
        "event_id": seen,
        "event": "PullRequestGHEvent",
        "repository": "github.com/octo/hello",
        "handler": "Lost",
        "job": "copr_build#0",
        "outcome": "gave-up",
        "code": "http-502",
    }
    last = sentry.transactions(TASK)[-1]
    assert trace_of(error)["trace_id"] == trace_of(last)["trace_id"]
    assert trace_of(error)["span_id"] in [each["span_id"] for each in last["spans"]]


def test_what_did_nothing_is_not_there(seen, sentry):
    names = [each["transaction"] for each in sentry.transactions()]
    assert names.count("task.sweep") == 1  # that which sent the event again
    assert names.count(TASK) == 3
    ops = {each["op"] for transaction in sentry.transactions() for each in transaction["spans"]}
    assert ops == {"handler"}


def test_nothing_of_the_payload_left(seen, sentry, workers):
    logs = [worker.text() for worker in workers]
    for text in (*sentry.bodies, *logs):
        for planted in (TOKEN, "planted-in-the-payload", "mail.example.org", "a token"):
            assert planted not in text


def test_the_status_on_the_forge_is_final(seen, github):
    statuses = [write.data for write in github.world.writes if write.kind == "status"]
    assert {each["context"]: each["state"] for each in statuses} == {
        "packit-stg/lost-build": "error",
        "packit-stg/refused-build": "error",
    }

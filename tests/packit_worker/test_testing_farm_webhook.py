"""A notification of Testing Farm, from its POST to the relay to the status: the token stays there.

Relay, broker and worker are real processes.
"""

import time

import pytest
import requests
import yaml
from servers.broker_side import BrokerSide
from servers.relay_process import TOKEN, RelayProcess
from servers.worker_process import WorkerProcess
from sqlalchemy import text
from testing_farm_side import ALONE, F44

from packit_worker.sandbox.testing_farm_backend import Outcome, post
from packit_worker.services.testing_farm_settings import Webhook
from packit_worker.store.models import Base

SECONDS = 30
QUEUES = "parse_message,testing_farm_result,record_outcome"
PATH = "/webhooks/testing-farm"


@pytest.fixture
def relay(tmp_path, redis_broker):
    folder = tmp_path / "relay"
    folder.mkdir()
    relay = RelayProcess(folder, redis_broker)
    yield relay.start()
    relay.stop()


@pytest.fixture
def farm_side(relay, open_farm_side):
    side = open_farm_side(webhook=Webhook(url=f"{relay.url}{PATH}", token=TOKEN))
    side.farm.backend.on_notification = post
    return side


@pytest.fixture
def start_worker(tmp_path, redis_broker, sqlite_database_url, farm_side):
    folder = tmp_path / "worker"
    folder.mkdir()
    file = folder / "packit-worker.yaml"
    github = {"type": "github", "api_url": farm_side.side.github.url, "token": "ghp_writer"}
    settings = {
        "authentication": {"github.com": github},
        "testing_farm": {"api_url": farm_side.farm.url, "api_key": "key-hush"},
        "testing_farm_secret": TOKEN,
    }
    file.write_text(yaml.safe_dump(settings))
    environment = {
        "PACKIT_WORKER_CONFIG": str(file),
        "PACKIT_WORKER_DATABASE": sqlite_database_url,
        "PACKIT_WORKER_LOG_LEVEL": "DEBUG",
    }
    arguments = ["--queues", QUEUES, "--concurrency", "1"]
    started = []

    def start():
        started.append(WorkerProcess(folder, redis_broker, arguments, environment))
        return started[0].start()

    yield start
    for each in started:
        each.stop()


def in_database(database):
    with database.read() as session:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')).all()  # noqa: S608 - our own tables
        )


def test_a_notification_becomes_a_status_and_its_token_goes_nowhere(
    farm_side, relay, start_worker, redis_broker
):
    pull = farm_side.pull(ALONE.replace("stable", "44"))
    assert farm_side.opened(pull).outcome == "done"
    (test,) = farm_side.requests
    assert test.body["notification"]["webhook"] == {"url": f"{relay.url}{PATH}", "token": TOKEN}
    hook, queue = test.body["notification"]["webhook"], BrokerSide(redis_broker)
    hook["token"] = "another"
    with pytest.raises(OSError, match="HTTP Error 40"):
        farm_side.farm.run(test.id, Outcome(told="end"))
    refused = requests.post(f"{relay.url}{PATH}", json={"request_id": test.id}, timeout=SECONDS)
    assert refused.status_code in (401, 403)
    assert queue.depth("parse_message") == 0

    hook["token"] = TOKEN
    farm_side.farm.backend.notify(test)
    sent = queue.take("parse_message")
    assert test.id in str(sent.payload)
    assert TOKEN not in f"{sent.payload} {sent.headers} {sent.properties}"

    farm_side.farm.backend.notify(test, times=2)
    assert queue.depth("parse_message") == 2
    worker = start_worker()
    context = f"packit/testing-farm:{F44}"
    deadline = time.monotonic() + SECONDS
    while farm_side.shown()[context] == "pending":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert farm_side.shown() == {context: "success"}
    assert farm_side.rows() == [(f"testing-farm:{F44}", "success")]
    written = (
        worker.text(),
        relay.text(),
        in_database(farm_side.side.database),
    )
    assert not any(TOKEN in each for each in written)
    assert test.id in written[2]

"""The bus consumer, as `fedora-messaging consume` runs it, with a real RabbitMQ as bus."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import tomllib
from uuid import UUID, uuid5

import pytest
import redis
from pika.exceptions import UnroutableError
from saved_messages import MESSAGES, load
from servers.broker_side import BrokerSide
from servers.bus_process import Bus, BusProcess
from servers.rabbitmq_server import virtual_host
from servers.sentry_server import SentryServer
from servers.worker_process import ROOT, WorkerProcess, command_environment

from packit_worker.store.database import Database
from packit_worker.store.models import Event
from packit_worker.store.schema import EMBEDDED

COPR = load("fedora-messaging/copr_build/start")
TOPIC = "org.fedoraproject.prod.copr.build.start"
QUEUES = """copr_build,koji_build,push_pagure,pull_request_pagure,pull_request_comment_pagure,
record_outcome,parse_message""".replace("\n", "").split(",")
# The one of the text packit-worker:delivery, in the name space of URLs.
DELIVERIES = UUID("d1bc90d1-5870-5ee3-8e30-f758123d6041")


@pytest.fixture(scope="module")
def bus_url(request):
    """A virtual host of RabbitMQ, which is the bus."""
    with virtual_host(request, request.getfixturevalue("rabbitmq_url")) as url:
        yield url


@pytest.fixture
def own_bus_url(request, rabbitmq_url):
    """A bus for one consumer that the test starts itself."""
    with virtual_host(request, rabbitmq_url) as url:
        yield url


@pytest.fixture(scope="module")
def broker(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url


@pytest.fixture(scope="module")
def consumer(bus_url, broker, tmp_path_factory):
    consumer = BusProcess(tmp_path_factory.mktemp("bus"), bus_url, broker)
    try:
        yield consumer.start()
    finally:
        consumer.stop()


@pytest.fixture
def bus(bus_url, consumer):
    bus = Bus(bus_url)
    yield bus
    bus.close()


@pytest.fixture
def settled(bus, consumer, broker):
    """`settled()`: once all that was published is worked on, what waits with the broker."""

    def settled():
        last = bus.publish(TOPIC, COPR["body"])
        consumer.wait_for(f"accepted {TOPIC} {last}")
        found = BrokerSide(broker)
        messages = [found.take("parse_message") for _ in range(found.depth("parse_message"))]
        arguments = [message.payload[1] for message in messages]
        return [each for each in arguments if each["delivery_id"] != last]

    return settled


def saved(file):
    """Return topic and body of a saved message, whatever its layout."""
    whole = json.loads(file.read_text())
    envelopes = (whole[key] for key in ("body", "msg") if isinstance(whole.get(key), dict))
    return whole["topic"], next(envelopes, whole)


def test_each_saved_message_reaches_the_queue_of_its_event(bus, consumer, broker, tmp_path):
    stage_1 = WorkerProcess(tmp_path, broker, ["--queues", "parse_message"]).start()
    try:
        for file in sorted((MESSAGES / "fedora-messaging").rglob("*.json")):
            bus.publish(*saved(file))
        found = BrokerSide(broker)
        # By hand: the events among the files; an image build of releng is not ours.
        expected = {
            "copr_build": 5,
            "koji_build": 10,
            "push_pagure": 4,
            "pull_request_pagure": 2,
            "pull_request_comment_pagure": 1,
        }
        consumer.wait_for("accepted ", count=22)
        for queue, depth in expected.items():
            found.wait_for(queue, depth)
        assert found.depths(QUEUES) == expected
        for queue, depth in expected.items():
            for _ in range(depth):
                found.take(queue)
    finally:
        stage_1.stop()


def test_what_is_handed_on(bus, settled):
    bus.publish(TOPIC, COPR["body"], "the-message")
    assert settled() == [
        {
            "event": json.dumps(COPR["body"]),
            "source": "fedora-messaging",
            "event_type": TOPIC,
            "delivery_id": "the-message",
        }
    ]


@pytest.mark.parametrize(
    ("topic", "changes", "is_ours"),
    [
        ("copr.build.end", {"user": "packit", "owner": "@brewers"}, True),
        ("copr.build.end", {"user": "jane", "owner": "packit"}, True),
        ("copr.build.end", {"user": "jane", "owner": "@brewers"}, False),
        ("copr.build.end", {"user": "packit-stg", "owner": "Packit"}, False),
        ("copr.build.end", {"user": None, "owner": None}, False),
        ("copr.build.end", {"user": ["packit"], "owner": {"packit": 1}}, False),
        ("copr.chroot.start", {"user": "packit"}, False),  # nothing reads it
    ],
)
@pytest.mark.parametrize("prefix", ["org.fedoraproject.prod.", "org.fedoraproject.stg.", ""])
def test_builds_of_others_are_dropped_at_the_door(bus, settled, prefix, topic, changes, is_ours):
    bus.publish(prefix + topic, COPR["body"] | changes)
    assert len(settled()) == is_ours


@pytest.mark.parametrize(("owner", "is_ours"), [("packit", True), ("releng", False), (4711, False)])
@pytest.mark.parametrize("name", ["build_building", "task_open"])
def test_koji_builds_of_others_too(bus, settled, name, owner, is_ours):
    topic, body = saved(MESSAGES / f"fedora-messaging/koji_build/{name}.json")
    bus.publish(topic, body | {"owner": owner})
    assert len(settled()) == is_ours


def test_bad_content_ends_nothing_and_does_not_stay(bus, consumer, settled):
    # Deeper than that, fedora-messaging itself ends.
    deep = b'{"user": "packit", "deep": ' + b"[" * 600 + b"]" * 600 + b"}"
    for raw in (b"", b"{", b"\xff", b"[]", b'"text"', b"null", b"5", deep, b'{"build": NaN}'):
        bus.publish(TOPIC, raw)
        bus.publish("org.fedoraproject.", raw)
        bus.publish("x", raw)
    bus.publish("io.pagure.prod.pagure.git.receive", {"repo": "\ud83d"})
    told = settled()
    # A sender that broke its promise is one that people ask about.
    assert [each["event_type"] for each in told] == ["io.pagure.prod.pagure.git.receive"]
    assert bus.waiting() == 0
    assert consumer.is_alive
    assert "Traceback" not in consumer.text()
    assert f"dropped {TOPIC}" in consumer.text()


def test_secrets_and_unknown_types_stay_outside(bus, settled):
    bus.publish("org.fedoraproject.prod.planet.post.new", {"text": "/packit build"})
    bus.publish(TOPIC, COPR["body"] | {"token": "hush", "deep": [{"api_key": "hush"}]})
    (told,) = settled()
    assert "hush" not in json.dumps(told)
    assert json.loads(told["event"])["deep"] == [{}]


def test_liveness_is_told_by_messages(bus, consumer, settled):
    os.utime(consumer.alive, (0, 0))
    settled()
    deadline = time.monotonic() + 5
    while consumer.alive.stat().st_mtime < time.time() - 60:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_broker_that_is_down_leaves_the_messages_on_the_bus(own_bus_url, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    consumer = BusProcess(tmp_path, own_bus_url, f"redis://127.0.0.1:{port}/0")
    bus = Bus(own_bus_url)
    try:
        consumer.start()
        for number in range(5):
            bus.publish(TOPIC, COPR["body"], f"kept-{number}")
        consumer.wait_for("Returning message id", count=2)
        assert consumer.is_alive
        assert not consumer.alive.exists()
        consumer.stop()
        assert bus.waiting() == 5
    finally:
        bus.close()
        consumer.stop()


@pytest.fixture
def both_stages(private_redis, tmp_path):
    """Workers of both stages, and the ledger. To them all builds are somebody else's."""
    file = tmp_path / "stages.yaml"
    file.write_text("copr_user: somebody\nkoji_user: somebody\n")
    workers = []
    for queue in ("parse_message", "copr_build"):
        (folder := tmp_path / queue).mkdir()
        arguments = ["--queues", queue, "--concurrency", "1"]
        environment = {"PACKIT_WORKER_CONFIG": str(file)}
        workers.append(WorkerProcess(folder, private_redis.url, arguments, environment))
    try:
        for worker in workers:
            worker.start()
        database = Database(f"sqlite:///{tmp_path / 'copr_build' / 'state' / EMBEDDED}")
        yield database
        database.close()
    finally:
        for worker in workers:
            worker.stop()


@pytest.mark.timeout(240)
def test_each_build_is_processed_once_while_bus_and_broker_come_and_go(
    private_rabbitmq, private_redis, both_stages, tmp_path
):
    count = 1000
    bus_url = private_rabbitmq.url.removesuffix("//") + "/%2F"  # as pika reads it
    consumer = BusProcess(tmp_path, bus_url, private_redis.url)
    accepted = f"accepted {TOPIC}"
    try:
        consumer.start()
        bus = Bus(bus_url)
        for number in range(count):
            bus.publish(TOPIC, COPR["body"] | {"build": number}, f"message-{number}")
        bus.close()
        consumer.wait_for(accepted, count=100, seconds=60)
        private_rabbitmq.stop()
        private_rabbitmq.start()
        consumer.wait_for(accepted, count=300, seconds=60)
        private_redis.freeze()
        consumer.wait_for("Returning message id")
        private_redis.thaw()
        consumer.wait_for(accepted, count=600, seconds=60)
        private_redis.stop()
        consumer.wait_for("Returning message id", count=2)
        private_redis.start()
        builds = ended_builds(both_stages, count, BrokerSide(private_redis.url))
    finally:
        consumer.stop()
    # However often one came, it is one task, which the ledger ran once.
    assert builds == {
        number: (
            str(
                uuid5(
                    uuid5(DELIVERIES, f"fedora-messaging\nmessage-{number}"),
                    "task.process_copr_build_event",
                )
            ),
            "skipped",
            1,
            1,
        )
        for number in range(count)
    }


def ended_builds(database, count, broker_side):
    """Return each event by its build: id, outcome, attempts, runs; as soon as all ended."""
    deadline = time.monotonic() + 120
    while True:
        with database.read() as session:
            rows = session.query(Event).filter(Event.ended_at.is_not(None)).all()
        if len(rows) >= count:
            break
        assert time.monotonic() < deadline, len(rows)
        broker_side.pretend_that_time_passed(130)  # what a worker had in hand comes back
        time.sleep(0.5)
    assert len(rows) == count
    return {
        row.kwargs["build_id"]: (row.id, row.outcome, row.attempts, row.generation) for row in rows
    }


@pytest.mark.parametrize(
    ("config", "settings", "told"),
    [
        ('[consumer_config]\nlivenes_file = "x"\n', "", 'did you mean "liveness_file"?'),
        ("[consumer_config]\nliveness_file = 5\n", "", "consumer_config.liveness_file"),
        ("", "copr_usr: x\n", 'did you mean "copr_user"?'),
        ("", "sentry_dsn: hush\n", "sentry_dsn: it is none"),
    ],
)
def test_wrong_settings_are_told(tmp_path, config, settings, told):
    (tmp_path / "packit-worker.yaml").write_text(settings)
    (tmp_path / "bus.toml").write_text(f'callback = "packit_worker.bus:Consumer"\n{config}')
    done = subprocess.run(
        [sys.executable, "-c", "from fedora_messaging.cli import cli; cli()", "consume"],
        env=command_environment(tmp_path, "redis://127.0.0.1:1/0")
        | {
            "PACKIT_WORKER_CONFIG": str(tmp_path / "packit-worker.yaml"),
            "FEDORA_MESSAGING_CONF": str(tmp_path / "bus.toml"),
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert told in done.stderr
    assert "hush" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_sample_can_be_used(own_bus_url, broker, tmp_path):
    """All of it but where the bus lies, and with what certificate."""
    text = (ROOT / "files/fedora-messaging.toml").read_text()
    sample = tomllib.loads(text)
    assert sample["callback"] == "packit_worker.bus:Consumer"
    text = text.replace(sample["amqp_url"], own_bus_url)
    text = text.replace("/run/packit-worker/bus-alive", str(tmp_path / "alive"))
    before, _, after = text.partition("[tls]\n")
    text = before + after.partition("\n\n")[2]
    consumer = BusProcess(tmp_path, own_bus_url, broker, config=text)
    bus = Bus(own_bus_url)
    try:
        consumer.spawn()
        deadline = time.monotonic() + 30
        while not (tmp_path / "alive").exists():
            assert time.monotonic() < deadline, consumer.text()
            with contextlib.suppress(UnroutableError):  # until the queue is there
                bus.publish(TOPIC, COPR["body"] | {"user": "jane", "owner": "jane"})
            time.sleep(0.2)
        sent = bus.publish(TOPIC, COPR["body"])
        consumer.wait_for(f"accepted {TOPIC} {sent}")
        assert "Consuming message" not in consumer.text()
    finally:
        bus.close()
        consumer.stop()
        with redis.Redis.from_url(broker) as client:
            client.flushdb()


def test_it_logs_and_reports_as_the_settings_say(own_bus_url, broker, tmp_path):
    with SentryServer() as sentry:
        settings = {"sentry_dsn": sentry.dsn, "log_format": "json", "webhook_secret": "hush-hush"}
        consumer = BusProcess(tmp_path, own_bus_url, broker, settings).start()
        try:
            with contextlib.closing(Bus(own_bus_url)) as bus:
                # fedora-messaging quotes the body of what it cannot read.
                bus.publish(TOPIC, b'\xff "hush-hush" {"api_key": "made-up"}')
                bus.publish(TOPIC, COPR["body"], "the-message")
            message = BrokerSide(broker).take("parse_message")
        finally:
            assert consumer.stop() == 0
        (transaction,) = sentry.transactions("deliver fedora-messaging")
        assert (sentry.errors(), sentry.refused) == ([], [])
    trace, correlation = transaction["contexts"]["trace"], transaction["tags"]["correlation_id"]
    assert message.headers["sentry-trace"] == f"{trace['trace_id']}-{trace['span_id']}-1"
    assert message.headers["packit_correlation_id"] == correlation
    assert "hush-hush" not in consumer.text()
    assert "made-up" not in consumer.text()
    lines = [json.loads(line) for line in consumer.text().splitlines() if line.startswith("{")]
    (line,) = [each for each in lines if each["logger"] == "packit_worker.bus"]
    assert line["message"] == f"accepted {TOPIC} the-message"
    assert line["correlation_id"] == correlation
    base = uuid5(DELIVERIES, "fedora-messaging\nthe-message")
    assert line["event_id"] == str(uuid5(base, "task.process_copr_build_event"))

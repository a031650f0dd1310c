"""How the bus consumer is set up, and how it is seen from outside."""

import contextlib
import json
import subprocess
import sys
import time
import tomllib
from uuid import uuid5

import pytest
import redis
from bus_messages import COPR, DELIVERIES, TOPIC
from pika.exceptions import UnroutableError
from servers.broker_side import BrokerSide
from servers.bus_process import Bus, BusProcess
from servers.sentry_server import SentryServer
from servers.worker_process import ROOT, command_environment


@pytest.mark.parametrize(
    ("config", "settings", "told"),
    [
        ('[consumer_config]\nlivenes_file = "x"\n', "", 'did you mean "liveness_file"?'),
        ("[consumer_config]\nliveness_file = 5\n", "", "consumer_config.liveness_file"),
        ("", "copr_usr: x\n", 'did you mean "copr_user"?'),
        ("", "sentry_dsn: hush\n", "sentry_dsn: it is none"),
        ("", "copr: {config_file: /nowhere}\n", "copr.config_file: /nowhere: No such file"),
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
        kept = tmp_path / "copr"
        kept.write_text("[copr-cli]\nusername = mybot\nlogin = l\ntoken = t\n")
        settings["copr"] = {"config_file": str(kept)}
        consumer = BusProcess(tmp_path, own_bus_url, broker, settings).start()
        try:
            with contextlib.closing(Bus(own_bus_url)) as bus:
                # fedora-messaging quotes the body of what it cannot read.
                bus.publish(TOPIC, b'\xff "hush-hush" {"api_key": "made-up"}')
                bus.publish(TOPIC, COPR["body"] | {"user": "mybot"}, "the-message")
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

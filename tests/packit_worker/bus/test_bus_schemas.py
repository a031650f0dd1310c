"""The bus consumer with the schemas of the senders, and without: `files/setup.sh testing` lays them
in a folder of their own, so that no other process knows them."""

import contextlib
import json
import sys
from pathlib import Path

import pytest
import redis
from saved_messages import MESSAGES, load
from servers.broker_side import BrokerSide
from servers.bus_process import Bus, BusProcess
from servers.rabbitmq_server import virtual_host

PACKAGES = Path(sys.prefix) / "schemas"
# What a sender says the schema of its message is, by topic.
SCHEMAS = {
    "org.fedoraproject.prod.copr.build.start": "copr.build.start",
    "org.fedoraproject.stg.copr.build.start": "copr.build.start",
    "org.fedoraproject.prod.copr.build.end": "copr.build.end",
    "org.fedoraproject.prod.buildsys.build.state.change": (
        "koji_fedoramessaging.build.BuildStateChangeV1"
    ),
    "org.fedoraproject.prod.buildsys.task.state.change": (
        "koji_fedoramessaging.task.TaskStateChangeV1"
    ),
    "org.fedoraproject.prod.pagure.git.receive": "pagure.git.receive",
    "io.pagure.prod.pagure.git.receive": "pagure.git.receive",
    "org.fedoraproject.prod.pagure.pull-request.new": "pagure.pull-request.new",
    "org.fedoraproject.prod.pagure.pull-request.rebased": "pagure.pull-request.rebased",
    "org.fedoraproject.prod.pagure.pull-request.comment.added": "pagure.pull-request.comment.added",
    # Of before there were schemas.
    "org.fedoraproject.prod.git.receive": "base.message",
}
COPR = "org.fedoraproject.prod.copr.build.start"
_UNKNOWN = "is not in the schema registry"
_UNFIT = "did not pass validation"


@pytest.fixture(params=[None, PACKAGES], ids=["without", "with"])
def packages(request):
    """Where the packages of schemas lie; None: there are none."""
    if request.param:
        assert PACKAGES.is_dir(), "files/setup.sh testing installs them there"
    return request.param


@pytest.fixture
def sides(request, rabbitmq_url, redis_url, tmp_path, packages):
    """A bus, its consumer, and the broker that this one hands to."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    with virtual_host(request, rabbitmq_url) as url:
        consumer = BusProcess(tmp_path, url, redis_url, packages=packages)
        try:
            consumer.start()
            with contextlib.closing(Bus(url)) as bus:
                yield bus, consumer, BrokerSide(redis_url)
        finally:
            consumer.stop()


def saved(file):
    """Return topic and body of a saved message, whatever its layout."""
    whole = json.loads(file.read_text())
    envelopes = (whole[key] for key in ("body", "msg") if isinstance(whole.get(key), dict))
    body = next(envelopes, {key: value for key, value in whole.items() if key != "topic"})
    return whole["topic"], body


def test_each_saved_message_comes_in_and_only_what_breaks_its_schema_does_not(sides, packages):
    bus, consumer, broker = sides
    files = sorted((MESSAGES / "fedora-messaging").rglob("*.json"))
    assert len(files) == 29
    for file in files:
        topic, body = saved(file)
        bus.publish(topic, body, schema=SCHEMAS[topic])
    good = load("fedora-messaging/copr_build/start")["body"]
    last = bus.publish(COPR, good, schema=SCHEMAS[COPR])
    consumer.wait_for(f"accepted {COPR} {last}")
    # By hand: 23 events, as one consumer without schemas hands them on; and the last.
    assert _UNFIT not in consumer.text()
    assert broker.depth("parse_message") == 24
    assert (_UNKNOWN in consumer.text()) == (packages is None)

    unfit = bus.publish(COPR, {**good, "build": "4711"}, schema=SCHEMAS[COPR])
    last = bus.publish(COPR, good, schema=SCHEMAS[COPR])
    consumer.wait_for(f"accepted {COPR} {last}")
    assert (f"{unfit} {_UNFIT}" in consumer.text()) == (packages is not None)
    assert broker.depth("parse_message") == (26 if packages is None else 25)
    assert bus.waiting() == 0

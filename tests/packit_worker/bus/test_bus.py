"""What the bus consumer hands on, and what it leaves outside."""

import json
import os
import time

import pytest
from bus_messages import COPR, TOPIC, saved
from saved_messages import MESSAGES
from servers.broker_side import BrokerSide
from servers.worker_process import WorkerProcess

QUEUES = """copr_build,koji_build,push_pagure,pull_request_pagure,pull_request_comment_pagure,
record_outcome,parse_message""".replace("\n", "").split(",")


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
            "push_pagure": 5,
            "pull_request_pagure": 2,
            "pull_request_comment_pagure": 1,
        }
        consumer.wait_for("accepted ", count=23)
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

"""Relays and bus consumers that others wrote: what they send ends in the right queue."""

import json
import uuid

import amqp
import pytest
import redis
from twelve_events import BY_WORD

PULL_REQUEST = BY_WORD["pull_request_gh"]
COPR = BY_WORD["copr_build"]
PUSH = BY_WORD["push_pagure"]
COPR_TOPIC = "org.fedoraproject.prod.copr.build.end"
PARSE = "task.parse_message"
FOREIGN_PARSE = "task.steve_jobs.process_message"

# What each sends, by the name of the sender.
SENDERS = {
    "relay": (
        PULL_REQUEST,
        {"event": PULL_REQUEST.payload, "source": "github", "event_type": "pull_request"},
    ),
    "bus consumer": (
        COPR,
        {"event": COPR.payload, "source": "fedora-messaging", "event_type": "copr.build.end"},
    ),
    "old bus consumer": (COPR, {"event": {**COPR.payload, "topic": COPR_TOPIC}}),
    "old relay": (COPR, {"event": COPR.payload, "topic": COPR_TOPIC}),
    "listener of another forge": (
        PUSH,
        {
            "event": {**PUSH.payload, "topic": "git.centos.org/git.receive"},
            "source": "centosmsg",
        },
    ),
    "our own": (PULL_REQUEST, {"event": json.dumps(PULL_REQUEST.payload), "source": "github"}),
    "one with more to say": (
        PULL_REQUEST,
        {
            "event": PULL_REQUEST.payload,
            "source": "github",
            "event_type": "pull_request",
            "task": "x",
            "certificate": None,
        },
    ),
    "one with nonsense for hints": (
        COPR,
        {"event": {**COPR.payload, "topic": COPR_TOPIC}, "source": 5, "event_type": ["x"]},
    ),
}


def kwargs_of(message):
    return message.payload[1]


@pytest.mark.parametrize("task", [PARSE, FOREIGN_PARSE])
@pytest.mark.parametrize("sender", SENDERS)
def test_what_others_send_ends_in_the_right_queue(foreign, stage_1, broker_side, sender, task):
    sample, kwargs = SENDERS[sender]
    foreign.send_task(task, kwargs=kwargs)
    message = broker_side.take(sample.word)
    assert message.headers["task"] == sample.task
    assert kwargs_of(message) == sample.kwargs
    assert broker_side.depth("default") == 0


@pytest.mark.parametrize("task", [PARSE, FOREIGN_PARSE])
@pytest.mark.parametrize("kwargs", [{}, {"source": "github"}, {"event": 5}, {"event": "{"}])
def test_what_holds_no_event_is_recorded(foreign, stage_1, broker_side, task, kwargs):
    foreign.send_task(task, kwargs=kwargs)
    record = kwargs_of(broker_side.take("record_outcome"))
    assert (record["code"], record["at"]) == ("malformed", "$")
    assert stage_1.is_alive


def test_an_event_as_the_only_positional_argument(foreign, stage_1, broker_side):
    foreign.send_task(PARSE, args=[PULL_REQUEST.payload], kwargs={"source": "github"})
    assert kwargs_of(broker_side.take("pull_request_gh")) == PULL_REQUEST.kwargs


def test_a_message_written_by_hand(stage_1, broker_side):
    """The least that a program without Celery has to write."""
    task_id = str(uuid.uuid4())
    kwargs = {"event": json.dumps(PULL_REQUEST.payload), "source": "github"}
    body = json.dumps([[], kwargs, {}])
    headers = {"task": PARSE, "id": task_id}
    if broker_side.is_redis:
        push_to_redis(broker_side.url, headers, body)
    else:
        publish_to_rabbitmq(broker_side.url, headers, body)
    message = broker_side.take("pull_request_gh")
    assert kwargs_of(message) == PULL_REQUEST.kwargs
    expected = uuid.uuid5(uuid.UUID(task_id), "task.process_pull_request_gh_event")
    assert message.headers["id"] == str(expected)
    assert message.headers["packit_correlation_id"] == task_id


def push_to_redis(url, headers, body):
    envelope = {
        "body": body,
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": headers,
        "properties": {
            "body_encoding": "utf-8",
            "delivery_tag": str(uuid.uuid4()),  # another one for each message
            "delivery_info": {"exchange": "", "routing_key": "parse_message"},
        },
    }
    with redis.Redis.from_url(url) as client:
        client.lpush("parse_message", json.dumps(envelope))


def publish_to_rabbitmq(url, headers, body):
    host, _, virtual_host = url.rpartition("@")[2].partition("/")
    with amqp.Connection(host, virtual_host=virtual_host) as connection:
        connection.channel().basic_publish(
            amqp.Message(
                body,
                content_type="application/json",
                content_encoding="utf-8",
                application_headers=headers,
                delivery_mode=2,
            ),
            routing_key="parse_message",
        )

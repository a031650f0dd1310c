"""Messages that nobody should send: each is dropped, and the worker goes on."""

import json
import uuid

import amqp
import pytest
import redis
from twelve_events import BY_WORD

RELEASE = BY_WORD["release"]
PARSE = "task.parse_message"
GOOD_BODY = json.dumps([[], {"event": "{}"}, {}])
HEADERS = {"task": PARSE, "id": "1f0c1ff0-95ec-4d0f-8ff9-0a2d3b3f9a11"}

# Each: headers, body, properties.
MESSAGES = {
    "body is an object": (HEADERS, "{}", {}),
    "body is a text": (HEADERS, '"abc"', {}),
    "body is a number": (HEADERS, "5", {}),
    "body is a list of numbers": (HEADERS, "[1, 2, 3]", {}),
    "body is a short list": (HEADERS, "[[]]", {}),
    "kwargs are a list": (HEADERS, "[[], [], {}]", {}),
    "args are an object": (HEADERS, "[{}, {}, {}]", {}),
    "too many args": (HEADERS, "[[1, 2, 3, 4, 5, 6, 7], {}, {}]", {}),
    "an argument twice": (HEADERS, '[["{}"], {"event": "{}"}, {}]', {}),
    "embed is a number": (HEADERS, "[[], {}, 5]", {}),
    "body is no JSON": (HEADERS, "{{{", {}),
    "body is empty": (HEADERS, "", {}),
    "body holds a broken special object": (
        HEADERS,
        '[[], {"event": {"__type__": "uuid", "__value__": "x"}}, {}]',
        {},
    ),
    "unknown task": (HEADERS | {"task": "task.parse_massage"}, GOOD_BODY, {}),
    "unknown task without id": ({"task": "task.parse_massage"}, GOOD_BODY, {}),
    "task is a list": (HEADERS | {"task": ["task.parse_message"]}, GOOD_BODY, {}),
    "no id": ({"task": PARSE}, GOOD_BODY, {}),
    "id is a number": (HEADERS | {"id": 5}, GOOD_BODY, {}),
    "no headers": ({}, GOOD_BODY, {}),
    "eta is a word": (HEADERS | {"eta": "soon"}, GOOD_BODY, {}),
    "expires is a word": (HEADERS | {"expires": "soon"}, GOOD_BODY, {}),
    "retries is a word": (HEADERS | {"retries": "many"}, GOOD_BODY, {}),
    "time limit is a number": (HEADERS | {"timelimit": 5}, GOOD_BODY, {}),
    "unknown compression": (HEADERS | {"compression": "application/x-nope"}, GOOD_BODY, {}),
    "not compressed": (HEADERS | {"compression": "application/zstd"}, GOOD_BODY, {}),
    "pickle": (HEADERS, GOOD_BODY, {"content-type": "application/x-python-serialize"}),
    "unknown content type": (HEADERS, GOOD_BODY, {"content-type": "text/x-nope"}),
    "unknown charset": (HEADERS, GOOD_BODY, {"content-encoding": "utf-99"}),
}

# Redis alone: what kombu itself must read before it is a message.
ENVELOPES = {
    "a raw webhook": '{"action": "opened"}',
    "a list": "[1]",
    "a text": '"hello"',
    "no JSON": "hello",
    "nothing": "",
    "no UTF-8": b"\xff\xfe",
    "too deep": "[" * 100_000,
    "no properties": {"properties": None},
    "no delivery tag": {"delivery_tag": None},
    "delivery tag is a list": {"delivery_tag": [1]},
    "no delivery info": {"delivery_info": None},
    "no routing key": {"delivery_info": {"exchange": ""}},
    "unknown body encoding": {"body_encoding": "rot13"},
    "body is not base64": {"body_encoding": "base64", "body": "abcde"},
    "body is a list": {"body": [1]},
    "headers are a list": {"headers": [1]},
    "headers are null": {"headers": None},
}


def envelope(headers, body, properties):
    return {
        "body": body,
        "content-type": properties.get("content-type", "application/json"),
        "content-encoding": properties.get("content-encoding", "utf-8"),
        "headers": headers,
        "properties": {
            "body_encoding": "utf-8",
            "delivery_tag": str(uuid.uuid4()),
            "delivery_info": {"exchange": "", "routing_key": "parse_message"},
        },
    }


def push(url, message):
    with redis.Redis.from_url(url) as client:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        client.lpush("parse_message", text)


def publish(url, headers, body, properties):
    host, _, virtual_host = url.rpartition("@")[2].partition("/")
    message = amqp.Message(
        body.encode(),
        content_type=properties.get("content-type", "application/json"),
        content_encoding=properties.get("content-encoding", "utf-8"),
        application_headers=headers,
    )
    with amqp.Connection(host, virtual_host=virtual_host) as connection:
        connection.channel().basic_publish(message, routing_key="parse_message")


def assert_lives(foreign, stage_1, broker_side):
    pid = stage_1.pid
    foreign.send_task(PARSE, kwargs=RELEASE.arguments())
    assert broker_side.take("release").payload[1] == RELEASE.kwargs
    assert (stage_1.is_alive, stage_1.pid) == (True, pid)
    assert broker_side.depth("parse_message") == 0
    assert "Connection to broker lost" not in stage_1.text()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_is_no_task(foreign, stage_1, broker_side, name):
    if broker_side.is_redis:
        push(broker_side.url, envelope(*MESSAGES[name]))
    else:
        publish(broker_side.url, *MESSAGES[name])
    assert_lives(foreign, stage_1, broker_side)


def test_more_of_them_than_a_worker_takes_at_once(foreign, stage_1, broker_side):
    """Were one of them kept as unacknowledged, the worker would take no more after 32."""
    for name in ("body is a number", "unknown task without id", "body is no JSON", "no id"):
        for _ in range(20):
            if broker_side.is_redis:
                push(broker_side.url, envelope(*MESSAGES[name]))
            else:
                publish(broker_side.url, *MESSAGES[name])
    assert_lives(foreign, stage_1, broker_side)


@pytest.mark.parametrize("broker", ["redis"], indirect=True)
@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_is_no_message(foreign, stage_1, broker_side, name):
    wrong = ENVELOPES[name]
    if isinstance(wrong, dict):
        good = envelope(HEADERS, GOOD_BODY, {})
        in_properties = {key: wrong[key] for key in wrong if key in good["properties"]}
        others = {key: wrong[key] for key in wrong if key not in in_properties}
        wrong = good | {"properties": good["properties"] | in_properties} | others
    for _ in range(40):
        push(broker_side.url, wrong)
    assert_lives(foreign, stage_1, broker_side)


@pytest.mark.parametrize("broker", ["redis"], indirect=True)
def test_nothing_stays_behind(foreign, stage_1, broker_side):
    assert_lives(foreign, stage_1, broker_side)
    stage_1.stop()
    assert broker_side.unacked() == 0
    stage_1.start()


def test_no_log_shows_what_a_message_held(stage_1, broker_side):
    secret = json.dumps({"token": "s3cr3t-t0ken"})
    if broker_side.is_redis:
        push(broker_side.url, secret)
    for body in (secret, f"{{{secret}"):
        message = (HEADERS, body, {})
        if broker_side.is_redis:
            push(broker_side.url, envelope(*message))
        else:
            publish(broker_side.url, *message)
    broker_side.wait_until_empty("parse_message")
    stage_1.stop()
    assert "s3cr3t-t0ken" not in stage_1.text()
    stage_1.start()

"""What goes to the queue: the text as it came, without secrets. No worker takes it."""

import json


def test_a_payload_travels_as_it_came_in_one_compressed_string(relay, broker_side):
    body = json.dumps({"zen": "ž 🦔 \ud83d", "request_id": 5, "token": 6}, ensure_ascii=False)
    # Not JSON as we would write it: what is signed and stored is what was sent.
    body = body.replace("\ud83d", "\\ud83d").replace(", ", " ,\n ").replace(' ,\n "token": 6', "")
    answer = relay.post_github(body.encode(), "dance", "a-delivery")
    assert answer.status_code == 202
    message = broker_side.take("parse_message")
    assert message.headers["compression"] == "application/zstd"
    assert message.headers["packit_correlation_id"] == message.headers["id"]
    args, kwargs, _embed = message.payload
    assert (args, kwargs) == (
        [],
        {"event": body, "source": "github", "event_type": "dance", "delivery_id": "a-delivery"},
    )


def test_secrets_are_left_at_the_door(relay, broker_side):
    payload = {
        "request_id": "b2f252eb-5f1d-4fe6-9216-c4d78d53f94b",
        "token": "made-up-token",
        "deep": [
            {"Secret": "hush-1", "API_KEY": {"a": "hush-2"}, "tok\u0065n": "hush-3", "kept": 1}
        ],
    }
    assert relay.post("/webhooks/testing-farm", json.dumps(payload).encode()).status_code == 202
    event = broker_side.take("parse_message").payload[1]["event"]
    assert json.loads(event) == {
        "request_id": "b2f252eb-5f1d-4fe6-9216-c4d78d53f94b",
        "deep": [{"kept": 1}],
    }
    body = b'{"zen": "a", "hook": {"t\\u006fken": "hush-4"}, "hook": {}, "Secret": "hush-5"}'
    assert relay.post_github(body, "dance").status_code == 202
    event = broker_side.take("parse_message").payload[1]["event"]
    assert event == '{"zen": "a", "hook": {}}'
    assert "hush" not in relay.text()

"""Whatever is in a message, the consumer does not end."""

import pika
import pytest
from bus_messages import TOPIC
from fedora_messaging.message import get_message
from servers.bus_process import EXCHANGE

DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def test_bad_content_ends_nothing_and_does_not_stay(bus, consumer, settled):
    # Of the second, the library itself knows no end.
    deep = b'{"user": "packit", "deep": ' + b"[" * 600 + b"]" * 600 + b"}"
    for raw in (b"", b"{", b"\xff", b"[]", b'"text"', b"null", b"5", deep, DEEP, b'{"build": NaN}'):
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


def test_what_ends_the_library_is_dropped_with_a_line(bus, consumer, settled):
    for number, (encoding, body) in enumerate([("utf-8", DEEP), ("klingon", b"{}")]):
        properties = pika.BasicProperties(
            content_encoding=encoding, message_id=f"bad-{number}", headers={}
        )
        bus.channel.basic_publish(
            EXCHANGE, "org.fedoraproject.prod.copr.build.end", body, properties
        )
    assert settled() == []
    assert bus.waiting() == 0
    assert consumer.is_alive
    begin = "dropped org.fedoraproject.prod.copr.build.end"
    assert f"{begin} bad-0: RecursionError" in consumer.text()
    assert f"{begin} bad-1: LookupError" in consumer.text()


@pytest.mark.parametrize(
    ("encoding", "body", "error"),
    [("utf-8", DEEP, RecursionError), ("klingon", b"{}", LookupError)],
)
def test_the_library_does_not_cope_by_itself(encoding, body, error):
    """If this fails, packit_worker/bus_reading.py is needed no more."""
    properties = pika.BasicProperties(content_encoding=encoding, headers={})
    with pytest.raises(error):
        get_message("topic", properties, body)

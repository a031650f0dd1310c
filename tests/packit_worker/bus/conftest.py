"""The bus consumer, as `fedora-messaging consume` runs it, with a real RabbitMQ as bus."""

import pytest
import redis
from bus_messages import COPR, TOPIC
from servers.broker_side import BrokerSide
from servers.bus_process import Bus, BusProcess
from servers.rabbitmq_server import virtual_host


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

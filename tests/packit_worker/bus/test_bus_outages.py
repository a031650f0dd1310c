"""Each message is processed once, whoever comes and goes."""

import socket
import time
from uuid import uuid5

import pytest
from bus_messages import COPR, DELIVERIES, TOPIC
from servers.broker_side import BrokerSide
from servers.bus_process import Bus, BusProcess
from servers.worker_process import WorkerProcess

from packit_worker.store.database import Database
from packit_worker.store.models import Event
from packit_worker.store.schema import EMBEDDED


def test_a_broker_that_is_down_leaves_the_messages_on_the_bus(own_bus_url, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    consumer = BusProcess(tmp_path, own_bus_url, f"redis://127.0.0.1:{port}/0")
    bus = Bus(own_bus_url)
    try:
        consumer.start()
        for number in range(5):
            bus.publish(TOPIC, COPR["body"], f"kept-{number}")
        consumer.wait_for("Returning message id", count=2, seconds=60)
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
    count = 500
    bus_url = private_rabbitmq.url.removesuffix("//") + "/%2F"  # as pika reads it
    consumer = BusProcess(tmp_path, bus_url, private_redis.url)
    accepted = f"accepted {TOPIC}"
    try:
        consumer.start()
        bus = Bus(bus_url)
        for number in range(count):
            bus.publish(TOPIC, COPR["body"] | {"build": number}, f"message-{number}")
        bus.close()
        consumer.wait_for(accepted, count=50, seconds=60)
        private_rabbitmq.stop()
        private_rabbitmq.start()
        consumer.wait_for(accepted, count=150, seconds=60)
        private_redis.freeze()
        consumer.wait_for("Returning message id", seconds=60)
        private_redis.thaw()
        consumer.wait_for(accepted, count=300, seconds=60)
        private_redis.stop()
        consumer.wait_for("Returning message id", count=2, seconds=60)
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

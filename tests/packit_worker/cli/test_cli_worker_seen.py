"""What a real worker shows of itself: `/metrics`."""

import socket

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from servers.process import free_port
from servers.worker_process import WorkerProcess


def measured(address):
    """Return what is told there: `{(name, labels…): value}`, labels in the order of their names."""
    text = requests.get(f"http://{address}/metrics", timeout=30).text
    return {
        (sample.name, *(text for _, text in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def worker(tmp_path):
    """`worker(broker, options…)` starts one."""
    started = []

    def start(broker, *options):
        process = WorkerProcess(tmp_path, broker, options)
        started.append(process)
        return process.start()

    yield start
    for each in started:
        each.stop()


def test_children_count_and_queues_are_measured(broker, worker, run, payloads):
    """Children parse and process; what nobody serves waits."""
    address = f"127.0.0.1:{free_port()}"
    served = ("--queues", "parse_message,release", "--pool", "prefork", "--concurrency", "2")
    worker(broker, *served, "--metrics", address)
    for file in ("a-release.json", "a-release.json", "c-broken.json"):
        run("replay", "--timeout", "20", payloads / file, broker=broker)
    found = measured(address)
    assert found["packit_worker_stage1_total", "", "parsed"] == 2
    assert found["packit_worker_stage1_total", "malformed", "malformed"] == 1
    assert found["packit_worker_stage2_total", "ReleaseEvent", "skipped"] == 2
    assert found["packit_worker_broker_up",] == 1
    # The malformed one is to be recorded, and no worker serves that queue.
    assert found["packit_worker_queue_messages", "record_outcome"] == 1
    assert found["packit_worker_queue_messages", "release"] == 0
    assert found["packit_worker_queue_messages", "default"] == 0
    assert found["packit_worker_queue_age_seconds", "default"] == 0
    age = found.get(("packit_worker_queue_age_seconds", "record_outcome"))
    assert age is None if broker.startswith("amqp") else 0 <= age < 30


def test_an_address_in_use_and_one_that_is_none(run, redis_broker):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("worker", "--metrics", address, broker=redis_broker)
    assert (done.returncode, "Address already in use" in done.stderr) == (1, True)
    done = run("worker", "--metrics", "9000", broker=redis_broker)
    assert (done.returncode, "--metrics: expected HOST:PORT" in done.stderr) == (2, True)

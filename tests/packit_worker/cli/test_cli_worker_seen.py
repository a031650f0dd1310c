"""What a real worker shows of itself: `/metrics`, and the file that says it lives."""

import json
import shutil
import socket
import time

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from servers.process import free_port
from servers.worker_process import WorkerProcess

POLL_SECONDS = 0.1


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


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not come")
        time.sleep(POLL_SECONDS)


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
    for wrong in ("9000", "127.0.0.1:0", "127.0.0.1:99999"):
        done = run("worker", "--metrics", wrong, broker=redis_broker)
        assert (done.returncode, "--metrics: expected HOST:PORT" in done.stderr) == (2, True)


def test_a_file_that_cannot_be_there(run, redis_broker, tmp_path):
    done = run("worker", "--liveness-file", tmp_path / "no" / "file", broker=redis_broker)
    assert (done.returncode, f"{tmp_path}/no cannot be written to" in done.stderr) == (2, True)


def test_a_file_that_can_be_touched_no_more_keeps_nobody_from_work(
    redis_broker, worker, tmp_path, run, payloads
):
    folder = tmp_path / "of-the-file"
    folder.mkdir()
    options = ("--queues", "parse_message", "--liveness-file", str(folder / "alive"))
    running = worker(redis_broker, *options)
    wait_until((folder / "alive").exists)
    shutil.rmtree(folder)
    running.wait_for(f"the liveness file {folder}/alive cannot be touched: No such file")
    done = run("replay", "--json", payloads / "deeper", broker=redis_broker)
    assert json.loads(done.stdout)["code"] == "tag-push"
    assert "Connection to broker lost" not in running.text()


def test_the_file_ages_while_the_broker_stands_still(private_redis, worker, tmp_path):
    file = tmp_path / "alive"
    running = worker(private_redis.url, "--queues", "parse_message", "--liveness-file", str(file))
    running.wait_for("visibility timeout: 120 s")
    wait_until(file.exists)

    def touched_since(moment):
        return file.stat().st_mtime > moment

    now = time.time()
    wait_until(lambda: touched_since(now))
    private_redis.freeze()
    try:
        # Within the health check and the socket's time limit it is noticed.
        wait_until(lambda: time.time() - file.stat().st_mtime > 12, seconds=60)
    finally:
        private_redis.thaw()
    thawed = time.time()
    wait_until(lambda: touched_since(thawed), seconds=60)

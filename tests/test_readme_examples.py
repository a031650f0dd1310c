"""The examples of README.md do what it says, on a real broker with a real worker."""

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pika
import pytest
import redis
from celery import Celery
from kombu import Connection, Queue
from servers.process import ServerProcess, free_port

ROOT = Path(__file__).parents[1]
PUSH = ROOT / "tests/messages/github/push_github_gh/branch.json"
COPR = ROOT / "tests/messages/fedora-messaging/copr_build/end_succeeded.json"
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```python\n(.*?)```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall((ROOT / "README.md").read_text()))
PUSHED = {
    "repo_namespace": "meadow-tools",
    "repo_name": "hedgehog",
    "git_ref": "main",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "commit_sha": "f0d3ab7a23e5415fa2c76c4fd5e50fb8a3fa5b03",
    "user_login": "brindle-fox",
}
SECRET = "correct horse"
SECONDS = 30


@pytest.fixture(params=["redis_broker", "rabbitmq_broker"])
def broker(request):
    """The URL of each real broker in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def start_worker(tmp_path):
    """Start our own stage 1 worker on a broker; it ends with the test."""
    running = []

    def start(url, queues="parse_message", **environment):
        environment |= {"PACKIT_WORKER_BROKER": url, "PYTHONPATH": str(ROOT)}
        log = tmp_path / "worker.log"
        worker = ServerProcess(
            [sys.executable, "-m", "packit_worker", "worker", "--queues", queues],
            log,
            lambda: log.exists() and " ready." in log.read_text(),
            environment,
        )
        running.append(worker)
        worker.start()

    yield start
    for worker in running:
        worker.stop()


def run_example(name, folder, url, *replaced, **environment):
    """Run an example as a program of its own, without our code on its path.

    `replaced` are pairs: a text that the example holds, and what stands there instead.
    """
    text = EXAMPLES[name]
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text)
    environment = {"PATH": os.environ["PATH"], "BROKER": url, **environment}
    subprocess.run([sys.executable, name], cwd=folder, env=environment, check=True, timeout=SECONDS)


def arrived(url, queue):
    """Return task name and kwargs of the one message that comes into a queue of stage 2."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with Connection(url, connect_timeout=5) as connection:
            try:
                message = Queue(queue)(connection.channel()).get(no_ack=True)
            except (*connection.channel_errors, *connection.connection_errors):
                message = None  # RabbitMQ: the queue comes into being with the first message
        if message is not None:
            return message.headers["task"], message.payload[1]
        time.sleep(0.05)
    pytest.fail(f"nothing came into {queue}")


def test_the_readme_has_these_examples():
    assert sorted(EXAMPLES) == ["bare_rabbitmq.py", "bare_redis.py", "bus.py", "relay.py"]


@pytest.mark.parametrize(
    ("name", "fixture"),
    [("bare_redis.py", "redis_broker"), ("bare_rabbitmq.py", "rabbitmq_broker")],
)
@pytest.mark.parametrize("comes_first", ["worker", "message"])
def test_a_bare_message_is_parsed(name, fixture, comes_first, request, start_worker, tmp_path):
    url = request.getfixturevalue(fixture)
    if comes_first == "worker":
        start_worker(url)
    run_example(name, tmp_path, url, PAYLOAD=PUSH.read_text())
    if comes_first == "message":
        start_worker(url)
    assert arrived(url, "push_github_gh") == ("task.process_push_github_gh_event", PUSHED)


def test_a_bare_message_on_redis_can_be_put_back(redis_broker, tmp_path):
    run_example("bare_redis.py", tmp_path, redis_broker, PAYLOAD="{}")
    with Connection(redis_broker) as connection:
        connection.channel().basic_get("parse_message").requeue()
    with redis.Redis.from_url(redis_broker) as client:
        assert client.llen("parse_message") == 1


@pytest.mark.parametrize(
    "path",
    [
        ("content-type",),
        ("headers", "task"),
        ("headers", "id"),
        ("properties", "delivery_tag"),
        ("properties", "delivery_info", "exchange"),
        ("properties", "delivery_info", "routing_key"),
    ],
)
def test_every_key_of_the_bare_message_on_redis_is_needed(
    path, redis_broker, start_worker, tmp_path
):
    run_example("bare_redis.py", tmp_path, redis_broker, PAYLOAD=PUSH.read_text())
    with redis.Redis.from_url(redis_broker) as client:
        message = json.loads(client.rpop("parse_message"))
        holder = message
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        client.lpush("parse_message", json.dumps(message))
        start_worker(redis_broker)
        run_example("bare_redis.py", tmp_path, redis_broker, PAYLOAD=PUSH.read_text())
        arrived(redis_broker, "push_github_gh")  # the whole one, behind it
        assert client.llen("push_github_gh") == 0


def test_more_keys_and_no_encoding_do_no_harm_on_redis(redis_broker, start_worker, tmp_path):
    run_example("bare_redis.py", tmp_path, redis_broker, PAYLOAD=PUSH.read_text())
    with redis.Redis.from_url(redis_broker) as client:
        message = json.loads(client.rpop("parse_message"))
        del message["content-encoding"]
        message["more"] = message["headers"]["more"] = message["properties"]["more"] = "more"
        client.lpush("parse_message", json.dumps(message))
    start_worker(redis_broker)
    assert arrived(redis_broker, "push_github_gh")[1] == PUSHED


@pytest.mark.parametrize(
    "needed",
    [
        'content_type="application/json",',
        '"task": "task.parse_message", ',
        ', "id": str(uuid.uuid4())',
    ],
)
def test_each_property_of_the_bare_message_on_rabbitmq_is_needed(
    needed, rabbitmq_broker, start_worker, tmp_path
):
    start_worker(rabbitmq_broker)
    text = PUSH.read_text()
    run_example("bare_rabbitmq.py", tmp_path, rabbitmq_broker, (needed, ""), PAYLOAD=text)
    other = ('"source": "github"', '"source": "testing-farm"')
    text = '{"request_id": "the whole one behind it"}'
    run_example("bare_rabbitmq.py", tmp_path, rabbitmq_broker, other, PAYLOAD=text)
    task, _kwargs = arrived(rabbitmq_broker, "testing_farm_result")
    assert task == "task.process_testing_farm_result_event"
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="no queue 'push_github_gh'"):
        declare(rabbitmq_broker, "push_github_gh", passive=True)


def test_the_exchange_of_the_workers_leads_to_the_queue_too(
    rabbitmq_broker, start_worker, tmp_path
):
    start_worker(rabbitmq_broker)
    other = ('exchange=""', 'exchange="packit_worker"')
    text = PUSH.read_text()
    run_example("bare_rabbitmq.py", tmp_path, rabbitmq_broker, other, PAYLOAD=text)
    assert arrived(rabbitmq_broker, "push_github_gh")[1] == PUSHED


def test_rabbitmq_refuses_who_declares_the_queue_otherwise(rabbitmq_broker, tmp_path):
    run_example("bare_rabbitmq.py", tmp_path, rabbitmq_broker)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        declare(rabbitmq_broker, "parse_message", durable=True)


def declare(url, queue, **options):
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        connection.channel().queue_declare(queue, **options)


def post(port, body, signature):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhooks/github",
        data=body,
        headers={
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": "0a1b2c3d-0000-4000-8000-000000000001",
            "X-Hub-Signature-256": signature,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - as above
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def sign(body):
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
def start_relay(tmp_path):
    """Start the relay of the README as its own program; returns its port."""
    running = []

    def start(url):
        program = tmp_path / "relay.py"
        program.write_text(EXAMPLES["relay.py"])
        port, log = free_port(), tmp_path / "relay.log"
        relay = ServerProcess(
            [sys.executable, "-m", "flask", "--app", program, "run", "--port", str(port)],
            log,
            lambda: log.exists() and "Running on" in log.read_text(),
            {"BROKER": url, "WEBHOOK_SECRET": SECRET},
        )
        running.append(relay)
        relay.start()
        return port

    yield start
    for relay in running:
        relay.stop()


@pytest.mark.parametrize("comes_first", ["worker", "relay"])
def test_the_relay_hands_a_payload_on(broker, comes_first, start_relay, start_worker):
    body = PUSH.read_bytes()
    if comes_first == "worker":
        start_worker(broker)
    assert post(start_relay(broker), body, sign(body)) == 202
    if comes_first == "relay":
        start_worker(broker)
    assert arrived(broker, "push_github_gh") == ("task.process_push_github_gh_event", PUSHED)


def test_the_relay_refuses_a_wrong_signature(redis_broker, start_relay):
    body = PUSH.read_bytes()
    port = start_relay(redis_broker)
    assert post(port, body, sign(body + b" ")) == 401
    with redis.Redis.from_url(redis_broker) as client:
        assert client.llen("parse_message") == 0


def test_the_relay_answers_503_without_a_broker(private_redis, start_relay):
    body = PUSH.read_bytes()
    port = start_relay(private_redis.url)
    private_redis.kill()
    assert post(port, body, sign(body)) == 503


def test_the_consumer_hands_a_bus_message_on(broker, start_worker, tmp_path):
    saved = json.loads(COPR.read_text())
    body = saved.get("msg") or saved.get("body") or saved
    (tmp_path / "message.json").write_text(json.dumps(body))
    (tmp_path / "bus.py").write_text(EXAMPLES["bus.py"])
    (tmp_path / "deliver.py").write_text(
        "import json, bus\n"
        "from fedora_messaging.message import Message\n"
        "topic = 'org.fedoraproject.prod.copr.build.end'\n"
        "bus.hand_on(Message(topic=topic, body=json.load(open('message.json'))))\n"
    )
    start_worker(broker)
    environment = {"PATH": os.environ["PATH"], "BROKER": broker}
    subprocess.run(
        [sys.executable, "deliver.py"], cwd=tmp_path, env=environment, check=True, timeout=SECONDS
    )
    task, kwargs = arrived(broker, "copr_build")
    assert task == "task.process_copr_build_event"
    assert kwargs["topic"] == "copr.build.end"
    assert kwargs["status"] == 1


def test_the_consumer_gives_a_message_back_without_a_broker(tmp_path):
    (tmp_path / "bus.py").write_text(EXAMPLES["bus.py"])
    program = (
        "import bus\n"
        "from fedora_messaging.exceptions import Nack\n"
        "from fedora_messaging.message import Message\n"
        "try:\n"
        "    bus.hand_on(Message(topic='copr.build.end', body={}))\n"
        "except Nack:\n"
        "    print('given back')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "BROKER": f"redis://127.0.0.1:{free_port()}/0"},
        check=True,
        timeout=SECONDS,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "given back\n"


def test_packit_services_relay_drives_it_unchanged(redis_broker, start_worker, tmp_path):
    queues = tmp_path / "queues.yaml"
    text = (ROOT / "files/queues.yaml").read_text()
    queues.write_text(text.replace("  - parse_message\n", "  - parse_message\n  - celery\n", 1))
    start_worker(redis_broker, "celery,parse_message", PACKIT_WORKER_QUEUES=str(queues))
    relay = Celery(broker=redis_broker, set_as_current=False)  # as it is when nothing is set
    relay.send_task(
        name="task.steve_jobs.process_message",
        kwargs={"event": json.loads(PUSH.read_text()), "source": "github", "event_type": "push"},
    )
    relay.close()
    assert arrived(redis_broker, "push_github_gh") == ("task.process_push_github_gh_event", PUSHED)

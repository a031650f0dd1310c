"""The servers that the other tests stand on."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import redis
from kombu import Connection


def roundtrip(url):
    with Connection(url, connect_timeout=5) as connection:
        queue = connection.SimpleQueue("hello")
        queue.put({"text": "good morning"})
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
        return message.payload


def test_redis_carries_a_message(redis_broker):
    assert roundtrip(redis_broker) == {"text": "good morning"}


def test_rabbitmq_carries_a_message(rabbitmq_broker):
    assert roundtrip(rabbitmq_broker) == {"text": "good morning"}


def test_a_redis_of_our_own_keeps_its_data_over_a_kill(private_redis):
    with redis.Redis.from_url(private_redis.url) as client:
        client.set("name", "hello-world")
    private_redis.kill()
    private_redis.start()
    with redis.Redis.from_url(private_redis.url) as client:
        assert client.get("name") == b"hello-world"


def test_a_frozen_redis_goes_on_when_thawed(private_redis):
    private_redis.freeze()
    with redis.Redis.from_url(private_redis.url, socket_timeout=0.2, retry=None) as client:
        try:
            answer = client.ping()
        except redis.TimeoutError:
            answer = None
        assert answer is None
        private_redis.thaw()
        assert client.ping() is True


def test_each_test_has_a_virtual_host_of_its_own(rabbitmq_broker, rabbitmq_url):
    with Connection(rabbitmq_broker, connect_timeout=5) as connection:
        connection.SimpleQueue("only-here").put({})
    with Connection(rabbitmq_url, connect_timeout=5) as connection:
        channel = connection.channel()
        try:
            channel.queue_declare("only-here", passive=True)
            found = True
        except connection.channel_errors:
            found = False
    assert found is False


def test_rabbitmq_keeps_a_message_over_a_stop(rabbitmq_server):
    with Connection(rabbitmq_server.url, connect_timeout=5) as connection:
        queue = connection.SimpleQueue("kept")
        queue.put({"text": "still here"})
        queue.close()
    rabbitmq_server.stop()
    rabbitmq_server.start()
    with Connection(rabbitmq_server.url, connect_timeout=5) as connection:
        queue = connection.SimpleQueue("kept")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.payload == {"text": "still here"}


def test_a_server_dies_with_a_killed_test_run(tmp_path):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from servers.redis_server import RedisServer\n"
        "server = RedisServer(Path(sys.argv[1])); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    ) as run:
        server = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while is_alive(server) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_alive(server) is False


def is_alive(pid):
    with contextlib.suppress(OSError):
        # A zombie is dead: who reaps it is not our concern.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False

"""A URL whose password nobody percent-encoded is refused in one line that holds no piece of it."""

import subprocess
import sys

import pytest
from servers.worker_process import ROOT, command_environment

from packit_worker.broker_url import BrokerUrlError, check_broker_url, is_redis

GOOD = (
    "redis://localhost:6379/0",
    "redis://:p%2Fw%40rd%23@host:6379/0",
    "rediss://user:pass@host",
    "amqp://user:pass@host:5672/vh",
    "amqp://user:pass@host:5672//",
    "amqps://user:p%3Fw@[::1]:5671/my%40vhost",
    "sentinel://one:26379;sentinel://two:26379",
    "redis+socket:///run/jane@home/redis.sock?virtual_host=1",
)
BAD = (
    "redis://:pi#ece@host:6379/0",
    "redis://:pi/ece@host:6379/0",
    "redis://:123/piece@host:6379/0",
    "amqp://user:pi?ece@host/vh",
    "amqp://user:12#piece@host/vh",
    "redis://:pass@host:piece/0",
    "redis://[piece",
    "piece",
)


@pytest.mark.parametrize("url", GOOD)
def test_good(url):
    check_broker_url(url)


@pytest.mark.parametrize("url", BAD)
def test_bad(url):
    with pytest.raises(BrokerUrlError) as error:
        check_broker_url(url)
    assert "ece" not in str(error.value)
    assert "percent-encoded" in str(error.value)


def test_which_are_redis():
    assert [
        url for url in ("redis://h", "rediss://h", "valkey://h", "amqp://h") if is_redis(url)
    ] == [
        "redis://h",
        "rediss://h",
        "valkey://h",
    ]


COMMANDS = {
    "worker": ["packit_worker", "worker", "--queues", "parse_message"],
    "beat": ["packit_worker", "beat"],
    "queues": ["packit_worker", "queues"],
    "celery": ["celery", "-A", "packit_worker", "worker"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_it_without_a_piece(tmp_path, name):
    environment = command_environment(tmp_path, "redis://:12/secret-piece@host:6379/0")
    done = run(COMMANDS[name], environment)
    text = done.stdout + done.stderr
    assert "are the letters of its password percent-encoded?" in text
    assert [bad for bad in ("Traceback", "secret-piece", "12/") if bad in text] == []
    assert done.returncode == 2


SETTINGS = {
    "a key": ("colour: red\n", 'line 1: unknown key "colour"'),
    "a value": (
        "deployment: moon\n",
        "line 1: deployment: no such value; valid are: prod, stg, dev",
    ),
    "no YAML": ("{", "line 1: not YAML"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_celery_says_in_one_line_what_is_wrong_with_the_settings(tmp_path, name):
    file = tmp_path / "packit-worker.yaml"
    text, expected = SETTINGS[name]
    file.write_text(text)
    environment = command_environment(tmp_path) | {"PACKIT_WORKER_CONFIG": str(file)}
    done = run(COMMANDS["celery"], environment)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: {file}, {expected}")


def test_celery_says_in_one_line_what_is_wrong_with_the_queues(tmp_path):
    environment = command_environment(tmp_path) | {"PACKIT_WORKER_QUEUES": str(tmp_path / "none")}
    done = run(COMMANDS["celery"], environment)
    assert (done.returncode, done.stderr) == (
        2,
        f"Error: {tmp_path / 'none'}: No such file or directory\n",
    )


def run(command, environment):
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

import json

import pytest
from celery import Celery
from kombu import Queue
from servers.process import free_port

from packit_worker.routing import DEFAULT_FILE


def test_the_table_without_a_broker(run):
    done = run("queues")
    assert done.returncode == 0
    assert "the embedded broker does not run, and no other is configured" in done.stderr
    assert "parse_message" in done.stdout


def test_depth_and_age(run, redis_broker):
    app = Celery("foreign", broker=redis_broker, set_as_current=False)
    queue = Queue("release")
    for sent_at in ("2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"):
        app.send_task("x", queue=queue, headers={"packit_sent_at": sent_at})
    app.send_task("x", queue=Queue("slow"))  # somebody else's, which does not tell its age
    app.close()
    done = run("queues", "--json", broker=redis_broker)
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["broker_error"] is None
    assert shown["default"] == "default"
    assert shown["tasks"]["release"]["queue"] == "release"
    assert shown["queues"]["release"]["depth"] == 2
    assert shown["queues"]["release"]["age"] > 24 * 3600
    assert shown["queues"]["slow"] == {"depth": 1, "age": None}
    assert shown["queues"]["koji_build"] == {"depth": 0, "age": None}


def test_depth_on_rabbitmq(run, rabbitmq_broker):
    first = run("queues", "--json", broker=rabbitmq_broker)
    assert json.loads(first.stdout)["queues"]["release"] == {"depth": 0, "age": None}
    app = Celery("foreign", broker=rabbitmq_broker, set_as_current=False)
    app.send_task("x", queue=Queue("release", queue_arguments={"x-queue-type": "quorum"}))
    app.close()
    done = run("queues", "--json", broker=rabbitmq_broker)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["queues"]["release"] == {"depth": 1, "age": None}


def test_something_that_is_no_message_waits(run, redis_broker):
    import redis  # noqa: PLC0415

    with redis.Redis.from_url(redis_broker) as client:
        for queue, text in (("release", "hello"), ("slow", b"\xff"), ("default", "[" * 100_000)):
            client.lpush(queue, text)
    done = run("queues", "--json", broker=redis_broker)
    assert done.returncode == 0
    assert json.loads(done.stdout)["queues"]["release"] == {"depth": 1, "age": None}


def test_a_broker_that_does_not_answer(run):
    url = f"redis://:s3cr3t@127.0.0.1:{free_port()}/0"
    done = run("queues", broker=url)
    assert done.returncode == 0
    assert "What waits is not known: redis://127.0.0.1:" in done.stderr
    assert "s3cr3t" not in done.stderr


def test_check(run, tmp_path):
    good = run("queues", "--check", DEFAULT_FILE)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == f"{DEFAULT_FILE}: 17 queues, 15 tasks, all well\n"
    (tmp_path / "queues.yaml").write_text(
        DEFAULT_FILE.read_text().replace("  koji_build:", "  koji_built:")
    )
    bad = run("queues", "--check", tmp_path / "queues.yaml")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert f"{tmp_path}/queues.yaml, line " in bad.stderr
    assert 'unknown event "koji_built"; did you mean "koji_build"?' in bad.stderr
    missing = run("queues", "--check", tmp_path / "none.yaml")
    assert missing.returncode == 2
    assert f"{tmp_path}/none.yaml: No such file or directory" in missing.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "its URL cannot be read"),
        (
            "carrier-pigeon://localhost",
            "carrier-pigeon://localhost cannot be used: No such transpo",
        ),
        ("redis://:s3cr3t@localhost/db", "redis://localhost/db cannot be used: "),
        ("redis://:s3/cr3t@localhost/0", "its URL cannot be read"),
    ],
)
def test_a_url_that_is_none_of_a_broker(refusal, url, told):
    line = refusal("queues", broker=url)
    assert line.startswith(f"Error: no broker: {told}")
    assert "s3cr3t" not in line
    assert "cr3t@" not in line


@pytest.mark.parametrize("name", ["two words", "a/b", "a,b", "a\tb", "ž", "x" * 201])
def test_check_refuses_a_name_that_no_command_line_takes(run, tmp_path, name):
    file = tmp_path / "queues.yaml"
    file.write_text(DEFAULT_FILE.read_text().replace("  - slow", f"  - {json.dumps(name)}"))
    done = run("queues", "--check", file)
    assert done.returncode == 2
    assert f"{file}, line " in done.stderr
    assert "is no name of a queue: letters, digits and _ . : @ - only" in done.stderr


def test_a_pipe_gets_whole_names(run, tmp_path):
    long = "a-queue-with-a-name-that-goes-on-" + "and-on-" * 10
    file = tmp_path / "queues.yaml"
    file.write_text(
        DEFAULT_FILE.read_text()
        .replace("slow #", f"{long} #")
        .replace("slow_queue: slow", f"slow_queue: {long}")
    )
    done = run("queues", environment={"PACKIT_WORKER_QUEUES": str(file)})
    assert done.returncode == 0
    assert done.stdout.count(long) == 9
    assert "pull_request_comment_pagure" in done.stdout
    assert "…" not in done.stdout

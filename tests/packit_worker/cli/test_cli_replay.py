import json
import re
import time

import pytest
from servers.process import free_port
from servers.worker_process import WorkerProcess


def endings(done):
    found = {}
    for line in done.stdout.splitlines():
        end = json.loads(line)
        assert set(end) == {
            "payload", "event", "queue", "outcome", "code", "detail", "at", "seconds",
        }  # fmt: skip
        assert end["seconds"] is None or 0 <= end.pop("seconds") < 30
        found[end.pop("payload").rpartition("/")[2]] = end
    return found


EXPECTED = {
    "a-release.json": {
        "event": "ReleaseEvent",
        "queue": "release",
        "outcome": "skipped",  # nothing is configured
        "code": "unknown-forge",
        "detail": "no forge 'github.com' in the settings",
        "at": None,
    },
    "b-tag.json": {
        "event": None,
        "queue": None,
        "outcome": "skipped",
        "code": "tag-push",
        "detail": "refs/tags/1.0",
        "at": None,
    },
    "c-broken.json": {
        "event": None,
        "queue": None,
        "outcome": "malformed",
        "code": "malformed",
        "detail": "expected a string, got a number",
        "at": "$.request_id",
    },
}


def test_inline(run, payloads):
    done = run("replay", "--inline", "--json", payloads)
    assert (done.returncode, done.stderr) == (1, "")
    assert endings(done) == EXPECTED
    # What became of it is found by its repository, as that of any event.
    listed = run("events", "list", "--json", "--repository", "github.com/world/hello")
    assert [each["outcome"] for each in json.loads(listed.stdout)["events"]] == ["skipped"]


def test_through_a_broker(run, payloads, redis_broker, tmp_path):
    with_broker = WorkerProcess(tmp_path, redis_broker, []).start()
    try:
        done = run("replay", "--json", payloads, broker=redis_broker)
        named = run("replay", "--json", "--broker", redis_broker, payloads / "a-release.json")
    finally:
        with_broker.stop()
    assert (done.returncode, done.stderr) == (1, "")
    assert endings(done) == EXPECTED
    assert named.returncode == 0
    assert list(endings(named)) == ["a-release.json"]


def test_the_table(run, payloads):
    done = run("replay", "--inline", payloads)
    assert done.returncode == 1
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    rows = [row for row in rows if row]
    assert rows[0][:3] == [f"{payloads}/a-release.json", "ReleaseEvent", "release"]
    assert [row[3] for row in rows] == [
        "skipped (unknown-forge): no forge 'github.com' in the settings",
        "malformed at $.request_id: expected a string, got a number",
        "skipped (tag-push): refs/tags/1.0",
    ]


def test_a_payload_that_is_not_utf_8(run, tmp_path, redis_broker):
    (tmp_path / "x.json").write_bytes(b'{"a": "\xff"}')
    inline = run("replay", "--inline", "--json", tmp_path / "x.json")
    sent = run("replay", "--json", tmp_path / "x.json", broker=redis_broker)
    assert (inline.returncode, sent.returncode) == (1, 1)
    assert endings(inline)["x.json"]["outcome"] == "malformed"
    assert endings(sent) == endings(inline)


def test_no_worker_runs(run, payloads, redis_broker):
    started = time.monotonic()
    done = run(
        "replay", "--json", "--timeout", "1", payloads / "a-release.json", broker=redis_broker
    )
    assert time.monotonic() - started < 10
    assert (done.returncode, done.stderr) == (1, "")
    assert endings(done)["a-release.json"]["outcome"] == "no-answer"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:s3cr3t@127.0.0.1:{port}/0", "redis://127.0.0.1:{port}/0 does not answer: "),
        ("redis://u:s3cr3t@127.0.0.1:{port}/0", "redis://127.0.0.1:{port}/0 does not answer: "),
        ("amqp://me:s3cr3t@127.0.0.1:{port}//", "amqp://127.0.0.1:{port}// does not answer: "),
        ("redis://:s3cr/3t@127.0.0.1:{port}/0", "its URL cannot be read"),
        ("amqp://me:s3cr#3t@127.0.0.1:{port}//", "its URL cannot be read"),
        ("http://me:s3cr3t@127.0.0.1:{port}/", "http://127.0.0.1:{port}/ cannot be used: "),
        ("s3cr3t@127.0.0.1:{port}", "its URL cannot be read"),
    ],
)
def test_no_broker(run, payloads, url, shown):
    port = free_port()
    started = time.monotonic()
    done = run("replay", payloads, "--broker", url.format(port=port))
    assert time.monotonic() - started < 15
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: no broker: {shown.format(port=port)}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cr" not in done.stderr


def test_a_wrong_password(run, payloads, rabbitmq_broker):
    url = rabbitmq_broker.replace("guest:guest", "guest:s3cr3t")
    done = run("replay", payloads, broker=url)
    assert done.returncode == 2
    assert "does not answer: " in done.stderr
    assert "s3cr3t" not in done.stderr


def test_inline_with_a_broker(run, payloads):
    done = run("replay", "--inline", "--broker", "redis://localhost", payloads)
    assert done.returncode == 2
    assert "--inline uses no broker: leave out --broker, or --inline" in done.stderr


def test_the_same_id(run, payloads, redis_broker, tmp_path):
    """Twice the same payload: the same task of stage 2 with --same-id, else another."""
    worker = WorkerProcess(tmp_path, redis_broker, ["--loglevel", "DEBUG"]).start()
    try:
        for options in (["--same-id"], ["--same-id"], []):
            done = run("replay", *options, payloads / "a-release.json", broker=redis_broker)
            assert done.returncode == 0
    finally:
        worker.stop()
    ids = re.findall(r"Task task.process_release_event\[(\S+)\] received", worker.text())
    first, second, third = ids
    assert first == second != third


def test_inline_keeps_what_led_to_no_event(run, payloads):
    assert run("replay", "--inline", payloads / "c-broken.json").returncode == 1
    (kept,) = json.loads(run("events", "list", "--json").stdout)["stage1"]
    assert (kept["outcome"], kept["code"]) == ("malformed", "malformed")
    shown = json.loads(run("events", "show", kept["id"]).stdout)["stage1"]
    assert shown["detail"]

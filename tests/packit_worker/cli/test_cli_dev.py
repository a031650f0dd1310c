import json
import os
import re
import signal
import socket
import time
from pathlib import Path

import pytest
import requests
from celery import Celery
from saved_messages import MESSAGES
from servers.broker_side import BrokerSide
from servers.dev_process import Dev
from twelve_events import BY_WORD

RUNNING = (
    "Running: sandbox, stage 1 worker, stage 2 worker, slow worker, beat, relay, pages. "
    "Ctrl-C stops all."
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_runs_and_ends_together(dev, run, payloads, number):
    dev.start()
    # dev, sandbox, three workers and their children, beat, pages and its child, the broker
    assert len(dev.left_over()) >= 11
    done = run("replay", "--json", payloads / "a-release.json", payloads / "deeper")
    depths = run("queues", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["outcome"], each["code"]) for each in found] == [
        ("skipped", "app-not-installed"),  # world/hello is no repository of the sandbox
        ("skipped", "tag-push"),
    ]
    shown = json.loads(depths.stdout)
    assert (shown["broker_error"], len(shown["queues"])) == (None, 17)
    assert dev.end(number) == 0
    assert dev.left_over() == []
    assert RUNNING in dev.log.read_text()


@pytest.mark.timeout(300)  # all saved messages, and then the builds that came of them
def test_what_is_decided_written_and_remembered(dev, run, tmp_path):
    dev.start()
    files = [MESSAGES / path for path in DECIDED]
    done = run("replay", "--json", "--no-wait", "--timeout", "90", *files, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["outcome"], each["code"]) for each in found] == list(DECIDED.values())
    shown = run("sandbox", "--writes", "--wait", "60", environment={"COLUMNS": "300"})
    assert shown.returncode == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.stdout.splitlines()]
    # The newest of each status of the pull request, and what Copr was sent.
    ends = {row[2]: row[3:] for row in rows if row and row[1] == "meadow-tools/hedgehog@26ccb102"}
    built = re.compile(r"Built( in \d+ s)?\. Packages can be installed from Copr\.")
    for chroot in ("fedora-43-x86_64", "fedora-44-x86_64", "fedora-45-x86_64"):
        state, text = ends.pop(f"status packit-dev/rpm-build:{chroot}")
        assert state == "success"
        assert built.fullmatch(text)
    state, text = ends.pop("status packit-dev/rpm-build:fedora-rawhide-x86_64")
    assert state == "failure"
    assert text.startswith("Build failed")
    # "Not allowed yet", if the denial did not come last.
    tests = {f"status packit-dev/testing-farm:fedora-{n}-x86_64" for n in (43, 44, 45)}
    assert set(ends) - tests == {"status packit-dev/rpm-build"}
    copr = [row[1:3] for row in rows if row and row[1:2] and row[1].startswith("packit/")]
    assert copr == [
        ["packit/meadow-tools-hedgehog-217-dev", "project-add"],
        ["packit/meadow-tools-hedgehog-217-dev", "build-custom"],
    ]
    scratch = [row[2:] for row in rows if row and "upstream-koji-build:1.4.0:f44" in str(row)]
    # Accepted, the source package is made, accepted by Koji, being built.
    assert [row[1] for row in scratch] == [*["pending"] * 4, "success"]
    handed_over = [
        row for row in rows if row and row[2:3] == ["status packit-dev/upstream-koji-build"]
    ]
    assert [row[3] for row in handed_over] == ["pending", "success"]
    assert {row[0] for row in scratch} == {"status packit-dev/upstream-koji-build:1.4.0:f44"}
    assert scratch[-1][2].startswith("Built in ")
    # From the box, of the tag: a name and no long path of ours.
    (koji,) = [row for row in rows if row and row[4:5] == ["for f44"]]
    assert re.fullmatch(r"hedgehog-1\.4\.0-\S+\.src\.rpm", koji[1])
    listed = json.loads(run("events", "list", "--json", "--limit", "500").stdout)
    by_task = [(each["task"], each["outcome"]) for each in listed["events"]]
    copr_ends = [outcome for task, outcome in by_task if task == "task.process_copr_build_event"]
    assert set(copr_ends) <= {"done", "skipped"}
    others = {outcome for task, outcome in by_task if "copr_build" not in task}
    # The result of a test run that is nobody's waits, and is skipped in the end.
    assert {"denied", "done"} == others - {None, "skipped"}
    assert [each["code"] for each in listed["stage1"]] == ["unknown-event"]
    (approved,) = json.loads(run("allowlist", "list", "--json").stdout)
    assert (approved["key"], approved["changed_by"]) == ("github.com/meadow-tools", "sandbox")
    stopped = ("denied", "skipped")
    again(run, next(each for each in listed["events"] if each["outcome"] in stopped))
    assert dev.end() == 0
    assert dev.left_over() == []


# How each ends: outcome and code.
DECIDED = {
    "github/pull_request_gh/opened.json": ("denied", "no-write-access"),
    "github/pull_request_comment_gh/command.json": ("done", ""),
    "github/release/published.json": ("done", ""),  # in the slow queue
    "github/push_github_gh/tag.json": ("skipped", "tag-push"),
    "gitea/push/branch.json": ("skipped", "unknown-event"),
    "testing-farm/testing_farm_result/passed.json": ("waiting", "result-before-row"),
}


def again(run, event):
    """Have the sweep, which beat sends, run an event that ended once more."""
    assert run("events", "requeue", event["id"], "--force").returncode == 0
    deadline = time.monotonic() + 40
    while True:
        shown = json.loads(run("events", "show", event["id"]).stdout)["event"]
        if shown["outcome"] and shown["ended_at"] > event["ended_at"]:
            break
        assert time.monotonic() < deadline, shown
    assert shown["outcome"] == event["outcome"]


@pytest.mark.parametrize("worker", ["--queues\0slow\0", "sandbox"])
def test_any_part_that_ends_by_itself_ends_all(dev, worker):
    dev.start()
    (part,) = [pid for pid in pids() if is_part(pid, dev.process.pid, worker)]
    os.kill(part, signal.SIGKILL)
    assert dev.process.wait(60) == 1
    assert "Ended by itself: " in dev.log.read_text()
    assert dev.left_over() == []


def test_the_end_is_wanted_before_all_runs(dev):
    dev.spawn()
    deadline = time.monotonic() + 30
    while not any("sandbox" in command for command in dev.left_over()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert dev.end() == 0
    assert dev.left_over() == []
    assert "Traceback" not in dev.log.read_text()


def test_nothing_outlives_a_dev_that_is_killed(dev):
    dev.start()
    dev.process.kill()
    assert dev.process.wait(10) == -signal.SIGKILL
    deadline = time.monotonic() + 40
    while dev.left_over():
        assert time.monotonic() < deadline, dev.left_over()
        time.sleep(0.1)


def test_with_settings_of_ones_own_there_is_no_sandbox(tmp_path, run, payloads):
    file = tmp_path / "packit-worker.yaml"
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    file.write_text(f"deployment: stg\npages_url: http://localhost:{port}\n")
    dev = Dev(tmp_path, {"PACKIT_WORKER_CONFIG": str(file)}).start()
    try:
        assert RUNNING.replace("sandbox, ", "").replace(", relay", "") in dev.log.read_text()
        # The pages are elsewhere, and links of statuses would not lead there.
        note = f"Note: statuses link to http://localhost:{port} (pages_url), and something else"
        assert note in dev.log.read_text()
        pages = re.search("Pages at (http://[0-9.:]+)", dev.log.read_text())[1]
        assert requests.get(f"{pages}/healthz", timeout=30).text == "ok\n"
        done = run("replay", "--json", payloads / "a-release.json")
        assert json.loads(done.stdout)["code"] == "unknown-forge"
    finally:
        taken.close()
        assert dev.end() == 0


def test_a_schema_that_is_too_old(refusal, tmp_path):
    """Said before anything runs."""
    empty = f"{tmp_path}/empty.db"
    file = tmp_path / "packit-worker.yaml"
    file.write_text("deployment: stg\n")
    names = {"PACKIT_WORKER_DATABASE": f"sqlite:///{empty}", "PACKIT_WORKER_CONFIG": str(file)}
    line = refusal("dev", environment=names)
    assert line == (
        f"Error: database: {empty}: the schema is empty, 0008 is needed: stop the workers and run"
        " `packit-worker db upgrade`"
    )


def test_ctrl_c_on_a_terminal_reaches_the_whole_group(dev):
    dev.start()
    os.killpg(dev.process.pid, signal.SIGINT)
    assert dev.process.wait(60) == 0
    assert dev.left_over() == []


def test_what_was_queued_survives(dev, run, payloads, tmp_path):
    """Nobody serves the queue of the first dev's message; a worker started later gets it."""
    dev.start()
    socket = tmp_path / "state/broker/valkey.sock"
    url = f"redis+socket://{socket}?virtual_host=0"
    app = Celery("foreign", broker=url, set_as_current=False)
    app.conf.task_default_queue = "kept"
    app.send_task("task.parse_message", kwargs=BY_WORD["release"].arguments())
    app.close()
    assert dev.end() == 0
    assert not socket.exists()
    dev.start()
    assert BrokerSide(url).depth("kept") == 1


def test_a_stage_1_worker_that_ends_by_itself_ends_all(dev):
    dev.start()
    (worker,) = [
        pid for pid in pids() if is_part(pid, dev.process.pid, "--queues\0parse_message\0")
    ]
    os.kill(worker, signal.SIGKILL)
    assert dev.process.wait(60) == 1
    assert "Ended by itself: stage 1 worker" in dev.log.read_text()
    assert dev.left_over() == []


def pids():
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def is_part(pid, parent, words):
    folder = Path(f"/proc/{pid}")
    try:
        command = (folder / "cmdline").read_bytes()
        status = (folder / "status").read_text()
    except OSError:
        return False
    return f"\nPPid:\t{parent}\n" in status and words.encode() in command


def test_no_place_for_the_broker(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("dev", environment={"PACKIT_WORKER_STATE": str(tmp_path / "file" / "x")})
    assert done.returncode == 2
    assert "no broker: " in done.stderr
    assert "Traceback" not in done.stderr

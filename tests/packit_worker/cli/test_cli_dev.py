import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery
from servers.broker_side import BrokerSide
from servers.worker_process import ROOT, command_environment
from twelve_events import BY_WORD


class Dev:
    """`packit-worker dev` in a process group of its own."""

    def __init__(self, folder, environment=None):
        self.folder = folder
        self.log = folder / "dev.log"
        self._environment = command_environment(folder) | (environment or {})

    def start(self):
        before = self.log.read_text().count(" ready.") if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "packit_worker", "dev"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while self.log.read_text().count(" ready.") < before + 2:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)
        return self

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(60)

    def left_over(self):
        """Return the command lines of what still runs with the state folder of this test."""
        mark = f"PACKIT_WORKER_STATE={self.folder}/state".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found


@pytest.fixture
def dev(tmp_path):
    dev = Dev(tmp_path)
    yield dev
    if dev.process.poll() is None:
        dev.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_runs_and_ends_together(dev, run, payloads, number):
    dev.start()
    assert len(dev.left_over()) >= 4  # dev, two workers, a child of the second, the broker
    done = run("replay", "--json", payloads / "a-release.json", payloads / "deeper")
    depths = run("queues", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == [
        "done",
        "skipped",
    ]
    shown = json.loads(depths.stdout)
    assert (shown["broker_error"], len(shown["queues"])) == (None, 16)
    assert dev.end(number) == 0
    assert dev.left_over() == []
    assert "Running: stage 1 worker, stage 2 worker. Ctrl-C stops all." in dev.log.read_text()


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


def test_a_part_that_ends_by_itself_ends_all(dev):
    dev.start()
    (worker,) = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if is_stage_1(folder, dev.process.pid)
    ]
    os.kill(worker, signal.SIGKILL)
    assert dev.process.wait(60) == 1
    assert "Ended by itself: stage 1 worker" in dev.log.read_text()
    assert dev.left_over() == []


def is_stage_1(folder, parent):
    try:
        command = (folder / "cmdline").read_bytes()
        status = (folder / "status").read_text()
    except OSError:
        return False
    return f"\nPPid:\t{parent}\n" in status and b"--queues\0parse_message\0" in command


def test_no_place_for_the_broker(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("dev", environment={"PACKIT_WORKER_STATE": str(tmp_path / "file" / "x")})
    assert done.returncode == 2
    assert "no broker: " in done.stderr
    assert "Traceback" not in done.stderr

"""A worker is killed between a submission to Koji and its row: one build comes of it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from koji_side import F44, JOB

from packit_worker.sandbox.faults import Fault

TESTS = Path(__file__).parents[2]
SECONDS = 40


@pytest.fixture
def start(koji_side, tmp_path):
    """Start a process of its own that takes an event; what still runs is killed at the end."""
    running = []

    def start(event, event_id="opened"):
        told = {
            "database": koji_side.database.engine.url.render_as_string(hide_password=False),
            "github": koji_side.github.url,
            "hub": koji_side.koji.url,
            "srpm": str(koji_side.srpms.file),
            "event_id": event_id,
            "event": type(event).__name__,
            "kwargs": event.as_kwargs(),
        }
        file = tmp_path / "told.json"
        file.write_text(json.dumps(told))
        process = subprocess.Popen(
            [sys.executable, "-m", "servers.koji_engine", str(file)],
            cwd=TESTS,
            env={
                "PYTHONPATH": f"{TESTS.parent}:{TESTS}",
                "HOME": str(tmp_path),
                "TMPDIR": str(tmp_path),
                "PATH": "/usr/bin",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate(timeout=SECONDS)


def wait_until(is_so):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("call", ["build", "rawUpload 0"])
def test_killed_while_the_hub_has_the_call(koji_side, start, call):
    side = koji_side
    event = side.pull_event(side.pull(JOB, source="octo/hello"))
    # Carried out, and its answer held back for as long as the process lives.
    side.koji.faults.add(Fault(kind="timeout", match=f"CALL {call}", seconds=60, after=True))
    process = start(event)
    method = call.partition(" ")[0]
    wait_until(lambda: side.calls_of(method))
    process.kill()
    process.communicate(timeout=SECONDS)
    side.koji.faults.clear()
    assert side.rows() == [("f44", "submitting")]
    side.lose_worker("opened")
    out, _ = start(event).communicate(timeout=SECONDS)
    assert out == "done\n"
    assert len(side.tasks()) == 1
    assert side.rows() == [("f44", "submitted")]
    assert len(side.calls_of("build")) == 1
    side.built()
    assert side.shown() == {F44: ("success", "Built in 4 min 12 s for aarch64, x86_64.")}

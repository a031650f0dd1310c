"""files/demo.sh with a `packit-worker` that plays its part: what the script does when one fails."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[1] / "files/demo.sh"
COMMAND = """#!/usr/bin/env bash
echo "$*" >>"$PLAYED"
echo "$PACKIT_WORKER_STATE" >"$PLAYED.state"
case "$1" in
    dev) trap 'echo "dev ended" >>"$PLAYED"; exit 0' TERM
         git init -q --bare "$PACKIT_WORKER_STATE/sandbox/pagure/rpms/hedgehog.git"
         echo "the log of dev"; touch "$PLAYED.dev"; [ -z "$DEV_ENDS" ] || exit "$DEV_ENDS"
         while true; do sleep 0.05; done ;;
    replay) until [ -e "$PLAYED.dev" ]; do sleep 0.02; done
            [ -n "$REPLAY_ENDS" ] || exec sleep 60; echo "the table"; exit "$REPLAY_ENDS" ;;
    sandbox) echo "the writes" ;;
esac
"""


@pytest.fixture
def demo(tmp_path):
    """Start a copy of the script, with nothing to install."""
    (tmp_path / "files").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(DEMO, tmp_path / "files")
    for name, text in (("files/setup.sh", "#!/bin/sh\n"), ("bin/packit-worker", COMMAND)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    played = tmp_path / "played"

    def start(dev_ends="", replay_ends=""):
        environment = {
            "PATH": os.environ["PATH"],
            "PACKIT_WORKER_VENV": str(tmp_path),
            "PACKIT_WORKER_CONFIG": "/nowhere",
            "PLAYED": str(played),
            "DEV_ENDS": dev_ends,
            "REPLAY_ENDS": replay_ends,
        }
        return subprocess.Popen(
            [tmp_path / "files/demo.sh"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    yield start
    assert not Path((tmp_path / "played.state").read_text().strip()).exists()
    mark = f"PLAYED={played}".encode()
    # A `sleep` of the command lives a moment longer than the command.
    deadline = time.monotonic() + 5
    while left := [folder for folder in Path("/proc").glob("[0-9]*") if has(folder, mark)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


def has(folder, mark):
    try:
        return mark in (folder / "environ").read_bytes()
    except OSError:
        return False


def test_all_goes_well(demo, tmp_path):
    done = demo(replay_ends="0")
    out, errors = done.communicate(timeout=30)
    assert (done.returncode, errors) == (0, "")
    assert "the table" in out.splitlines()
    assert out.splitlines()[-2:] == [
        "the writes",
        "The release, as it lies in the bare repository of dist-git:",
    ]
    assert "sandbox --writes --wait 60" in (tmp_path / "played").read_text().splitlines()
    assert (tmp_path / "played").read_text().splitlines()[-1] == "dev ended"


@pytest.mark.parametrize(("dev_ends", "code"), [("3", 3), ("0", 1)])
def test_dev_ends_early(demo, dev_ends, code):
    started = time.monotonic()
    done = demo(dev_ends=dev_ends)
    _, errors = done.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert (done.returncode, errors) == (code, "the log of dev\n")


def test_a_payload_is_malformed(demo):
    done = demo(replay_ends="1")
    out, errors = done.communicate(timeout=30)
    assert (done.returncode, errors) == (1, "the log of dev\n")
    assert "the writes" not in out


def test_ctrl_c(demo, tmp_path):
    done = demo()
    deadline = time.monotonic() + 20
    played = tmp_path / "played"
    while not played.exists() or "replay" not in played.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    done.send_signal(signal.SIGINT)
    assert done.wait(20) == 130
    done.communicate()

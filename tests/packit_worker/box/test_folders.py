import os
import signal
import subprocess
import sys

import pytest
from box_side import ROOT

from packit_worker.box.folders import folder

HOLD = """
import sys, time
from pathlib import Path
from packit_worker.box.folders import folder
with folder(Path(sys.argv[1])) as run:
    (run.given / "x").write_text("x")
    print(run.path, flush=True)
    time.sleep(60)
"""


def runs(parent):
    return sorted(path.name for path in parent.glob("run-*"))


def test_a_folder_is_removed_whatever_happens(tmp_path):
    def work():
        with folder(tmp_path) as run:
            (run.given / "deep").mkdir()
            (run.given / "link").symlink_to(tmp_path)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert runs(tmp_path) == []
    assert tmp_path.is_dir()


def test_a_folder_of_a_killed_worker_is_removed_by_the_next(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        held = process.stdout.readline().strip()
        with folder(tmp_path) as run:
            assert sorted([held, str(run.path)]) == [
                str(tmp_path / name) for name in runs(tmp_path)
            ]
        process.send_signal(signal.SIGKILL)
    with folder(tmp_path) as run:
        assert runs(tmp_path) == [run.path.name]


def test_only_the_worker_may_enter(tmp_path):
    with folder(tmp_path / "boxes") as run:
        assert run.path.stat().st_mode & 0o777 == 0o700
        assert run.path.parent.stat().st_mode & 0o777 == 0o700
        assert run.taken() != run.taken()

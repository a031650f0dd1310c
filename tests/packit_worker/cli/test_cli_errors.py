"""What a command says when it cannot go on: one line that tells what to do, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def said(*arguments, **environment):
    """Run the command; return the last line that it wrote to standard error."""
    run = subprocess.run(
        [sys.executable, "-m", "packit_worker", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    return run.stderr.splitlines()[-1]


@pytest.fixture
def no_folder(tmp_path):
    """A state folder that cannot be made, whoever asks."""
    (tmp_path / "file").touch()
    return str(tmp_path / "file" / "state")


@pytest.mark.parametrize("command", ["worker", "dev"])
def test_a_broker_that_cannot_be_started_is_told(command, no_folder):
    assert said(command, PACKIT_WORKER_STATE=no_folder) == (
        f"Error: no broker: {no_folder}: cannot be made (Not a directory);"
        " name another folder by PACKIT_WORKER_STATE"
    )


def test_a_misspelt_command_is_told_the_nearest():
    assert said("pars", "x.json") == 'Error: no such command "pars"; did you mean "parse"?'


def test_inline_and_a_broker_exclude_each_other():
    assert said("replay", "--inline", "--broker", "redis://localhost", "x.json") == (
        "Error: --inline uses no broker: leave out --broker, or --inline"
    )

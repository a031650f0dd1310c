"""What a command says when it cannot go on: one line that tells what to do, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def said(*arguments, whole=False, **environment):
    """Run the command; return the last line that it wrote to standard error, or all of it."""
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
    return run.stderr if whole else run.stderr.splitlines()[-1]


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


COMMANDS = [
    ["allowlist", "list"],
    ["beat"],
    ["db", "current"],
    ["dev"],
    ["events", "list"],
    ["events", "show", "x"],
    ["explain", "x.json"],
    ["parse", "x.json"],
    ["queues"],
    ["replay", "x.json"],
    ["replay", "--inline", "x.json"],
    ["worker"],
    ["worker", "--queues", "parse_message"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unknown_setting_is_told_the_nearest(command, tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text("deployment: stg\nadmin: [jane]\n")
    names = {"PACKIT_WORKER_CONFIG": str(file), "PACKIT_WORKER_STATE": str(tmp_path / "state")}
    assert said(*command, **names) == (
        f'Error: {file}, line 2: unknown key "admin"; did you mean "admins"?'
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("admins: jane", "line 1: admins: Expected `array`, got `str`"),
        ("deployment: live", "line 1: deployment: no such value; valid are: prod, stg, dev"),
        ("authentication:\n  github.com:\n    tokn: x", 'line 3: unknown key "tokn"'),
        ("authentication:\n  github.com: {api_url: 5}", "line 2: "),
        (
            "authentication:\n  github.com:\n    api_url: api.github.com",
            "line 3: authentication.github.com.api_url: ",
        ),
        ("- x", "line 1: Expected `object`, got `array`"),
        ("a: [", "not YAML: "),
    ],
)
def test_settings_that_cannot_be_used(text, told, tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(text)
    done = said("parse", "x.json", PACKIT_WORKER_CONFIG=str(file), whole=True)
    assert f"Error: {file}" in done
    assert told in done


def test_settings_that_are_not_there():
    line = said("queues", PACKIT_WORKER_CONFIG="/nowhere/packit-worker.yaml")
    assert (
        line
        == "Error: PACKIT_WORKER_CONFIG: /nowhere/packit-worker.yaml: No such file or directory"
    )


@pytest.mark.parametrize("command", [["worker"], ["explain", "x.json"]])
@pytest.mark.parametrize(
    ("access", "told"),
    [
        (
            "token: {file: /nowhere/token}",
            "authentication.github.com.token: /nowhere/token: No such file or directory",
        ),
        (
            "token: {env: NO_SUCH_TOKEN}",
            "authentication.github.com.token: the environment has no NO_SUCH_TOKEN",
        ),
    ],
)
def test_a_forge_that_cannot_be_used(command, access, told, tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(f"authentication:\n  github.com:\n    {access}\n")
    names = {"PACKIT_WORKER_CONFIG": str(file), "PACKIT_WORKER_STATE": str(tmp_path / "state")}
    assert said(*command, **names) == f"Error: {told}"

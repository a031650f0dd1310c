"""The command as people run it: a process of its own, with nothing configured but what is said."""

import subprocess
import sys

import pytest
from servers.worker_process import ROOT, command_environment


@pytest.fixture
def run(tmp_path):
    """Run `packit-worker …` and return what it did; the state folder is one of the test."""

    def run(*arguments, broker=None, stdin="", environment=None, timeout=60):
        return subprocess.run(
            [sys.executable, "-m", "packit_worker", *map(str, arguments)],
            input=stdin,
            env=command_environment(tmp_path, broker) | (environment or {}),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def payloads(tmp_path):
    """A folder with a payload of each ending: parsed, skipped, malformed."""
    folder = tmp_path / "payloads"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a-release.json").write_text(
        '{"action": "published", "release": {"tag_name": "1.0"}, "sender": {"login": "jane"},'
        ' "repository": {"name": "hello", "owner": {"login": "world"},'
        ' "html_url": "https://github.com/world/hello"}}'
    )
    (folder / "deeper" / "b-tag.json").write_text(
        '{"ref": "refs/tags/1.0", "before": "a", "after": "b", "pusher": {"name": "jane"},'
        ' "repository": {"name": "hello", "owner": {"login": "world"},'
        ' "html_url": "https://github.com/world/hello"}}'
    )
    (folder / "c-broken.json").write_text('{"request_id": 5}')
    (folder / "notes.txt").write_text("no payload")
    return folder

"""The command as people run it: a process of its own, with nothing configured but what is said."""

import signal
import subprocess
import sys
import time

import pytest
import requests
import yaml
from servers.dev_process import Dev
from servers.process import dies_with_us
from servers.worker_process import ROOT, command_environment

from packit_worker.sandbox.git import GitRepository


@pytest.fixture
def run(tmp_path, warm_commands):
    """Run `packit-worker …` and return what it did; the state folder is one of the test."""

    def run(*arguments, broker=None, stdin="", environment=None, timeout=60):
        env = command_environment(tmp_path, broker) | (environment or {})
        return warm_commands.run(list(map(str, arguments)), stdin=stdin, env=env, timeout=timeout)

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


@pytest.fixture
def dev(tmp_path):
    """`packit-worker dev`, not started yet; what still runs at the end is ended."""
    dev = Dev(tmp_path)
    yield dev
    if dev.process.poll() is None:
        dev.end()


class Sandbox:
    """`packit-worker sandbox` as a process."""

    def __init__(self, folder):
        self.folder = folder / "sandbox"
        self.log = folder / "sandbox.log"
        self.settings = self.folder / "packit-worker.yaml"
        self.environment = {"PACKIT_WORKER_CONFIG": str(self.settings)}
        command = ["packit_worker", "sandbox", "--folder", str(self.folder), "--any-ports"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*dies_with_us(), sys.executable, "-m", *command],
                env=command_environment(folder),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 30
        while not self.settings.exists():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.05)
        settings = yaml.safe_load(self.settings.read_text())
        self.copr, self.bodhi = settings["copr"]["url"], settings["bodhi_url"]
        self.testing_farm = settings["testing_farm"]["api_url"].removesuffix("/v0.1")
        self.lookaside = settings["dist_git"]["lookaside_url"].removesuffix("/pkgs")
        self.koji = settings["koji"]["web_url"]
        self.fasjson = settings["approval"]["fasjson_url"]
        access = settings["authentication"]
        self.github = access["github.com"]["api_url"]
        self.pagure = access["src.fedoraproject.org"]["api_url"]

    def writes(self):
        """What was written to both forges."""
        return [
            write
            for url in (self.github, self.pagure)
            for write in requests.get(f"{url}/_sandbox/writes", timeout=5).json()
        ]

    def requests(self):
        """The paths that were asked for on GitHub."""
        seen = requests.get(f"{self.github}/_sandbox/requests", timeout=5).json()
        return [each["path"] for each in seen]

    def commit(self, path, files):
        """Commit files to a branch of a repository on GitHub; return the hash."""
        repository = GitRepository(self.folder / "github" / f"{path}.git")
        return repository.commit(files, ref="refs/heads/other", start="main")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    """The sandbox with its example world."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def start_sandbox(tmp_path):
    """Start a sandbox of the test's own."""
    started = []

    def start():
        started.append(Sandbox(tmp_path))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def refusal(run):
    """Run a command that cannot go on; return the one line that tells why."""

    def refusal(*arguments, **others):
        done = run(*arguments, **others)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()[-1]

    return refusal

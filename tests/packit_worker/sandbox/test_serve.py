"""The sandbox as a process of its own, used by the forge service."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from packit_worker.forge import Repository
from packit_worker.sandbox.serve import ADDRESSES, serve
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey

GITHUB = Repository("github.com", "meadow-tools", "hedgehog")
PAGURE = Repository("src.fedoraproject.org", "rpms", "teapot")
MADE_UP = "26ccb10237c07b512ed4d07d071da83d59905957"
SCRIPT = """
import sys
from pathlib import Path
from packit_worker.sandbox.serve import serve
names = ("lookaside", "github", "pagure", "copr", "bodhi", "fasjson", "testing_farm", "koji")
serve(Path(sys.argv[1]), dict(zip(names, sys.argv[2:], strict=True)))
"""


def free_address(host):
    with socket.create_server((host, 0)) as server:
        return f"{host}:{server.getsockname()[1]}"


def wait_for(address):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            return requests.get(f"http://{address}/_sandbox/writes", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"nobody listens at {address}")


@pytest.fixture
def addresses(tmp_path):
    hosts = ("127.0.0.1", "127.0.0.1", "127.0.0.2", *["127.0.0.1"] * 5)
    given = [free_address(host) for host in hosts]
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "sandbox"), *given]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3]) as process:
        try:
            for address in given:
                wait_for(address)
            yield given[1:3]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_both_forges_serve_the_example(tmp_path, addresses, open_forges):
    key = GithubAppKey(app_id="4711", private_key=(tmp_path / "sandbox/github-app.pem").read_text())
    github, pagure = (f"http://{address}" for address in addresses)
    forges = open_forges(
        ForgeSettings(host="github.com", type="github", api_url=github, app=key),
        ForgeSettings(
            host="src.fedoraproject.org",
            type="pagure",
            api_url=pagure,
            token="sandbox-packit-sandbox",
            declared_public=True,
        ),
    )
    for repository, branch, outsider, pull in (
        (GITHUB, "main", "oat-farmer", 217),
        (PAGURE, "rawhide", "orin", 41),
    ):
        assert forges.visibility(repository) == "public"
        assert forges.default_branch(repository) == branch
        assert ".packit.yaml" in forges.files_at(repository, branch)
        people = ("brindle-fox", "wendy", outsider)
        may = [forges.can_merge(repository, login) for login in people]
        assert may == [True, True, False]
        assert forges.pull_request(repository, pull).author == outsider
        assert forges.pull_request(repository, pull + 1).author == "wendy"
        # The commits of saved payloads are made up.
        assert "jobs:" in forges.file_at(repository, MADE_UP, ".packit.yaml")
        forges.set_status(
            repository, MADE_UP, context="rpm", state="pending", text="T", url="https://e.test"
        )
    assert forges.visibility(Repository("github.com", "meadow-tools", "hidden")) == "private"


@pytest.mark.parametrize("address", ["8091", "127.0.0.1:", "127.0.0.1:http"])
def test_an_address_that_is_none(tmp_path, address):
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="host:port"):
        serve(tmp_path, ADDRESSES | {"github": address})
    # Signals are as they were, and none is written to a socket that is closed.
    assert (signal.getsignal(signal.SIGTERM), signal.set_wakeup_fd(-1)) == (before, -1)


def test_an_address_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(tmp_path, ADDRESSES | {"github": f"127.0.0.1:{taken.getsockname()[1]}"})

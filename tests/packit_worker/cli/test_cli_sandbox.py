"""`packit-worker sandbox` as a process."""

import signal
import socket
import stat

import pytest
import requests
import yaml
from servers.process import free_port

from packit_worker.settings import ServiceFile
from packit_worker.yaml_file import load


def test_it_answers_and_writes_settings(sandbox):
    assert requests.get(f"{sandbox.github}/repos/meadow-tools/hedgehog", timeout=5).status_code in (
        200,
        401,
    )
    version = requests.get(f"{sandbox.pagure}/api/0/rpms/teapot", timeout=5)
    assert version.json()["fullname"] == "rpms/teapot"
    service = load(sandbox.settings, ServiceFile)
    assert service.deployment == "dev"
    assert service.authentication["github.com"].api_url == sandbox.github
    assert service.authentication["src.fedoraproject.org"].api_url == sandbox.pagure
    key = service.authentication["github.com"].github_app_private_key_path
    assert stat.S_IMODE((sandbox.folder / "github-app.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(sandbox.settings.stat().st_mode) == 0o600
    assert key == str(sandbox.folder / "github-app.pem")
    assert yaml.safe_load(sandbox.settings.read_text())["bots"] == [
        "packit-sandbox",
        "packit-sandbox[bot]",
    ]
    assert service.copr.url == sandbox.copr
    assert service.bodhi_url == sandbox.bodhi
    expected = f"github at {sandbox.github}, pagure at {sandbox.pagure}, copr at {sandbox.copr},"
    expected += f" bodhi at {sandbox.bodhi}, fasjson at {sandbox.fasjson}, testing farm at"
    expected += f" {sandbox.testing_farm}, koji at {sandbox.koji}; settings: "
    assert f"{expected}{sandbox.settings}\n" in sandbox.log.read_text()


# At once after it started, several times: it may be anywhere in its code.
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT] * 3)
def test_it_ends_by_a_signal(start_sandbox, number):
    sandbox = start_sandbox()
    assert sandbox.stop(number) == 0
    assert "Traceback" not in sandbox.log.read_text()


def test_a_client_that_hangs_does_not_keep_it(start_sandbox):
    sandbox = start_sandbox()
    host, _, port = sandbox.github.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /repos/x/y HTTP/1.1\r\n")
        assert sandbox.stop() == 0


def test_an_address_in_use(refusal, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        line = refusal("sandbox", "--folder", tmp_path / "x", "--github", address)
    assert line.startswith("Error: ")
    assert address in line
    assert "ddress already in use" in line
    assert not (tmp_path / "x/packit-worker.yaml").exists()


def test_the_other_address_in_use(refusal, tmp_path):
    github = f"127.0.0.1:{free_port()}"
    with socket.create_server(("127.0.0.2", 0)) as taken:
        address = f"127.0.0.2:{taken.getsockname()[1]}"
        addresses = ["--github", github, "--pagure", address]
        assert address in refusal("sandbox", "--folder", tmp_path / "x", *addresses)


def test_no_address(refusal, tmp_path):
    line = refusal("sandbox", "--folder", tmp_path / "x", "--github", "8091")
    assert line == "Error: '8091' is not host:port"


def test_a_folder_that_cannot_be_made(refusal, tmp_path):
    (tmp_path / "file").touch()
    line = refusal("sandbox", "--folder", tmp_path / "file" / "x")
    assert line == f"Error: {tmp_path}/file/x: Not a directory"


def test_what_was_written(run, sandbox):
    """As the service writes it, on each forge."""
    access = load(sandbox.settings, ServiceFile).authentication["src.fedoraproject.org"]
    answer = requests.post(
        f"{sandbox.pagure}/api/0/rpms/teapot/pull-request/41/comment",
        data={"comment": "<!-- hidden -->\n\n[red]Not[/] yet.\nMore."},
        headers={"Authorization": f"token {access.token.read('token')}"},
        timeout=5,
    )
    assert answer.status_code == 200
    done = run("sandbox", "--folder", sandbox.folder, "--writes")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    assert [row for row in rows if row] == [
        ["packit-sandbox", "rpms/teapot#41", "comment", "", "[red]Not[/] yet."]
    ]


def test_no_sandbox_runs(refusal, sandbox, tmp_path):
    line = refusal("sandbox", "--folder", tmp_path / "x", "--writes")
    assert line == f"Error: {tmp_path}/x/packit-worker.yaml: No such file or directory"
    (tmp_path / "packit-worker.yaml").write_text(
        sandbox.settings.read_text().replace(sandbox.github, f"http://127.0.0.1:{free_port()}")
    )
    line = refusal("sandbox", "--folder", tmp_path, "--writes")
    assert "Connection refused" in line

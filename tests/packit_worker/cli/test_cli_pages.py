"""`packit-worker pages`: a process that begins and ends well, and says what is wrong."""

import socket
import sys
from contextlib import closing

import pytest
import requests
from public_world import World
from servers.process import ServerProcess, free_port
from servers.worker_process import command_environment
from sqlalchemy import update

from packit_worker.cli.pages import default_address
from packit_worker.settings import ServiceFile, Settings
from packit_worker.store import schema
from packit_worker.store.models import Run


@pytest.fixture
def pages(tmp_path, sentry_server):
    """`pages(options)` runs them in the state folder of this test, and answers their URL."""
    url = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "packit_worker", "pages", "--bind", url]

    def answers():
        return requests.get(f"http://{url}/runs/1", timeout=5).status_code in (404, 503)

    config = tmp_path / "packit-worker.yaml"
    config.write_text("copr: {config_file: /run/a-key-that-is-not-theirs}\n")
    environment = command_environment(tmp_path) | {
        "PACKIT_WORKER_CONFIG": str(config),
        "PACKIT_WORKER_SENTRY_DSN": sentry_server.dsn,
    }
    process = ServerProcess(command, tmp_path / "log", answers, environment)
    process.url = f"http://{url}"
    yield process
    process.stop()


def test_they_wait_for_a_database(pages, tmp_path):
    """None is made: it is a worker's."""
    pages.start()
    assert requests.get(f"{pages.url}/healthz", timeout=5).status_code == 503
    assert not (tmp_path / "state").exists()
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    schema.open_database(None, folder).close()
    assert requests.get(f"{pages.url}/healthz", timeout=5).status_code == 200
    assert requests.get(f"{pages.url}/runs/1", timeout=5).status_code == 404


def test_a_bug_is_reported(pages, tmp_path, sentry_server):
    """Of a row as no release of ours writes it."""
    pages.start()
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    with closing(schema.open_database(None, folder)) as database:
        _, (run_id,) = World(database).build()
        with database.write() as session:
            session.execute(update(Run).values(details=7))
    assert requests.get(f"{pages.url}/runs/0", timeout=5).status_code == 404
    assert requests.get(f"{pages.url}/runs/{run_id}", timeout=5).status_code == 500
    sentry_server.wait_for(lambda server: server.errors())
    pages.stop()
    (error,) = sentry_server.errors()
    assert error["exception"]["values"][-1]["value"] == "bug in the pages"
    assert error["fingerprint"][:2] == ["bug", "the pages"]


def test_they_end_when_asked(pages):
    pages.start()
    pages.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{pages.url}/healthz", timeout=5)


def test_keys_that_mean_nothing_are_told_at_the_start(run, tmp_path):
    config = tmp_path / "packit-worker.yaml"
    config.write_text("debug: true\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        environment = {"PACKIT_WORKER_CONFIG": str(config)}
        done = run("pages", "--bind", address, environment=environment)
    assert f'Note: {config}, line 1: "debug" means nothing here: say `--loglevel' in done.stderr


def test_a_schema_that_is_too_old(refusal, tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    (tmp_path / "old.db").touch()
    line = refusal("pages", environment={"PACKIT_WORKER_DATABASE": url})
    assert line.startswith(f"Error: database: {tmp_path}/old.db: the schema is")
    assert line.endswith("run `packit-worker db upgrade`")


def test_an_address_in_use(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("pages", "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 1
    assert "in use" in done.stderr


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost:8080", "127.0.0.1:8080"),
        ("http://127.0.0.1:9000/x", "127.0.0.1:9000"),
        ("http://localhost", "127.0.0.1:8080"),
        ("https://packit.example.org", "127.0.0.1:8080"),
        ("https://packit.example.org:8443", "127.0.0.1:8080"),
    ],
)
def test_they_listen_on_loopback(url, address):
    assert default_address(Settings(service=ServiceFile(pages_url=url))) == address

"""A worker that is killed while it submits tests leaves them visibly unknown, and sent once."""

import time

import pytest
import yaml
from event_kwargs import event_of
from servers.worker_process import WorkerProcess
from testing_farm_side import F44

from packit_worker.app import create_app
from packit_worker.sandbox.faults import Fault
from packit_worker.settings import Settings

SECONDS = 30
END = event_of("CoprBuildEvent", chroot=F44)
TASK = "task.process_copr_build_event"


@pytest.fixture
def settings_file(tmp_path, farm_side):
    """What a worker needs to know: the stand-ins, and our keys of them."""
    file = tmp_path / "packit-worker.yaml"
    github = {"type": "github", "api_url": farm_side.side.github.url, "token": "ghp_writer"}
    farm = {"api_url": farm_side.farm.url, "api_key": "key-hush"}
    settings = {"authentication": {"github.com": github}, "testing_farm": farm}
    file.write_text(yaml.safe_dump(settings))
    return file


@pytest.fixture
def start_worker(tmp_path, redis_url, sqlite_database_url, settings_file):
    started = []
    folder = tmp_path / "workers"
    folder.mkdir()

    def start():
        environment = {
            "PACKIT_WORKER_DATABASE": sqlite_database_url,
            "PACKIT_WORKER_CONFIG": str(settings_file),
        }
        arguments = ["--queues", "copr_build", "--concurrency", "1"]
        worker = WorkerProcess(folder, redis_url, arguments, environment)
        started.append(worker)
        return worker.start()

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def send(redis_url):
    app = create_app(Settings(broker=redis_url))
    yield lambda: app.send_task(TASK, kwargs=END.as_kwargs(), task_id="end")
    app.close()


def wait_until(is_so):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_between_the_row_and_the_number(farm_side, start_worker, send):
    pull = farm_side.pull()
    farm_side.built(pull, {F44: "running"})
    # Testing Farm takes the request, and its answer hangs.
    farm_side.farm.faults.add(Fault(kind="timeout", match="POST", seconds=SECONDS, after=True))
    worker = start_worker()
    send()
    wait_until(lambda: farm_side.requests)
    worker.kill()
    assert farm_side.rows() == [(f"testing-farm:{F44}", "submitting")]
    farm_side.farm.faults.clear()
    farm_side.side.lose_worker("end")
    start_worker()
    send()
    wait_until(lambda: farm_side.side.event_row("end").ended_at)
    assert farm_side.rows() == [(f"testing-farm:{F44}", "unknown-if-submitted")]
    assert len(farm_side.requests) == 1
    assert farm_side.statuses()[-1] == (
        f"packit/testing-farm:{F44}",
        "error",
        (
            "Not your change: nobody knows if Testing Farm got the tests."
            ' Comment "/packit test" to try again.'
        ),
    )
    assert farm_side.side.states("end")[-1] == ("GithubTestingFarmHandler", "tests#1", "failed")

"""A real worker, over a real broker: a pull request and Koji's messages end in a final status.

The source package is Copr's, which has built the commit before.
"""

import json
import time

import pytest
import redis
import yaml
from engine_side import POLICY
from koji_side import F44, JOB
from servers.koji_stand_ins import PASSWORD
from servers.worker_process import WorkerProcess

from packit_worker.app import create_app
from packit_worker.handler import is_slow
from packit_worker.registry import HANDLERS
from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.settings import Settings

BOTH = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n" + JOB
QUEUES = "parse_message,pull_request_gh,koji_build,slow"
SECONDS = 60


@pytest.fixture
def settings_file(koji_side, tmp_path):
    side = koji_side
    forge = {"type": "github", "api_url": side.github.url, "token": "ghp_writer"}
    copr = {"url": side.copr.url, "username": "packit"}
    koji = {"hub_url": side.koji.url, "password": PASSWORD}
    file = tmp_path / "packit-worker.yaml"
    settings = {
        "authentication": {"github.com": forge},
        "bots": ["wilma"],
        "copr": copr | {"login": "jhqtlogin", "token": "hush-token"},
        "koji": koji,
        "bodhi_url": side.bodhi.url,
    }
    file.write_text(yaml.safe_dump(settings))
    return file


@pytest.fixture
def send(koji_side, settings_file, redis_url, tmp_path):
    """Send a task to a worker that runs."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    url = koji_side.database.engine.url.render_as_string(hide_password=False)
    environment = {"PACKIT_WORKER_DATABASE": url, "PACKIT_WORKER_CONFIG": str(settings_file)}
    folder = tmp_path / "worker"
    folder.mkdir()
    worker = WorkerProcess(folder, redis_url, ["--queues", QUEUES], environment)
    app = create_app(Settings(broker=redis_url))
    try:
        worker.start()
        yield lambda name, task_id, **kwargs: app.send_task(name, kwargs=kwargs, task_id=task_id)
    finally:
        worker.stop()
        app.close()


def wait_until(is_so):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_pull_request_ends_in_a_final_status(koji_side, send):
    side = koji_side
    side.change(handlers=tuple(row for row in HANDLERS if not is_slow(row, POLICY)))
    pull, _end = side.opened(BOTH)
    side.copr.world.builds[7000001].srpm = b"made by copr"
    side.build()
    event = side.pull_event(pull, action="reopened")
    send(event.task(), "reopened", **event.as_kwargs())
    wait_until(lambda: side.event_row("reopened") and side.event_row("reopened").ended_at)
    [(task_id, _target)] = side.tasks()
    [upload] = side.koji.world.uploads.values()
    assert bytes(upload) == b"made by copr"
    for message in side.koji.run(task_id, Outcome(arches={"aarch64": "failed"})):
        send(
            "task.parse_message",
            None,
            event=json.dumps(message),
            source="fedora-messaging",
            event_type=message["topic"],
            delivery_id=message["id"],
        )
    wait_until(lambda: side.shown()[F44][0] != "pending")
    text = "Build failed after 4 min 12 s for aarch64. The page shows the log."
    assert side.shown()[F44] == ("failure", text)
    [run] = [run for run in side.runs() if run.target == "f44"]
    assert "error: Bad exit status from %build" in run.log_excerpt

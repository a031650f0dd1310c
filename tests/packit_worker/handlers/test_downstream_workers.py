"""Real workers, over a real broker: releases go down in the slow queue, also if one is killed."""

import time
from hashlib import sha512

import pytest
import redis
import yaml
from downstream_side import BRANCHES, GIT_EMAIL
from servers.worker_process import WorkerProcess

from packit_worker.app import create_app
from packit_worker.sandbox.faults import Fault
from packit_worker.settings import Settings

QUEUES = "release,issue_comment"
SECONDS = 90
CONTEXT = "packit/propose-downstream:1.1.0"


@pytest.fixture
def settings_file(downstream_side, bodhi_url, tmp_path):
    side = downstream_side
    github, pagure = side.side.github, side.side.pagure
    upload = side.released.replace("/released", "/pkgs")
    settings = {
        "authentication": {
            "github.com": {
                "type": "github",
                "api_url": github.url,
                "git_url": github.world.folder.as_uri(),
                "token": "ghp_writer",
            },
            "src.example.org": {
                "type": "pagure",
                "api_url": pagure.url,
                "git_url": pagure.world.folder.as_uri(),
                "token": "bot-token",
                "declared_public": True,
            },
        },
        "bots": ["wilma", "bot"],
        "bodhi_url": bodhi_url,
        "dist_git": {
            "url": "https://src.example.org",
            "lookaside_url": upload,
            "lookaside_upload_url": f"{upload}/upload.cgi",
            "git_name": "Packager",
            "git_email": GIT_EMAIL,
        },
        "box": {"folder": str(tmp_path / "boxes"), "source_hosts": ["127.0.0.3"]},
    }
    file = tmp_path / "packit-worker.yaml"
    file.write_text(yaml.safe_dump(settings))
    return file


class Workers:
    """A worker of the events, one of the slow queue, and who sends them tasks."""

    def __init__(self, side, folder, redis_url, settings_file):
        url = side.side.database.engine.url.render_as_string(hide_password=False)
        environment = {"PACKIT_WORKER_DATABASE": url, "PACKIT_WORKER_CONFIG": str(settings_file)}
        self._side = side
        self._app = create_app(Settings(broker=redis_url))
        self.fast, self.slow = (
            WorkerProcess(
                folder / name, redis_url, ["--queues", queues, "--concurrency", "1"], environment
            )
            for name, queues in (("fast", QUEUES), ("slow", "slow"))
        )

    def send(self, event, task_id):
        self._app.send_task(event.task(), kwargs=event.as_kwargs(), task_id=task_id)

    def wait_for_end(self, task_id):
        wait_until(lambda: (row := self._side.side.event_row(task_id)) and row.ended_at)
        return self._side.side.event_row(task_id).outcome

    def stop(self):
        for worker in (self.fast, self.slow):
            worker.kill()  # nothing is in hand
        self._app.close()


@pytest.fixture
def workers(downstream_side, settings_file, redis_url, tmp_path):
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    for name in ("fast", "slow"):
        (tmp_path / name).mkdir()
    workers = Workers(downstream_side, tmp_path, redis_url, settings_file)
    try:
        for worker in (workers.fast, workers.slow):
            worker.spawn()
        for worker in (workers.fast, workers.slow):
            worker.wait_for(" ready.", SECONDS)
        yield workers
    finally:
        workers.stop()


def wait_until(is_so):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_three_branches_one_of_which_a_command_repairs(downstream_side, workers):
    side = downstream_side
    side.package_at("1.0.0", branches=("rawhide", "f44"))
    side.publish("1.1.0", archive=b"the archive of 1.1.0\n")
    workers.send(side.side.release_event("1.1.0"), "released")
    assert workers.wait_for_end("released") == "failed"
    workers.slow.wait_for("ReleaseEvent failed")
    pulls = side.pulls()
    assert sorted(pulls) == ["f44", "rawhide"]
    assert pulls["f44"].title == "Update f44 to upstream release 1.1.0"
    assert (pulls["f44"].source, pulls["f44"].author) == ("fork/bot/rpms/hello", "bot")
    spec = side.shown(pulls["f44"], "hello.spec")
    assert "Packager <packager@mail.example> - 1.1.0-1\n- Update to version 1.1.0\n" in spec
    digest = sha512(b"the archive of 1.1.0\n").hexdigest()
    sources = f"SHA512 (hello-1.1.0.tar.gz) = {digest}\n"
    assert side.shown(pulls["f44"], "sources") == sources
    kept = side.lookaside.world.archives
    assert kept == {f"rpms/hello/hello-1.1.0.tar.gz/sha512/{digest}": b"the archive of 1.1.0\n"}
    statuses = side.statuses()
    assert statuses[f"{CONTEXT}:f44"][0] == "success"
    assert statuses[f"{CONTEXT}:f44"][1].startswith("Pull request opened: http")
    assert statuses[f"{CONTEXT}:f43"] == ("failure", "Dist-git has no such branch.")
    ((title, state, body),) = side.issues()
    assert (title, state) == ("Release 1.1.0 could not be proposed to dist-git", "open")
    assert "| `f43` | `Dist-git has no such branch.` |" in body
    assert "`/packit propose-downstream`" in body
    heads = {branch: pull.head_sha for branch, pull in pulls.items()}

    side.package_at("1.0.0", branches=("f43",))
    issue = side.side.github.world.issue(side.upstream, author="wendy", title="Again, please")
    workers.send(side.side.issue_event(issue.id, "/packit propose-downstream", "wendy"), "again")
    assert workers.wait_for_end("again") == "done"
    pulls = side.pulls()
    assert sorted(pulls) == ["f43", "f44", "rawhide"]
    assert len(side.package.pulls) == 3
    for pull in pulls.values():
        assert "Version:        1.1.0\n" in side.shown(pull, "hello.spec")
    # Those that were done stay as they are.
    assert {branch: pull.head_sha for branch, pull in pulls.items() if branch in heads} == heads
    states = {name: state for name, (state, _) in side.statuses().items()}
    of_branches = {f"{CONTEXT}:{branch}": "success" for branch in BRANCHES}
    # Shown until the slow worker took it.
    assert states == of_branches | {"packit/propose-downstream": "success"}
    ((_, state, body),) = side.issues()
    assert (issue.state, state) == ("closed", "closed")
    assert "| `f43` | `Pull request opened: http" in body


def test_killed_between_the_push_and_the_pull_request(downstream_side, workers):
    """Whether the forge had opened it by then or not: afterwards there is one for each branch."""
    side = downstream_side
    side.package_at("1.0.0", branches=("f43", "f44"))
    side.publish("1.1.0", branches=("f43", "f44"))
    pagure = side.side.pagure
    for is_carried_out in (False, True):
        hangs = Fault(
            kind="timeout", match="pull-request/new", seconds=SECONDS, after=is_carried_out
        )
        pagure.faults.add(hangs)
        workers.send(side.side.release_event("1.1.0"), "released")
        count = int(is_carried_out)
        wait_until(lambda: hangs.count == 0 and len(side.package.pulls) == count)  # noqa: B023 - at once
        workers.slow.kill()
        git = pagure.world.projects["fork/bot/rpms/hello"].git
        assert [each for each in git.branches() if each.endswith("-update")] == ["1.1.0-f43-update"]
        pagure.faults.clear()
        # As the broker gives the message again, after the lease of the dead one.
        side.side.lose_worker("released")
        workers.slow.start()
    workers.send(side.side.release_event("1.1.0"), "released")
    assert workers.wait_for_end("released") == "done"
    pulls = side.pulls()
    assert sorted(pulls) == ["f43", "f44"]
    assert len(side.package.pulls) == 2
    for branch, pull in pulls.items():
        assert "Version:        1.1.0\n" in side.shown(pull, "hello.spec")
        assert pull.head_sha == git.resolve(f"refs/heads/1.1.0-{branch}-update")
    assert len(side.lookaside.world.archives) == 1

"""Fast events flow while a slow handler works: it moved to a queue, and a worker, of its own."""

from datetime import UTC, datetime

import pytest
import yaml
from servers.stage2_side import EACH_ONCE

from packit_worker.store import allowlist

pytestmark = EACH_ONCE
CONFIG = {
    "specfile_path": "hello.spec",
    "jobs": [
        {"job": "copr_build", "trigger": "release", "targets": ["fedora-rawhide"]},
        {"job": "propose_downstream", "trigger": "release", "dist_git_branches": ["rawhide"]},
    ],
}
RELEASE = {
    "repo_namespace": "world",
    "repo_name": "hello",
    "tag_name": "1.0",
    "https_url": "https://github.com/world/hello",
    "prerelease": False,
    "user_login": "jane",
}


@pytest.fixture
def config(github, tmp_path):
    """A packit-worker.yaml that knows a GitHub where world/hello has a release with two jobs."""
    github.world.user("world")
    files = {".packit.yaml": yaml.safe_dump(CONFIG), "hello.spec": "Name: hello\n"}
    project = github.world.project("world/hello", files=files, roles={"octo": "admin"})
    project.git.commit({}, ref="refs/tags/1.0", start="main")
    access = {"type": "github", "api_url": github.url, "token": "ghp_writer"}
    file = tmp_path / "packit-worker.yaml"
    file.write_text(yaml.safe_dump({"authentication": {"github.com": access}}))
    return file


@pytest.fixture
def stage_2(start_stage_2):
    stage_2 = start_stage_2()
    approved = allowlist.AllowStatus.APPROVED_MANUALLY
    with stage_2.database.write() as session:
        allowlist.enter(session, "github.com/world", approved, by="me", now=datetime.now(UTC))
    return stage_2


def test_fifty_events_end_while_one_is_slow(stage_2, config, broker_side):
    fast = stage_2.worker("installation,release,sweep", config=config).start()
    slow = stage_2.worker("slow", config=config).start()
    stage_2.app.send_task("task.process_release_event", kwargs=RELEASE, task_id="slow-one")
    stage_2.records.wait_for("1.0", "Propose begin")
    others = [f"fast-{number}" for number in range(50)]
    for login in others:
        stage_2.send(login)
    for login in others:
        assert stage_2.wait_for_end(login) == "done"
    # Still at it, by the worker of the slow queue, under the same id.
    assert stage_2.records.of("1.0") == ["Build begin", "Build end", "Propose begin"]
    assert stage_2.runs("slow-one") == {"Build": ("done", 1), "Propose": ("started", 1)}
    assert "task.process_release_event[slow-one] received" in slow.text()
    assert "InstallationEvent" not in slow.text()
    stage_2.records.let_go("1.0")
    assert stage_2.wait_for_end("slow-one") == "done"
    assert stage_2.records.of("1.0")[3:] == ["Propose end"]
    assert fast.text().count("ReleaseEvent waiting") == 1
    assert broker_side.depths(["installation", "release", "slow"]) == {}

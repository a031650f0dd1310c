"""The database that is there when none is named: one file, used by many processes at once."""

import pytest
from servers.stage2_side import Stage2

EVENTS = [f"event-{number}" for number in range(50)]


@pytest.fixture
def stage_2(redis_broker, tmp_path):
    stage_2 = Stage2(tmp_path, redis_broker, None)
    yield stage_2
    stage_2.close()


def test_two_workers_begin_at_once(stage_2):
    for login in EVENTS:
        stage_2.send(login)
    workers = [stage_2.worker(concurrency=2).spawn() for _ in range(2)]
    for login in EVENTS:
        stage_2.records.wait_for(login, "Second end")
    for login in EVENTS:
        assert stage_2.wait_for_end(login) == "done"
        assert len(stage_2.records.of(login)) == 4
    logs = [worker.text() for worker in workers]
    assert all("InstallationEvent done" in log for log in logs)
    text = "".join(logs)
    assert "database is locked" not in text
    assert "put off" not in text

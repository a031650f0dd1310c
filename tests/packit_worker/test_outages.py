"""The database or the broker is down for a while: what was on its way is worked on later."""

import pytest
from servers.broker_side import BrokerSide
from servers.stage2_side import Stage2
from servers.worker_process import WorkerProcess
from twelve_events import BY_WORD

from packit_worker.store.models import Stage1Outcome

COPR = BY_WORD["copr_build"]


@pytest.fixture
def stage_2(broker, private_postgres, tmp_path):
    stage_2 = Stage2(tmp_path, broker, private_postgres.url)
    yield stage_2
    stage_2.close()


def outcomes(stage_2):
    with stage_2.database.read() as session:
        return [(row.id, row.code) for row in session.query(Stage1Outcome)]


def test_the_database_is_down(stage_2, private_postgres):
    worker = stage_2.worker().start()
    stage_2.send("before")
    assert stage_2.wait_for_end("before") == "done"
    fresh = stage_2.worker("record_outcome").start()
    private_postgres.stop()
    headers = {"packit_correlation_id": "the-relay", "packit_sent_at": "2026-03-01T12:00:00+00:00"}
    stage_2.send("meanwhile", headers=headers)
    # This worker never spoke to the database before.
    stage_2.app.send_task("task.record_outcome", kwargs={"code": "unknown-event"}, task_id="o-1")
    worker.wait_for("put off for 10 s")
    fresh.wait_for("put off for 10 s")
    stage_2.sweep()
    worker.wait_for("no sweep: ")
    private_postgres.start()
    assert stage_2.wait_for_end("meanwhile") == "done"
    row = stage_2.row("meanwhile")
    assert row.correlation_id == "the-relay"
    assert row.sent_at.isoformat() == "2026-03-01T12:00:00+00:00"
    assert stage_2.records.of("meanwhile") == [
        "First begin",
        "First end",
        "Second begin",
        "Second end",
    ]
    stage_2.wait_until(lambda: outcomes(stage_2))
    assert outcomes(stage_2) == [("o-1", "unknown-event")]
    assert (worker.is_alive, fresh.is_alive) == (True, True)
    assert "Traceback" not in worker.text() + fresh.text()


def test_rabbitmq_ends_while_stage_1_sends(private_rabbitmq, tmp_path):
    """RabbitMQ alone: what a Redis hands over as it ends is with nobody, and Celery cannot tell."""
    stage_2 = Stage2(tmp_path, private_rabbitmq.url, "sqlite:////nowhere")
    side = BrokerSide(private_rabbitmq.url)
    worker = WorkerProcess(tmp_path, private_rabbitmq.url, ["--queues", "parse_message"]).start()
    builds = set(range(300))
    try:
        worker.freeze()
        for number in sorted(builds):
            event = COPR.payload | {"build": number}
            stage_2.app.send_task("task.parse_message", kwargs=COPR.arguments(event=event))
        worker.thaw()
        side.wait_for("copr_build", 1)
        # Not kill -9: that breaks a queue which is a second old for good.
        private_rabbitmq.stop()
        assert worker.text().count("parsed CoprBuildEvent") < 300
        private_rabbitmq.start()
        found = set()
        while found != builds:
            found.add(side.take("copr_build", 30).payload[1]["build_id"])
        assert worker.is_alive
    finally:
        worker.kill()
        stage_2.close()

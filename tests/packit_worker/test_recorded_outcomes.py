"""Payloads that lead to no event leave a row, so that "nothing happened" has an answer."""

import pytest
from servers.stage2_side import EACH_ONCE
from servers.worker_app import TASK
from twelve_events import BY_WORD

from packit_worker.store.models import Stage1Outcome

pytestmark = EACH_ONCE


COMMENT = BY_WORD["issue_comment"].payload
# By name: what parse_message is told, and the row that follows from it.
SENT = {
    "malformed": (
        {
            "event": BY_WORD["release"].payload | {"release": {"tag_name": 5}},
            "source": "github",
            "event_type": "release",
        },
        ("malformed", "malformed", "github", "release"),
        "$.release.tag_name: ",
    ),
    "unknown": (
        {"event": {"hello": "world"}},
        ("skipped", "unknown-event", None, None),
        "",
    ),
    "command": (
        {
            "event": COMMENT | {"action": "deleted"},
            "source": "github",
            "event_type": "issue_comment",
        },
        ("skipped", "action-not-handled", "github", "issue_comment"),
        "",
    ),
    # No database holds a NUL, nor a lone surrogate.
    "unfit": (
        {"event": {"hello": "world"}, "source": "a\x00b", "event_type": "lone \ud800"},
        ("skipped", "unknown-event", "a\ufffdb", "lone \ufffd"),
        "",
    ),
}


@pytest.fixture(scope="module")
def stage_2(start_stage_2):
    return start_stage_2()


@pytest.fixture(scope="module")
def recorder(stage_2):
    return stage_2.worker("record_outcome,installation").start()


@pytest.mark.parametrize("name", SENT)
def test_an_outcome_is_kept_once(foreign, stage_1, stage_2, recorder, name):
    arguments, expected, detail = SENT[name]
    recorded = recorder.text().count("succeeded")
    for _ in range(2):
        foreign.send_task("task.parse_message", kwargs=arguments | {"delivery_id": name})
    recorder.wait_for("succeeded", count=recorded + 2)
    with stage_2.database.read() as session:
        (row,) = session.query(Stage1Outcome).filter_by(delivery_id=name)
    assert (row.outcome, row.code, row.source, row.event_type) == expected
    assert (row.detail or "").startswith(detail)
    assert row.sent_at is not None
    assert row.recorded_at >= row.sent_at


def rows_of(stage_2, code):
    """Return the rows with a code, as soon as there is one."""

    def read():
        with stage_2.database.read() as session:
            return session.query(Stage1Outcome).filter_by(code=code).all()

    stage_2.wait_until(read)
    return [(row.outcome, row.correlation_id, row.detail) for row in read()]


def test_a_task_that_we_do_not_have_is_kept(foreign, stage_1, stage_2, recorder):
    """As where a sender is newer than the workers."""
    foreign.send_task("task.parse_massage", task_id="m-1", headers={"packit_correlation_id": "c-1"})
    assert rows_of(stage_2, "unknown-task") == [("invalid", "c-1", "task.parse_massage, id m-1")]


def test_arguments_that_make_no_event_are_kept(stage_2, recorder):
    """As where stage 1 is newer than stage 2."""
    stage_2.app.send_task(TASK, kwargs={"colour": "red"}, task_id="m-2")
    (row,) = rows_of(stage_2, "invalid-arguments")
    assert row == ("invalid", "m-2", f"{TASK}, id m-2: $.colour: unknown")


def test_arguments_without_names_are_kept(stage_2, recorder):
    stage_2.app.send_task(TASK, args=[1, 2], task_id="m-3")
    kept = ("invalid", "m-3", f"{TASK}, id m-3: $: arguments without a name")
    stage_2.wait_until(lambda: kept in rows_of(stage_2, "invalid-arguments"))

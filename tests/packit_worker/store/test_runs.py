"""Builds and test runs outside move forward only, and the forge shows the newest."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packit_worker.run_states import RunKind, RunState, before, rank
from packit_worker.store.errors import NotFoundError
from packit_worker.store.models import Run
from packit_worker.store.reports import report_later, reported
from packit_worker.store.runs import Advance, advance, check_later, get, say
from packit_worker.store.submissions import Submission, begin_submission

# By hand: what may follow what.
FOLLOWS = {
    "submitting": set(),
    "submitted": {"submitting"},
    "running": {"submitting", "submitted"},
    "success": {"submitting", "submitted", "running"},
    "failure": {"submitting", "submitted", "running"},
    "error": {"submitting", "submitted", "running"},
    "canceled": {"submitting", "submitted", "running"},
    "gave-up": {"submitting", "submitted", "running"},
    "unknown-if-submitted": {"submitting", "submitted", "running"},
}


def make(database, leased, project_id, at, number=1):
    lease, job_run_id = leased(number)
    one = Submission(
        kind=RunKind.TEST_RUN,
        project_id=project_id,
        commit_sha="0c" * 20,
        target="fedora-40",
        context="testing-farm:fedora-40",
    )
    options = {"marker": f"m{number}", "now": at(), "next_check_at": at(300)}
    with database.write() as session:
        return begin_submission(session, lease, job_run_id, [one], **options)[0].id


@pytest.fixture
def run_id(database, leased, project_id, at):
    """The id of a test run that is `submitting`."""
    return make(database, leased, project_id, at)


def move(database, run_id, state, now, **options):
    with database.write() as session:
        return advance(session, run_id, RunState(state), now=now, **options)


def row(database, run_id):
    with database.read() as session:
        return get(session, run_id)


def test_the_table_of_states_is_that_of_the_design():
    assert {state: set(before(state)) for state in RunState} == FOLLOWS
    assert [rank(state) for state in RunState] == [0, 1, 2, 3, 3, 3, 3, 3, 3]


def test_the_whole_life_of_a_run(database, run_id, at):
    assert move(database, run_id, "submitted", at(2)) == Advance(changed=True, state="submitted")
    assert move(database, run_id, "running", at(5), next_check_at=at(700)).changed
    running = row(database, run_id)
    assert (running.known_state, running.started_at) == ("running", at(5))
    assert (running.next_check_at, running.ended_at, running.report_due_at) == (
        at(700),
        None,
        at(65),
    )
    assert move(database, run_id, "failure", at(90), text="2 of 9 failed", log="...\nE").changed
    ended = row(database, run_id)
    assert (ended.known_state, ended.known_text, ended.log_excerpt) == (
        "failure",
        "2 of 9 failed",
        "...\nE",
    )
    assert (ended.started_at, ended.ended_at, ended.next_check_at) == (at(5), at(90), None)


def test_a_late_start_changes_nothing_and_says_so(database, run_id, at):
    move(database, run_id, "success", at(90), started_at=at(40))
    late = move(database, run_id, "running", at(95), text="late", started_at=at(41))
    assert late == Advance(changed=False, state=RunState.SUCCESS)
    ended = row(database, run_id)
    assert (ended.known_state, ended.known_text, ended.started_at) == ("success", None, at(40))


def test_the_first_end_stands(database, run_id, at):
    move(database, run_id, "gave-up", at(90))
    assert move(database, run_id, "success", at(95)) == Advance(changed=False, state="gave-up")
    assert row(database, run_id).ended_at == at(90)


def test_an_unknown_row_is_told(database, at):
    with pytest.raises(NotFoundError, match="no run 404"):
        move(database, 404, "success", at())


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(news=st.lists(st.sampled_from(sorted(FOLLOWS)), max_size=8))
def test_no_order_of_news_moves_a_row_back(database, project_id, at, news):
    with database.write() as session:
        new = Run(
            kind="test-run",
            project_id=project_id,
            commit_sha="0c",
            target="",
            context="",
            marker="",
            details={},
            attempt=1,
            known_state="submitting",
            created_at=at(),
        )
        session.add(new)
    state = "submitting"
    for each in news:
        answer = move(database, new.id, each, at(1))
        may = state in FOLLOWS[each]
        state = each if may else state
        assert answer == Advance(changed=may, state=RunState(state))
        assert row(database, new.id).known_state == state


def test_a_check_can_be_put_off_until_the_end(database, run_id, at):
    with database.write() as session:
        check_later(session, run_id, at=at(900))
    assert row(database, run_id).next_check_at == at(900)
    move(database, run_id, "success", at(901))
    with database.write() as session:
        check_later(session, run_id, at=at(999))
    assert row(database, run_id).next_check_at is None


def tell(database, run_id, state, now):
    with database.write() as session:
        return reported(
            session,
            run_id,
            state=RunState(state),
            context="testing-farm:fedora-40",
            text=f"It is {state}.",
            now=now,
        )


def test_what_was_reported_is_kept_apart(database, run_id, at):
    move(database, run_id, "running", at(5), text="It is running.")
    tell(database, run_id, "running", at(6))
    known = row(database, run_id)
    assert (known.reported_state, known.reported_text) == ("running", "It is running.")
    assert (known.reported_context, known.reported_at) == ("testing-farm:fedora-40", at(6))
    assert known.report_due_at is None
    move(database, run_id, "success", at(90))
    known = row(database, run_id)
    assert (known.known_state, known.reported_state) == ("success", "running")
    assert known.report_due_at == at(150)


def test_a_report_of_an_older_state_leaves_the_newer_due(database, run_id, at):
    move(database, run_id, "success", at(90))
    assert tell(database, run_id, "running", at(91))
    assert row(database, run_id).report_due_at == at(91)


def test_a_report_of_an_older_text_leaves_the_newer_due(database, run_id, at):
    move(database, run_id, "running", at(5), text="It is running.")
    with database.write() as session:
        assert say(session, run_id, "It runs on.", until=RunState.SUCCESS, now=at(6))
        assert not say(session, run_id, "It waits.", until=RunState.RUNNING, now=at(7))
    assert tell(database, run_id, "running", at(8))
    known = row(database, run_id)
    assert (known.known_text, known.report_due_at) == ("It runs on.", at(8))


def test_a_late_report_of_an_older_row_has_the_newest_shown_again(
    database, leased, project_id, run_id, at
):
    newer = make(database, leased, project_id, at, number=2)
    newest = make(database, leased, project_id, at, number=3)
    move(database, newest, "success", at(90), text="It is success.")
    assert not tell(database, newest, "success", at(91))
    assert tell(database, run_id, "submitting", at(95))
    due = [row(database, each).report_due_at for each in (run_id, newer, newest)]
    assert due == [None, None, at(95)]


def test_a_report_without_an_answer_is_due_whatever_was_reported_meanwhile(database, run_id, at):
    move(database, run_id, "success", at(90), text="It is success.")
    with database.write() as session:
        report_later(session, run_id, at=at(500))
    assert row(database, run_id).report_due_at == at(500)
    tell(database, run_id, "success", at(501))
    with database.write() as session:
        report_later(session, run_id, at=at(900))
    found = row(database, run_id)
    assert (found.report_due_at, found.reported_state) == (at(900), None)


def test_a_report_of_an_older_row_without_an_answer_has_the_newest_shown_again(
    database, leased, project_id, run_id, at
):
    newer = make(database, leased, project_id, at, number=2)
    tell(database, newer, "submitting", at(90))
    with database.write() as session:
        report_later(session, run_id, at=at(500))
    assert row(database, run_id).report_due_at is None
    assert row(database, newer).report_due_at == at(500)


def test_a_late_result_of_an_older_row_is_not_reported(database, leased, project_id, run_id, at):
    newer = make(database, leased, project_id, at, number=2)
    assert move(database, run_id, "failure", at(90)).changed
    assert row(database, run_id).known_state == "failure"
    assert row(database, run_id).report_due_at is None
    assert move(database, newer, "success", at(95)).changed
    assert row(database, newer).report_due_at == at(155)

"""No question of the ledger reads a whole table, however many rows there are."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from packit_worker.forge import Repository
from packit_worker.run_states import RunKind, RunState
from packit_worker.store import (
    allowlist,
    fas_links,
    installations,
    listing,
    outcomes,
    projects,
    run_rows,
    runs,
    sweep,
    told,
)
from packit_worker.store.claims import Delivery, claim
from packit_worker.store.in_flight import Work, acquire, keep, let_go
from packit_worker.store.job_runs import Plan, finish, plan, retry_later, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import Lease, end, hold, release, renew

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LEASE = Lease("e-1", 1, 1)
COPR = RunKind.COPR_BUILD

QUESTIONS = {
    "claim": lambda s: claim(s, Delivery(event_id="e-1", task="t", kwargs={}), owner="o", now=NOW),
    "hold": lambda s: hold(s, LEASE),
    "renew": lambda s: renew(s, LEASE, until=NOW),
    "release": lambda s: release(s, LEASE, next_attempt_at=NOW),
    "end": lambda s: (
        finish(s, LEASE, 1, JobState.DONE, now=NOW),
        end(s, LEASE, outcome="done", decision={}, now=NOW),
    ),
    "plan": lambda s: plan(s, LEASE, [Plan("build")], now=NOW),
    "start": lambda s: start(s, LEASE, 1, now=NOW),
    "retry": lambda s: retry_later(s, LEASE, 1, at=NOW, error=""),
    "finish": lambda s: finish(s, LEASE, 1, JobState.DONE, now=NOW),
    "keep": lambda s: keep(s, 1, until=NOW),
    "let go": lambda s: let_go(s, 1),
    "acquire": lambda s: acquire(s, LEASE, 1, Work("a", "b", "c", "d"), now=NOW, until=NOW),
    "due events": lambda s: sweep.take_due_events(s, now=NOW, again_at=NOW),
    "due checks": lambda s: sweep.take_due_checks(s, COPR, now=NOW, again_at=NOW),
    "unreported": lambda s: sweep.take_unreported(s, now=NOW, again_at=NOW),
    "advance": lambda s: runs.advance(s, 1, RunState.SUCCESS, now=NOW),
    "find": lambda s: runs.find(s, COPR, "7001"),
    "newest": lambda s: runs.newest(s, 1, "0c", "c"),
    "of commit": lambda s: runs.of_commit(s, 1, "0c", COPR),
    "open of pull request": lambda s: run_rows.open_of_pull_request(
        s, Repository("h", "a", "b"), "1"
    ),
    "project": lambda s: projects.get_project(s, projects.Repository("h", "a", "b")),
    "allowlist": lambda s: allowlist.look_up(s, "h/a/b"),
    "access": lambda s: installations.gives_access(s, "h/a", "a/b"),
    "repositories": lambda s: installations.repositories_of(s, 1),
    "newest of account": lambda s: installations.newest_of(s, "h/a"),
    "in issue": lambda s: installations.in_issue(s, "h/a/b", 1),
    "enter": lambda s: allowlist.enter_account(s, "h/a", 1, by="b", now=NOW),
    "approve": lambda s: allowlist.approve_waiting(s, "h/a", "", by="b", now=NOW),
    "fas link": lambda s: fas_links.link(s, "h", 1, "ada", "ada", now=NOW),
    "events": listing.list_events,
    "events of": lambda s: listing.list_events(s, repository="h/a/b"),
    "events that": lambda s: listing.list_events(s, outcome="done"),
    "event": lambda s: listing.show_event(s, "e-1"),
    "outcomes": outcomes.list_outcomes,
    "outcomes of": lambda s: outcomes.list_outcomes(s, repository="h/a/b"),
    "known": lambda s: listing.knows_repository(s, "h/a/b"),
    "shown": lambda s: told.shown(s, "h/a/b", "0c"),
    "take over": lambda s: told.take_over(s, "h/a/b", "0c", "x"),
}


@pytest.fixture
def one_event(database, project_id):
    """Event e-1 with job run 1 and build 1."""
    with database.write() as session:
        claim(session, Delivery(event_id="e-1", task="t", kwargs={}), owner="o", now=NOW)
        plan(session, LEASE, [Plan("build")], now=NOW)
        start(session, LEASE, 1, now=NOW)
        build = {"context": "c", "marker": "m", "details": {}, "attempt": 1, "target": ""}
        state = {"known_state": "submitted", "created_at": NOW}
        session.add(runs.Run(kind=COPR, project_id=project_id, commit_sha="0c", **build, **state))


@pytest.mark.usefixtures("one_event")
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_by_an_index(database, name):
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.write() as session:
        QUESTIONS[name](session)
    event.remove(database.engine, "before_cursor_execute", note)
    assert asked or name in ("claim", "acquire")
    with database.write() as session:
        assert [scanned(session, *each) for each in asked] == [set()] * len(asked)


def scanned(session, statement, parameters):
    """The tables that the database would read from end to end."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        whole = re.compile(r"SCAN (\w+)\b(?! USING)")
        return {found[1] for row in rows if (found := whole.match(row.detail))}
    # The tables are empty: reading them whole would be right, if it were not forbidden.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return {found[1] for row in rows if (found := re.search(r"Seq Scan on (\w+)", row[0]))}

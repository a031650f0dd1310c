"""What is made outside is found again after a crash, and is not made twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from packit_worker.run_states import RunKind, RunState
from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.errors import LostLeaseError
from packit_worker.store.models import Run
from packit_worker.store.runs import (
    advance,
    find,
    get,
    newest,
    of_commit,
)
from packit_worker.store.submissions import Submission, begin_submission, submitted

SHA = "0c" * 20


def copr(project_id, target, commit=SHA):
    return Submission(
        kind=RunKind.COPR_BUILD,
        project_id=project_id,
        commit_sha=commit,
        target=target,
        context=f"rpm-build:{target}",
        details={"owner": "fedora-lab", "project": "lantern-12"},
    )


@pytest.fixture
def begin(database, project_id, at):
    """`begin((lease, job_run_id), *targets)` begins a submission of Copr builds."""

    def run(held, *targets, marker="pw-1", now=0):
        lease, job_run_id = held
        with database.write() as session:
            return begin_submission(
                session,
                lease,
                job_run_id,
                [copr(project_id, target) for target in targets],
                marker=marker,
                now=at(now),
                next_check_at=at(now + 300),
            )

    return run


def test_rows_are_there_before_the_call(database, leased, begin, project_id, at):
    held = leased()
    begin(held, "f40-x86_64", "f41-x86_64")
    with database.read() as session:
        rows = of_commit(session, project_id, SHA, RunKind.COPR_BUILD)[::-1]
        assert [row.target for row in rows] == ["f40-x86_64", "f41-x86_64"]
        first = rows[0]
    assert (first.kind, first.known_state, first.marker) == ("copr-build", "submitting", "pw-1")
    assert (first.project_id, first.commit_sha) == (project_id, SHA)
    assert (first.context, first.attempt) == ("rpm-build:f40-x86_64", 1)
    assert first.details == {"owner": "fedora-lab", "project": "lantern-12"}
    assert (first.outside_id, first.web_url, first.reported_state) == (None, None, None)
    assert (first.created_at, first.next_check_at, first.report_due_at) == (at(), at(300), at(60))


def test_the_number_of_the_other_side_is_kept_for_each_target(database, leased, begin, at):
    held = leased()
    ids = [run.id for run in begin(held, "f40-x86_64", "f41-x86_64")]
    url = "https://copr.example.org/coprs/build/7001/"
    with database.write() as session:
        submitted(session, ids, outside_id="7001", web_url=url, now=at(4), next_check_at=at(600))
    with database.read() as session:
        both = find(session, RunKind.COPR_BUILD, "7001")
        assert [(run.id, run.known_state, run.web_url) for run in both] == [
            (ids[0], "submitted", url),
            (ids[1], "submitted", url),
        ]
        assert {(run.submitted_at, run.next_check_at) for run in both} == {(at(4), at(600))}
        assert [run.id for run in find(session, RunKind.COPR_BUILD, "7001", "f41-x86_64")] == [
            ids[1]
        ]
        assert find(session, RunKind.KOJI_BUILD, "7001") == []


def test_beginning_again_after_a_crash_finds_the_rows(leased, begin, database, at):
    held = leased()
    ids = [run.id for run in begin(held, "f40-x86_64")]
    with database.write() as session:
        delivery = Delivery(event_id="e-1", task="task.process_release_event", kwargs={})
        lease = claim(session, delivery, owner="two", now=at(61)).lease
    again = begin((lease, held[1]), "f40-x86_64", "f41-x86_64", now=61)
    assert [run.id for run in again] == [ids[0], again[1].id]
    assert [(run.created_at, run.attempt) for run in again] == [(at(), 1), (at(61), 1)]
    with database.read() as session:
        assert session.query(Run).count() == 2


def test_an_early_result_is_not_undone_by_the_number(database, leased, begin, at):
    (run,) = begin(leased(), "f40-x86_64")
    with database.write() as session:
        advance(session, run.id, RunState.RUNNING, now=at(3))
        submitted(
            session, [run.id], outside_id="7001", web_url=None, now=at(4), next_check_at=at(600)
        )
        row = get(session, run.id)
    assert (row.known_state, row.outside_id, row.submitted_at) == ("running", "7001", at(4))


def test_the_first_number_stands(database, leased, begin, at):
    (run,) = begin(leased(), "f40-x86_64")
    for number in ("7001", "7002"):
        with database.write() as session:
            submitted(
                session, [run.id], outside_id=number, web_url=None, now=at(4), next_check_at=at(9)
            )
    with database.read() as session:
        assert get(session, run.id).outside_id == "7001"


def test_a_late_owner_begins_nothing(database, leased, begin, at):
    held = leased()
    with database.write() as session:
        delivery = Delivery(event_id="e-1", task="task.process_release_event", kwargs={})
        claim(session, delivery, owner="two", now=at(61))
    with pytest.raises(LostLeaseError):
        begin(held, "f40-x86_64")
    with database.read() as session:
        assert session.query(Run).count() == 0


def test_a_second_build_of_a_commit_supersedes_the_first(database, leased, begin, project_id):
    (first,) = begin(leased(1), "f40-x86_64")
    second, other = begin(leased(2), "f40-x86_64", "f41-x86_64", marker="pw-2")
    with database.read() as session:
        first = get(session, first.id)
        assert (first.previous_id, first.superseded_by_id, first.attempt) == (None, second.id, 1)
        assert first.report_due_at is None
        assert newest(session, project_id, SHA, "rpm-build:f40-x86_64").id == second.id
        assert newest(session, project_id, SHA, "rpm-build:f41-x86_64").id == other.id
        assert newest(session, project_id, "1d" * 20, "rpm-build:f40-x86_64") is None
    assert (second.previous_id, second.superseded_by_id, second.attempt) == (first.id, None, 2)
    assert (other.previous_id, other.attempt) == (None, 1)


def test_rows_are_found_by_their_commit(database, leased, project_id, at):
    made = []
    for number, commit in ((1, SHA), (2, SHA), (3, "1d" * 20)):
        lease, job_run_id = leased(number)
        one = copr(project_id, "f40-x86_64", commit)
        options = {"marker": f"pw-{number}", "now": at(), "next_check_at": at(300)}
        with database.write() as session:
            made += [
                run.id for run in begin_submission(session, lease, job_run_id, [one], **options)
            ]
    first, second, _third = made
    copr_build, koji_build = RunKind.COPR_BUILD, RunKind.KOJI_BUILD
    with database.read() as session:

        def ids(rows):
            return [run.id for run in rows]

        assert ids(of_commit(session, project_id, SHA, copr_build)) == [second, first]
        assert ids(of_commit(session, project_id, SHA, koji_build)) == []
        assert ids(of_commit(session, project_id + 1, SHA, copr_build)) == []


def test_rows_without_a_status_supersede_nothing(database, leased, project_id, at):
    srpm = Submission(
        kind=RunKind.SRPM_BUILD, project_id=project_id, commit_sha=SHA, target="", context=""
    )
    made = []
    for number in (1, 2):
        lease, job_run_id = leased(number)
        with database.write() as session:
            options = {"marker": f"m{number}", "now": at(), "next_check_at": at(300)}
            made += begin_submission(session, lease, job_run_id, [srpm], **options)
    assert [(run.attempt, run.previous_id) for run in made] == [(1, None), (1, None)]
    with database.read() as session:
        assert get(session, made[0].id).superseded_by_id is None


def test_submissions_at_the_same_time_form_one_chain(database_url, leased, project_id, at):
    held = [leased(number) for number in range(4)]
    barrier = threading.Barrier(4)

    def make(number):
        mine = Database(database_url)
        barrier.wait()
        with mine.write() as session:
            options = {"marker": f"m{number}", "now": at(), "next_check_at": at(300)}
            one = copr(project_id, "f40-x86_64")
            begin_submission(session, *held[number], [one], **options)
        mine.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(4)))
    database = Database(database_url)
    with database.read() as session:
        rows = session.query(Run).order_by(Run.id).all()
    database.close()
    assert [row.attempt for row in rows] == [1, 2, 3, 4]
    assert [row.previous_id for row in rows] == [None, *[row.id for row in rows[:3]]]
    assert [row.superseded_by_id for row in rows] == [*[row.id for row in rows[1:]], None]

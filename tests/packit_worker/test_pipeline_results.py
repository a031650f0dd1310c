"""Results of builds: their row says what they are about."""

from datetime import UTC, datetime, timedelta

import pytest
from event_kwargs import event_of

from packit_worker import logs
from packit_worker.errors import TransientError
from packit_worker.handler import Done
from packit_worker.store import listing, models
from packit_worker.store.projects import Repository, TriggerKind, get_project, get_trigger

JOBS = (
    "  - {job: copr_build, trigger: pull_request, targets: [fedora-42]}\n"
    "  - {job: tests, trigger: pull_request, targets: [fedora-42]}\n"
    "  - {job: copr_build, trigger: release, targets: [fedora-42]}\n"
)


@pytest.fixture
def side(engine_side):
    """A build of two chroots for a pull request, as its handler leaves it."""
    engine_side.built = engine_side.pull(JOBS, author="olaf")
    add_rows(engine_side, "pull-request", str(engine_side.built.id), engine_side.built.head_sha)
    return engine_side


def add_rows(side, kind, ref, commit, *, where=("github.com", "octo", "hello"), build="9"):
    now = datetime.now(UTC)
    with side.database.write() as session:
        event = models.Event(
            id=f"first-{build}",
            task="t",
            kwargs={},
            generation=1,
            fence=1,
            attempts=1,
            received_at=now,
        )
        session.add(event)
        session.flush()
        run = models.JobRun(
            event_id=event.id,
            generation=1,
            handler="Build",
            job="copr_build#0",
            job_type="copr_build",
            target="",
            state="done",
            attempts=1,
            created_at=now,
        )
        session.add(run)
        session.flush()
        project = get_project(session, Repository(*where))
        trigger = get_trigger(session, project.id, TriggerKind(kind), ref)
        for chroot in ("fedora-42-x86_64", "fedora-42-aarch64"):
            session.add(
                models.Run(
                    kind="copr-build",
                    project_id=project.id,
                    trigger_id=trigger.id,
                    job_run_id=run.id,
                    commit_sha=commit,
                    target=chroot,
                    context=f"rpm-build:{chroot}",
                    marker=f"m-{build}",
                    details={},
                    attempt=1,
                    known_state="submitted",
                    outside_id=build,
                    created_at=now,
                    next_check_at=now + timedelta(hours=1),
                )
            )


def test_a_result_uses_the_trigger_of_its_row(side):
    assert side.process(event_of("CoprBuildEvent")).outcome == "done"
    assert side.calls == [("BuildEnd", "copr_build#0"), ("TestsAfter", "tests#1")]
    assert side.steps()[0] == ("origin", "go-on", "")


def test_a_result_is_known_by_its_repository(side):
    """By the one of its row, once that is there: in the ledger and in every line."""
    lines = []

    def note(_event, _context):
        lines.append(logs.current().get("repository"))
        return Done("noted")

    side.handlers.acts["TestsAfter"] = note
    early = side.process(event_of("CoprBuildEvent", build_id=10), "e-2")
    assert (early.outcome, early.repository) == ("waiting", None)
    assert side.process(event_of("CoprBuildEvent")).repository == "github.com/octo/hello"
    assert lines == ["github.com/octo/hello"]
    add_rows(side, "release", "1.0", side.built.head_sha, build="10")
    side.make_due("e-2")
    late = side.process(event_of("CoprBuildEvent", build_id=10), "e-2")
    assert late.repository == "github.com/octo/hello"
    with side.database.read() as session:
        found = listing.list_events(session, repository="github.com/octo/hello")
    assert sorted(each.id for each in found) == ["e-1", "e-2"]


def test_a_result_of_a_release_wakes_the_jobs_of_releases(side):
    add_rows(side, "release", "1.0", side.built.head_sha, build="10")
    side.process(event_of("CoprBuildEvent", build_id=10))
    assert side.calls == [("BuildEnd", "copr_build#2")]


def test_a_result_needs_no_permission(side):
    """The pull request is an outsider's: to build it was somebody's decision."""
    side.approve(status="waiting")
    assert side.process(event_of("CoprBuildEvent")).outcome == "done"


def test_tests_of_two_chroots_at_a_time_both_run(side):
    """Each chroot is work of its own: the second is not `already-running`."""
    inner = []

    def end_the_other(_event, _context):
        side.handlers.acts["TestsAfter"] = Done("the other")
        other = event_of("CoprBuildEvent", chroot="fedora-42-aarch64")
        inner.append(side.process(other, "e-2").outcome)
        return Done("this one")

    side.handlers.acts["TestsAfter"] = end_the_other
    assert side.process(event_of("CoprBuildEvent")).outcome == "done"
    assert inner == ["done"]
    assert side.states("e-2")[-1] == ("TestsAfter", "tests#1", "done")


def test_what_must_come_first_and_fails_ends_what_follows(side):
    side.handlers.acts["BuildEnd"] = ZeroDivisionError()
    side.process(event_of("CoprBuildEvent"))
    assert side.states() == [
        ("BuildEnd", "copr_build#0", "bug"),
        ("TestsAfter", "tests#1", "skipped"),
    ]
    assert side.run_rows()[1].detail == "not-after-success: BuildEnd did not end well"


def test_what_must_come_first_and_waits_is_waited_for(side):
    side.handlers.acts["BuildEnd"] = [TransientError("timeout"), Done("reported")]
    event = event_of("CoprBuildEvent")
    assert side.process(event).outcome == "waiting"
    assert side.states()[1] == ("TestsAfter", "tests#1", "planned")
    side.make_due()
    assert side.process(event).outcome == "done"
    assert side.states()[1] == ("TestsAfter", "tests#1", "done")


def test_what_must_come_first_and_is_done_is_not_done_again(side):
    """After a crash the next worker goes on behind it."""

    class KilledError(BaseException):
        """As if the process ended here."""

    side.handlers.acts["TestsAfter"] = [KilledError(), Done("tested")]
    event = event_of("CoprBuildEvent")
    with pytest.raises(KilledError):
        side.process(event)
    side.lose_worker()
    assert side.process(event).outcome == "done"
    assert [name for name, _ in side.calls] == ["BuildEnd", "TestsAfter", "TestsAfter"]


def test_the_config_of_a_result_comes_from_the_store(engine_side):
    """On Pagure it cannot come from anywhere else: the commit lies in the fork."""
    side = engine_side
    pull = side.pull_pagure(JOBS)
    side.process(side.pull_pagure_event(pull))
    where = ("src.example.org", "rpms", "hello")
    add_rows(side, "pull-request", str(pull.id), pull.head_sha, where=where)
    side.forget()
    assert side.process(event_of("CoprBuildEvent"), "e-2").outcome == "done"
    assert side.calls == [("BuildEnd", "copr_build#0"), ("TestsAfter", "tests#1")]
    assert side.requests() == []


def test_a_result_of_a_denied_repository_is_ignored(side):
    side.approve(status="denied")
    end = side.process(event_of("CoprBuildEvent"))
    assert (end.outcome, end.code) == ("denied", "denied")
    assert side.requests() == []


def test_a_source_build_needs_a_row_too(side):
    end = side.process(event_of("CoprBuildEvent", chroot="srpm-builds"))
    assert (end.outcome, end.code) == ("waiting", "result-before-row")

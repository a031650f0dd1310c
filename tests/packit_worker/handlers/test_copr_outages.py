"""Copr, a forge or a worker is down: one build, and a final status whatever happens."""

from datetime import UTC, datetime, timedelta

import pytest
from copr_side import PROJECT, TWO
from engine_side import LIMITS
from sqlalchemy import select, update

from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.store import models

AGAIN = 'Comment "/packit build" to try again.'
S43, S44 = "packit/rpm-build:fedora-43-x86_64", "packit/rpm-build:fedora-44-x86_64"
BUILD = "POST .*/build/create/custom"


def again(side, event):
    side.let_bodhi_be_asked()
    side.make_due("opened")
    return side.process(event, "opened")


def test_copr_that_is_down_is_waited_for(copr_side_anywhere):
    side = copr_side_anywhere
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots", count=2))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    assert side.process(event, "opened").outcome == "waiting"
    state, text = side.shown()[S43]
    assert state == "pending"
    assert text.startswith("Waiting for Copr (http-503). Tried again by itself, next at ")
    assert again(side, event).outcome == "waiting"
    assert again(side, event).outcome == "done"
    assert len(side.copr.world.builds) == 1
    assert [row for row in side.rows() if row[1] != "submitted"] == []
    accepted = ("pending", "Accepted. Waiting for Copr.")
    assert side.shown() == {S43: accepted, S44: accepted}
    side.build()
    assert {state for state, _ in side.shown().values()} == {"success"}


def test_copr_that_stays_down_ends_in_an_error(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots", count=-1))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    again(side, event)
    assert again(side, event).outcome == "gave-up"
    text = "Not your change: Copr did not answer, 3 attempts (http-503). " + AGAIN
    assert side.shown() == {S43: ("error", text), S44: ("error", text)}
    assert {state for _, state in side.rows()} == {"error"}


@pytest.mark.parametrize("kind", ["timeout", "drop"])
def test_a_submission_whose_answer_is_lost_is_found(copr_side_anywhere, kind):
    side = copr_side_anywhere
    side.copr.faults.add(side.fault(kind=kind, match=BUILD, seconds=60, after=True))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    assert side.process(event, "opened").outcome == "waiting"
    assert again(side, event).outcome == "done"
    assert list(side.copr.world.builds) == [7000001]
    assert {run.outside_id for run in side.runs()} == {"7000001"}


def test_a_submission_that_never_came_is_made_once(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="drop", match=BUILD))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    assert again(side, event).outcome == "done"
    assert list(side.copr.world.builds) == [7000001]


def test_a_head_that_moves_while_copr_is_down_is_not_built(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots"))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    pull.head_sha = "1a2b3c4" + "0" * 33
    assert again(side, event).code == "superseded"
    text = "Superseded by 1a2b3c4."
    assert side.shown() == {S43: ("error", text), S44: ("error", text)}
    assert side.copr.world.builds == {}


STABLE = "  - {job: copr_build, trigger: pull_request, targets: [fedora-stable]}\n"


def test_bodhi_that_is_down_is_waited_for(copr_side_anywhere):
    side = copr_side_anywhere
    side.bodhi.faults.add(side.fault(kind="unavailable", count=1))
    pull = side.pull(STABLE, source="octo/hello")
    event = side.pull_event(pull)
    end = side.process(event, "opened")
    assert (end.outcome, end.code) == ("waiting", "http-503")
    ((context, (state, text)),) = side.shown().items()
    assert (context, state) == ("packit/rpm-build", "pending")
    assert text.startswith("Waiting for Bodhi (http-503). Tried again by itself, next at ")
    assert again(side, event).outcome == "done"
    accepted = ("pending", "Accepted. Waiting for Copr.")
    assert side.shown() == {"packit/rpm-build": accepted, S43: accepted, S44: accepted}
    assert len(side.copr.world.builds) == 1
    side.build()
    built = ("success", "Built in 1 min 15 s. Packages can be installed from Copr.")
    source = ("success", "The SRPM is built.")
    assert side.shown() == {"packit/rpm-build": source, S43: built, S44: built}


def test_bodhi_that_stays_down_ends_in_an_error(copr_side):
    side = copr_side
    side.bodhi.faults.add(side.fault(kind="unavailable", count=-1))
    pull = side.pull(STABLE, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    again(side, event)
    assert again(side, event).outcome == "gave-up"
    text = "Not your change: Bodhi did not answer, 3 attempts (http-503). " + AGAIN
    assert side.shown() == {"packit/rpm-build": ("error", text)}
    side.bodhi.faults.clear()
    side.let_bodhi_be_asked()
    assert side.process(side.comment_event(pull), "asked").outcome == "done"
    side.build()
    assert {state for state, _ in side.shown().values()} == {"success"}
    assert len(side.shown()) == 3


def test_two_jobs_that_wait_for_bodhi_have_a_status_each(copr_side):
    side = copr_side
    side.bodhi.faults.add(side.fault(kind="unavailable", count=1))
    jobs = STABLE + STABLE.replace("targets", "identifier: b, targets")
    pull = side.pull(jobs, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    assert list(side.shown()) == ["packit/rpm-build:0", "packit/rpm-build:b"]
    assert again(side, event).outcome == "done"
    for number in list(side.copr.world.builds):
        for message in side.copr.run(number):
            side.say(message)
    assert {state for state, _ in side.shown().values()} == {"success"}
    assert len(side.shown()) == 6


def test_a_source_package_that_failed_is_not_hidden_by_another(copr_side):
    side = copr_side
    side.bodhi.faults.add(side.fault(kind="unavailable", count=1))
    event = side.pull_event(
        side.pull(STABLE + STABLE.replace("targets", "identifier: b, targets"), source="octo/hello")
    )
    side.process(event, "opened")
    again(side, event)
    for number, outcome in ((7000001, Outcome(source="failed")), (7000002, Outcome())):
        for message in side.copr.run(number, outcome):
            side.say(message)
    shown = {context: state for context, (state, _) in side.shown().items()}
    assert (shown["packit/rpm-build:0"], shown["packit/rpm-build:b"]) == ("failure", "success")


def test_a_proxy_that_answers_for_copr_is_named_copr(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="html", match="project/add"))
    side.opened()
    assert side.shown()[S44][1].startswith("Waiting for Copr (")


def test_a_status_that_did_not_reach_the_forge_is_repaired(copr_side_anywhere):
    side = copr_side_anywhere
    side.github.faults.add(side.fault(kind="unavailable", match="POST .*statuses"))
    _pull, end = side.opened()
    assert end.outcome == "done"
    assert side.statuses() == []
    side.due("report_due_at")
    side.engine.sweep()
    accepted = ("pending", "Accepted. Waiting for Copr.")
    assert side.shown() == {S43: accepted, S44: accepted}
    side.forget()
    side.due("report_due_at")
    side.engine.sweep()
    assert side.statuses() == []


def test_an_end_that_the_forge_does_not_take_is_told_later(copr_side):
    side = copr_side
    side.opened()
    messages = side.copr.run(7000001)
    side.github.faults.add(side.fault(kind="rate-limit", match="POST .*statuses", seconds=90))
    assert side.say(messages[3], "end").outcome == "waiting"
    assert side.wait_seconds("end") > 3
    side.make_due("end")
    assert side.say(messages[3], "end").outcome == "done"
    assert side.shown()[S43][0] == "success"


def test_one_status_that_fails_does_not_stop_the_others(copr_side):
    side = copr_side
    side.opened()
    side.forget()
    with side.database.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=9)
        session.execute(update(models.Run).values(report_due_at=past, known_text="Look."))
        first = session.scalars(select(models.Run).where(models.Run.target != "")).first()
        first.commit_sha = "x"
    side.engine.sweep()
    assert side.shown() == {S44: ("pending", "Look.")}


def test_the_sweep_sends_the_ends_that_copr_did_not(copr_side_anywhere):
    side = copr_side_anywhere
    side.opened()
    side.copr.run(7000001, Outcome(chroots={"fedora-43-x86_64": "failed"}, order="none"))
    assert side.engine.sweep() == []
    side.due()
    ends = side.sweep()
    assert [end.outcome for end in ends] == ["done", "done", "done"]
    assert {context: state for context, (state, _) in side.shown().items()} == {
        S43: "failure",
        S44: "success",
    }
    side.due()
    assert side.sweep() == []


def test_the_sweep_sees_a_source_package_that_failed(copr_side):
    side = copr_side
    side.opened()
    side.copr.run(7000001, Outcome(source="failed", order="none"))
    side.due()
    side.sweep()
    text = "The SRPM could not be made. The page shows the first error."
    assert side.shown() == {S43: ("failure", text), S44: ("failure", text)}


def test_the_sweep_sees_that_a_build_began(copr_side):
    side = copr_side
    side.opened()
    side.copr.run(7000001, Outcome(chroots={"fedora-43-x86_64": "hangs"}, order="none"))
    side.due()
    side.sweep()
    assert side.shown()[S43] == ("pending", "Copr build 7000001 is running.")
    assert side.shown()[S44][0] == "success"


def test_twenty_rows_are_asked_about_in_two_calls(copr_side):
    side = copr_side
    side.opened()
    side.copr.stand_in.forget()
    side.due()
    side.engine.sweep()
    assert side.copr_requests() == [
        "GET /api_3/build/7000001",
        "GET /api_3/build/source-chroot/7000001",
        "GET /api_3/build/7000001",
        "GET /api_3/build-chroot/list",
    ]


def test_a_build_that_copr_forgot_ends_in_an_error(copr_side):
    side = copr_side
    side.opened()
    side.copr.world.builds.clear()
    side.due()
    side.sweep()
    state, text = side.shown()[S43]
    assert state == "error"
    assert text == (
        "Not your change: no-such-build: Copr answered 404: Build 7000001 does not exist. " + AGAIN
    )


def test_what_is_open_for_a_week_is_given_up(copr_side):
    side = copr_side
    side.opened()
    old = datetime.now(UTC) - timedelta(days=7, hours=1)
    with side.database.write() as session:
        session.execute(update(models.Run).values(created_at=old))
    side.due()
    side.sweep()
    text = "Not your change: no result came within a week. " + AGAIN
    assert side.shown() == {S43: ("error", text), S44: ("error", text)}
    assert {state for _, state in side.rows()} == {"gave-up"}


def test_copr_that_is_down_is_asked_again(copr_side):
    side = copr_side
    side.opened()
    side.copr.run(7000001, Outcome(order="none"))
    side.copr.faults.add(side.fault(kind="unavailable", count=2))
    side.due()
    assert side.sweep() == []
    side.due()
    side.sweep()
    assert {state for state, _ in side.shown().values()} == {"success"}


def test_a_build_in_flight_is_not_built_again(copr_side_anywhere):
    side = copr_side_anywhere
    pull, _end = side.opened()
    end = side.process(side.comment_event(pull), "again")
    assert (end.outcome, end.code) == ("skipped", "already-running")
    assert side.bodies()[0].startswith("Already running for job `copr_build#0` since ")
    side.engine.sweep()
    assert side.count_rows()["in_flight"] == 1
    side.build()
    assert side.count_rows()["in_flight"] == 0
    assert side.process(side.comment_event(pull), "once-more").outcome == "done"
    assert list(side.copr.world.builds) == [7000001, 7000002]


def test_work_that_waits_stays_in_flight(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots"))
    pull = side.pull(TWO, source="octo/hello")
    side.process(side.pull_event(pull), "opened")
    with side.database.read() as session:
        until = session.scalars(select(models.InFlight.until)).one()
    assert until > datetime.now(UTC) + timedelta(seconds=60)


def test_what_a_killed_worker_announced_is_settled(copr_side_anywhere):
    side = copr_side_anywhere
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots", count=-1))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    side.process(event, "opened")
    with side.database.write() as session:
        session.execute(update(models.JobRun).values(attempts=LIMITS.attempts))
    assert again(side, event).outcome == "gave-up"
    text = "Not your change: 3 attempts ended without a word (killed). " + AGAIN
    assert side.shown()[S43] == ("error", text)


def test_a_project_that_was_made_is_not_edited(copr_side):
    side = copr_side
    pull, _end = side.opened()
    side.build()
    side.copr.stand_in.forget()
    side.process(side.comment_event(pull), "again")
    assert [write.kind for write in side.copr.world.writes] == ["build-custom"]
    assert list(side.copr.world.projects) == ["@brewers/teapot", PROJECT]

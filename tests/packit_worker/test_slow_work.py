"""What moves to the slow queue is shown at once, and no status says for ever that it waits."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from engine_side import BUILD_JOB, LIMITS
from transactions import count_transactions

from packit_worker.ending import Resend
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.pull_request_comment_gh import PullRequestCommentGHEvent
from packit_worker.events.pull_request_gh import PullRequestGHEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.handler import Done, Failed, is_slow
from packit_worker.handlers.change import change_of
from packit_worker.policy import Policy
from packit_worker.registry import HANDLERS
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import Submission
from packit_worker.sandbox.faults import Fault
from packit_worker.store import allowlist
from parsers.result import Skip

FAST = replace(LIMITS, has_slow_queue=True)
ACCEPTED = ("packit/slow", "pending", "Accepted. Waiting for a worker.")
STARTED = ("packit/slow", "success", "Started: see the status of each target.")


def test_copr_builds_are_slow_where_the_source_package_is_made_here():
    local = Policy(srpm_build="local")
    assert {spec.name for spec in HANDLERS if is_slow(spec, local)} - {
        spec.name for spec in HANDLERS if is_slow(spec, Policy())
    } == {
        "ReleaseCoprBuildHandler",
        "PullRequestCoprBuildHandler",
        "PushCoprBuildHandler",
        "GitHubPullRequestCommentCoprBuildHandler",
        "PagurePullRequestCommentCoprBuildHandler",
    }


@pytest.fixture
def side(engine_side):
    """Slow rows: `Slow` for pull requests and for releases, `SlowAsked` for comments."""
    copr = frozenset({"copr_build"})
    made = {"job_types": copr, "status": "slow", "slow": lambda policy: policy.bots is not None}
    rows = (
        engine_side.handlers.row("Slow", (PullRequestGHEvent,), **made),
        engine_side.handlers.row("Slow", (ReleaseEvent,), **made),
        engine_side.handlers.row(
            "SlowAsked", (PullRequestCommentGHEvent,), commands=frozenset({"build"}), **made
        ),
    )
    engine_side.change(handlers=rows)
    return engine_side


def hand_over(side, **more):
    event = side.pull_event(side.pull(**more))
    end = side.process(event, limits=FAST)
    assert (end.outcome, end.code, end.resend) == ("waiting", "slow-queue", Resend(is_slow=True))
    assert side.calls == []
    return event


def test_it_is_shown_at_once_and_once(side):
    event = hand_over(side)
    assert side.process(event, limits=FAST).outcome == "waiting"
    assert side.statuses() == [ACCEPTED]


def test_it_is_taken_back_when_rows_have_contexts_of_their_own(side):
    event = hand_over(side)
    assert side.process(event).outcome == "done"
    assert side.statuses() == [ACCEPTED, STARTED]


def announce(context_name):
    def act(_event, context):
        wanted = Submission(
            kind=RunKind.KOJI_BUILD, target="f44", context=context_name, replaces="slow"
        )
        rows = context.submissions.begin([wanted], marker="m-1")
        context.runs.show(context.runs.advance(rows, RunState.RUNNING, text="Runs."))
        return Skip("later", "")

    return act


def test_it_is_ended_where_it_was_shown_though_something_was_pushed_meanwhile(side):
    def build(_event, context):
        change = change_of(context)
        return change if isinstance(change, Failed) else Done()

    side.handlers.acts["SlowAsked"] = build
    pull = side.pull(source="octo/hello")
    older, event = pull.head_sha, side.comment_event(pull)
    assert side.process(event, limits=FAST).code == "slow-queue"
    newer = side.pull(BUILD_JOB + "# x\n", number=pull.id, source="octo/hello").head_sha
    assert side.process(event).code == "superseded"
    text = f"Superseded by {newer[:7]}, which was pushed meanwhile. Comment again for that one."
    assert side.statuses() == [ACCEPTED, ("packit/slow", "error", text)]
    assert {one["sha"] for one in side.writes("status")} == {older}


def test_a_row_takes_it_over(side):
    side.handlers.acts["Slow"] = announce("")
    event = hand_over(side)
    side.process(event)
    assert side.statuses() == [ACCEPTED, ("packit/slow", "pending", "Runs.")]


@pytest.mark.parametrize(
    ("act", "state", "text"),
    [
        (Skip("already-running", "since 10:00 UTC"), "success", "Already running since 10:00 UTC."),
        (Failed("fork-deleted", "the fork is gone"), "error", "Nothing to build: the fork is gone"),
        (RefusedError("deleted", "gone"), "error", "Not your change: deleted: gone."),
        (ZeroDivisionError(), "error", "packit-worker failed, not your change."),
        (
            [TransientError("http-503")] * 3,
            "error",
            "Not your change: a service did not answer, 3 attempts (http-503).",
        ),
    ],
)
def test_however_it_ends_without_rows_nothing_waits(side, act, state, text):
    side.handlers.acts["Slow"] = list(act) if isinstance(act, list) else act
    event = hand_over(side)
    while side.process(event).outcome == "waiting":
        side.make_due()
    first, (context, last, said) = side.statuses()
    assert (first, context, last) == (ACCEPTED, "packit/slow", state)
    assert said.startswith(text)


def test_what_a_check_refuses_never_moves(side):
    def no(_event, _context):
        return Skip("no-write-access", "olaf may not")

    side.change(handlers=(replace(side.engine.handlers[0], checks=(no,)),))
    end = side.process(side.pull_event(side.pull(author="olaf")), limits=FAST)
    assert (end.outcome, end.code, end.resend) == ("denied", "no-write-access", None)
    [(context, state, _text)] = side.statuses()
    assert (context, state) == ("packit/slow", "error")


def test_an_event_that_stops_before_a_worker_took_it_waits_no_more(side):
    event = hand_over(side)
    with side.database.write() as session:
        allowlist.remove(session, "github.com/octo", by="test", now=datetime.now(UTC))
    assert side.process(event).outcome == "denied"
    assert [state for context, state, _ in side.statuses() if context == "packit/slow"] == [
        "pending",
        "error",
    ]


def test_a_repository_that_became_private_is_told_nothing_more(side):
    event = hand_over(side)
    side.hello.private = True
    assert side.process(event).outcome == "skipped"
    assert side.statuses() == [ACCEPTED]


def test_a_status_that_the_forge_does_not_take_keeps_nothing_from_moving(side):
    side.github.faults.add(Fault(kind="unavailable", match="POST .*statuses", count=-1))
    hand_over(side)
    assert side.statuses() == []


def test_a_release_shows_it_on_the_commit_of_its_tag(side):
    commit = side.push("  - {job: copr_build, trigger: release, targets: [fedora-42]}\n")
    side.hello.git.tag("1.0", commit)
    event = side.release_event("1.0")
    assert side.process(event, limits=FAST).code == "slow-queue"
    assert side.process(event).outcome == "done"
    assert side.statuses() == [ACCEPTED, STARTED]
    assert {one["sha"] for one in side.writes("status")} == {commit}


def test_what_the_way_to_the_slow_queue_costs(side):
    event = side.pull_event(side.pull())
    with count_transactions(side.database) as count:
        side.process(event, limits=FAST)
    assert side.requests() == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/contents/.packit.yaml",
        f"POST /repos/octo/hello/statuses/{event.commit_sha}",
    ]
    # Take, plan, look what is shown, note it, release.
    assert count.begun == 5

"""What Copr's messages do, in every order, twice, or when some are lost."""

import random
from datetime import timedelta

import pytest
from copr_side import TWO
from engine_side import COPR_CONFIG

from packit_worker.sandbox.copr_backend import Outcome

F43, F44 = "fedora-43-x86_64", "fedora-44-x86_64"
S43, S44 = f"packit/rpm-build:{F43}", f"packit/rpm-build:{F44}"
GOOD = ("success", "Built in 1 min 15 s. Packages can be installed from Copr.")
BAD = ("failure", "Build failed after 1 min 15 s. The page shows the first error.")
NO_SRPM = ("failure", "The SRPM could not be made. The page shows the first error.")


def final(side):
    return {context: state for context, (state, _text) in side.shown().items()}


@pytest.mark.parametrize("seed", range(4))
def test_every_order_ends_in_one_final_status_per_chroot(copr_side, seed):
    side = copr_side
    side.opened()
    outcome = Outcome(chroots={F43: "failed"})
    chance = random.Random(seed)  # noqa: S311 - no secret
    side.build(outcome, order=lambda sent: chance.sample(sent, len(sent)))
    assert side.rows() == [("", "success"), (F43, "failure"), (F44, "success")]
    assert final(side) == {S43: "failure", S44: "success"}
    ends = [state for _, state, _ in side.statuses() if state != "pending"]
    assert sorted(ends) == ["failure", "success"]


def _kept(*indices):
    return lambda messages: [messages[index] for index in indices]


# Start and end of the SRPM, of Fedora 43, of Fedora 44: 0 to 5.
@pytest.mark.parametrize("lost", [(0,), (1,), (2, 4), (0, 1, 2, 4)])
def test_ends_of_chroots_are_enough(copr_side, lost):
    side = copr_side
    side.opened()
    side.build(order=_kept(*(index for index in range(6) if index not in lost)))
    assert final(side) == {S43: "success", S44: "success"}


def test_a_start_after_the_end_changes_nothing(copr_side):
    side = copr_side
    side.opened()
    ends = side.build(order=_kept(3, 2))
    assert [(end.outcome, end.code) for end in ends][1] == ("skipped", "already-known")
    assert side.rows()[1] == (F43, "success")
    assert side.shown()[S43][0] == "success"


def test_times_are_those_of_copr(copr_side):
    side = copr_side
    side.opened()
    side.build()
    run = side.runs()[1]
    assert run.ended_at - run.started_at == timedelta(seconds=75)
    assert run.started_at.timestamp() == 1795600150.0


def test_an_end_without_a_start_tells_no_duration(copr_side):
    side = copr_side
    side.opened()
    side.build(order=_kept(3))
    assert side.shown()[S43] == ("success", "Built. Packages can be installed from Copr.")


def test_a_failed_source_package_ends_every_chroot(copr_side_anywhere):
    side = copr_side_anywhere
    side.opened()
    ends = side.build(Outcome(source="failed"))
    assert [end.outcome for end in ends] == ["done", "done"]
    assert side.rows() == [("", "failure"), (F43, "failure"), (F44, "failure")]
    assert side.shown() == {S43: NO_SRPM, S44: NO_SRPM}
    source, *chroots = side.runs()
    assert all(run.srpm_run_id == source.id for run in chroots)
    log = "results/packit/octo-hello-1/srpm-builds/07000001/builder-live.log.gz"
    assert {run.details["log_url"] for run in side.runs()} == {f"{side.copr.url}/{log}"}
    assert all("error: File not found: teapot-2.1.tar.gz" in run.log_excerpt for run in side.runs())


def test_a_failed_chroot_keeps_the_end_of_its_log(copr_side):
    side = copr_side
    side.opened()
    side.build(Outcome(chroots={F43: "failed"}))
    run = side.runs()[1]
    assert side.shown()[S43] == BAD
    assert "error: Bad exit status from /var/tmp/rpm-tmp.q1 (%build)" in run.log_excerpt
    assert run.details["log_url"].endswith(f"/{F43}/07000001-teapot/builder-live.log.gz")
    assert side.runs()[2].log_excerpt is None


def test_a_log_that_cannot_be_had_changes_nothing(copr_side):
    side = copr_side
    side.opened()
    for path in ("build-chroot/list", "results"):
        side.copr.faults.add(side.fault(kind="unavailable", match=f"GET .*{path}", count=-1))
    side.build(Outcome(chroots={F43: "failed"}))
    assert side.shown()[S43] == BAD


def test_a_build_canceled_in_copr_says_so(copr_side):
    side = copr_side
    side.opened()
    messages = side.copr.run(7000001)
    side.messages.clear()
    messages[3]["body"]["status"] = 2
    side.say(messages[3])
    assert side.rows()[1] == (F43, "canceled")
    assert side.shown()[S43] == (
        "error",
        'The build was canceled in Copr. Comment "/packit build" to try again.',
    )


def test_the_canceled_build_of_a_push_asks_for_no_comment(copr_side):
    side = copr_side
    job = "  - {job: copr_build, trigger: commit, branch: main, targets: [fedora-43]}\n"
    files = {".packit.yaml": COPR_CONFIG + job}
    side.process(side.push_event(side.hello.git.commit(files, ref="refs/heads/main")), "pushed")
    message = side.copr.run(7000001)[3]
    message["body"]["status"] = 2
    side.say(message)
    text = "The build was canceled in Copr. Push another commit to try again."
    assert side.shown() == {f"packit/rpm-build:main:{F43}": ("error", text)}


@pytest.mark.parametrize("status", [1, 5, 8])
def test_what_was_built_before_is_as_good(copr_side, status):
    side = copr_side
    side.opened()
    message = side.copr.run(7000001)[3]
    message["body"]["status"] = status
    side.say(message)
    assert side.rows()[1] == (F43, "success")


def test_the_same_end_twice_tells_once(copr_side):
    side = copr_side
    side.opened()
    messages = side.copr.run(7000001)
    side.say(messages[3])
    before = side.statuses()
    end = side.say(messages[3], "another-delivery")
    assert end.outcome == "skipped"
    details = {run.handler: run.detail for run in side.run_rows("another-delivery")}
    assert details["CoprBuildEndHandler"] == "already-known: it ended as success"
    assert side.statuses() == before


def test_builds_of_others_are_not_ours(copr_side):
    side = copr_side
    side.opened()
    message = side.copr.run(7000001)[3]
    message["body"] |= {"user": "stranger", "owner": "stranger", "build": 6}
    end = side.say(message)
    assert (end.outcome, end.code) == ("skipped", "not-ours")


@pytest.mark.parametrize(
    ("user", "owner", "code"),
    [("mallory", "stranger", "not-ours"), ("mallory", "packit", ""), ("packit", "@brewers", "")],
)
def test_whose_build_it_is_counts_also_where_a_row_has_its_number(copr_side, user, owner, code):
    side = copr_side
    side.opened()
    message = side.copr.run(7000001)[3]
    message["body"] |= {"user": user, "owner": owner}
    end = side.say(message)
    assert (end.code == "not-ours") is bool(code)
    assert side.rows()[1] == (F43, "submitted" if code else "success")


def test_a_message_is_about_one_job_only(copr_side):
    side = copr_side
    jobs = (
        "  - {job: copr_build, trigger: pull_request, identifier: one, targets: [fedora-43]}\n"
        "  - {job: copr_build, trigger: pull_request, identifier: two, targets: [fedora-43]}\n"
    )
    side.opened(jobs)
    assert sorted(side.copr.world.projects) == [
        "@brewers/teapot",
        "packit/octo-hello-1-one",
        "packit/octo-hello-1-two",
    ]
    for message in side.copr.run(7000001):
        side.say(message)
    assert final(side) == {f"{S43}:one": "success", f"{S43}:two": "pending"}


def test_a_result_of_an_older_row_never_shows(copr_side):
    side = copr_side
    pull, _end = side.opened()
    first = side.copr.run(7000001)
    for message in (*first[:2], *first[2:4]):
        side.say(message)
    side.due()
    # The first build of Fedora 44 hangs; somebody has it canceled, and asks anew.
    first[5]["body"]["status"] = 0
    side.finish_rows(F44)
    side.process(side.comment_event(pull), "again")
    assert side.rows()[3:] == [("", "submitted"), (F43, "submitted"), (F44, "submitted")]
    assert side.runs()[5].attempt == 2
    side.forget()
    side.say(first[5])
    assert side.statuses() == []
    side.build(Outcome())
    assert side.shown() == {S43: GOOD, S44: GOOD}
    url = {write["context"]: write["target_url"] for write in side.writes("status")}[S44]
    assert url == f"https://packit.example.org/runs/{side.runs()[5].id}"


def test_a_success_is_commented_once_where_the_config_asks(copr_side):
    side = copr_side
    jobs = TWO + "notifications: {pull_request: {successful_build: true}}\n"
    pull, _end = side.opened(jobs)
    side.build()
    (comment,) = side.writes("comment")
    assert comment["thread"] == pull.id
    assert "* `sudo dnf copr enable packit/octo-hello-1`" in comment["body"].splitlines()
    side.process(side.comment_event(pull), "again")
    side.build()
    assert len(side.writes("comment")) == 1


def test_nothing_is_commented_by_default(copr_side):
    side = copr_side
    side.opened()
    side.build()
    assert side.writes("comment") == []

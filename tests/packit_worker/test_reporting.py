"""The edge over which statuses and answers reach a forge, seen on the stand-ins."""

import pytest
from servers.forge_stand_ins import HELLO, RPM

from packit_worker.errors import TransientError
from packit_worker.forge import Thread
from packit_worker.policy import Policy
from packit_worker.reporting import Reporter, Status
from packit_worker.sandbox.faults import Fault

POLICY = Policy(bots=frozenset({"wilma", "bot"}), status_prefix="packit-dev")
URL = "https://packit.example.org/runs/1"
PULL = Thread("pull-request", 1)


@pytest.fixture
def pull(github):
    project = github.world.projects["octo/hello"]
    return github.world.pull(project, author="olaf", files={"a.txt": "a"})


@pytest.fixture
def reporter(writer):
    return Reporter(writer, POLICY, HELLO)


def status(pull, text="Accepted.", state="pending", context="rpm-build"):
    return Status(commit=pull.head_sha, context=context, state=state, text=text, url=URL)


def kinds(stand_in):
    return [write.kind for write in stand_in.world.writes]


def test_a_status_is_composed_and_cut_once(reporter, github, pull):
    assert reporter.status(status(pull, "word " * 40), thread=None)
    (write,) = github.world.writes
    # 27 words and 26 blanks are 134 characters; the 28th does not fit beside the ellipsis.
    assert write.data["description"] == "word " * 27 + "word" + "…"
    assert len(write.data["description"]) == 140
    assert write.data["context"] == "packit-dev/rpm-build"
    assert (write.data["target_url"], write.data["state"]) == (URL, "pending")


def test_an_identical_status_is_no_call(reporter, github, pull):
    shown = status(pull)
    assert not reporter.status(status(pull), thread=None, shown=shown)
    assert github.stand_in.requests == []
    assert reporter.status(status(pull, "Running."), thread=None, shown=shown)


def test_a_status_that_is_refused_becomes_one_comment(reporter, github, pull):
    github.faults.add(Fault(kind="forbidden", match="POST .*statuses", count=-1))
    for _ in range(2):
        reporter.status(status(pull, state="error"), thread=PULL)
    assert kinds(github) == ["comment"]
    body = github.world.writes[0].data["body"]
    assert body.startswith(f"`packit-dev/rpm-build`: error. `Accepted.`\n\n{URL}\n")
    reporter.status(status(pull, "Built.", "success"), thread=PULL)
    assert kinds(github) == ["comment", "comment-edit"]
    body = github.world.writes[1].data["body"]
    assert body.startswith("`packit-dev/rpm-build`: success. `Built.`")


def test_two_statuses_that_are_refused_do_not_hide_each_other(reporter, github, pull):
    github.faults.add(Fault(kind="forbidden", match="POST .*statuses", count=-1))
    reporter.status(status(pull), thread=PULL)
    reporter.status(status(pull, context="tests"), thread=PULL)
    assert kinds(github) == ["comment", "comment"]


def test_a_status_that_is_refused_and_has_no_thread_is_let_go(reporter, github, pull):
    github.faults.add(Fault(kind="forbidden", match="POST .*statuses"))
    assert not reporter.status(status(pull), thread=None)
    assert github.world.writes == []


def test_a_status_of_an_unknown_commit_falls_back_too(reporter, github, pull):
    lost = Status(commit="0" * 39 + "1", context="x", state="error", text="Lost.", url=URL)
    assert reporter.status(lost, thread=PULL)
    assert kinds(github) == ["comment"]


def test_the_state_is_sent_even_if_its_text_is_refused(reporter, github, pull):
    github.faults.add(Fault(kind="unprocessable", match="POST .*statuses"))
    assert reporter.status(status(pull, "Built.", "success"), thread=PULL)
    (write,) = github.world.writes
    assert (write.kind, write.data["state"]) == ("status", "success")
    assert write.data["description"] == "See the page."


def test_a_rate_limit_tells_how_long(reporter, github, pull):
    github.faults.add(Fault(kind="too-many-requests", match="POST .*statuses", seconds=77))
    with pytest.raises(TransientError) as caught:
        reporter.status(status(pull), thread=PULL)
    assert (caught.value.reason, caught.value.retry_after) == ("rate-limit", 77)
    assert github.world.writes == []


def test_a_body_is_cut_and_keeps_its_mark(reporter, github, pull):
    assert reporter.answer(PULL, "command", "long " * 20_000)
    (write,) = github.world.writes
    body = write.data["body"]
    assert len(body) <= 65_535
    assert body.endswith("long…\n\n<!-- packit-worker: command -->")


def test_a_body_holds_no_bare_command(reporter, github, pull):
    reporter.answer(PULL, "command", "Say\n  /packit build\n/PACKIT test\nor `/packit x`.")
    body = github.world.writes[0].data["body"]
    assert body.splitlines()[:4] == [
        "Say",
        "  `/packit build`",
        "`/PACKIT test`",
        "or `/packit x`.",
    ]


def test_the_same_answer_is_no_write_and_another_is_an_edit(reporter, github, pull):
    assert reporter.answer(PULL, "command", "No.")
    assert not reporter.answer(PULL, "command", "No.")
    assert reporter.answer(PULL, "command", "Yes.")
    assert reporter.answer(PULL, "other", "No.")
    assert kinds(github) == ["comment", "comment-edit", "comment"]


def test_a_mark_that_somebody_else_copied_is_not_ours(reporter, github, pull):
    project = github.world.projects["octo/hello"]
    forged = "No.\n\n<!-- packit-worker: command -->"
    github.world.note(project, 1, author="olaf", body=forged)
    assert reporter.answer(PULL, "command", "No.")
    assert kinds(github) == ["comment"]


def test_a_thread_that_is_closed_to_us_is_no_error(reporter, github, pull):
    github.faults.add(Fault(kind="forbidden", match="comments", count=-1))
    assert not reporter.answer(PULL, "command", "No.")


def test_pagure_gets_another_comment_where_it_cannot_edit(bot, pagure):
    project = pagure.world.projects["rpms/hello"]
    pagure.world.pull(project, author="otto", files={"a.txt": "a"}, source="fork/otto/rpms/hello")
    reporter = Reporter(bot, POLICY, RPM)
    for text in ("No.", "No.", "Yes."):
        reporter.answer(PULL, "command", text)
    assert kinds(pagure) == ["comment", "comment"]

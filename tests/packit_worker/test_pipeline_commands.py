"""Commands: each gets one visible answer, whoever asks and wherever."""

import pytest
from event_kwargs import event_of
from markdown_it import MarkdownIt

from packit_worker.handler import Done
from packit_worker.sandbox.faults import Fault

NO_ACCESS = (
    "Not allowed yet: only people with write access may start this."
    ' A maintainer can comment "/packit build".'
)


@pytest.mark.parametrize(
    ("login", "author", "outcome", "answers"),
    [
        ("wendy", "olaf", "done", []),
        ("adele", "olaf", "done", []),
        ("olaf", "olaf", "done", []),
        ("OLAF", "olaf", "done", []),
        ("olaf", "wendy", "denied", [NO_ACCESS]),
        ("stranger", "wendy", "denied", [NO_ACCESS]),
        (None, "olaf", "denied", ["Not allowed: the account that asks is unknown."]),
        (None, None, "denied", ["Not allowed: the account that asks is unknown."]),
    ],
)
def test_who_may_ask_for_a_build(engine_side, login, author, outcome, answers):
    side = engine_side
    end = side.process(side.comment_event(side.pull(author=author), login=login))
    assert end.outcome == outcome
    assert side.bodies() == answers
    assert side.calls == ([("BuildAsked", "copr_build#0")] if outcome == "done" else [])


USAGE = "usage: `/packit build|copr-build|test [--labels A,B] [--identifier ID] [--package NAME]`"
REST = f"--identifier, --package; {USAGE}."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/packit buidl", "unknown command `buidl`; known here: build, copr-build, test."),
        ("/packit propose-update", '"propose-update" does nothing in a pull request.'),
        ('/packit test --labels "foo', f"a quote is not closed; {USAGE}."),
        ("/packit", f"no command after /packit; {USAGE}."),
        (
            "/packit build --lables x",
            f"unknown option `--lables`, the nearest is --labels; {USAGE}.",
        ),
        ("/packit build foo bar", f'`foo` means nothing after "build"; {USAGE}.'),
        ("/packit test lantern/wick#12", f'`lantern/wick#12` means nothing after "test"; {USAGE}.'),
        (
            "/packit build --commit 1a2b3c4",
            f"unknown option `--commit`, known are --labels, {REST}",
        ),
        ("/packit build x\n/packit test y", f'`x` means nothing after "build"; {USAGE}; `y` means'),
        ("/packit buidl\n/packit biuld", "unknown command `buidl`; known here: build,"),
    ],
)
def test_a_command_that_is_none_gets_one_answer(engine_side, text, answer):
    side = engine_side
    end = side.process(side.comment_event(side.pull(), text))
    assert (end.outcome, end.code) == ("skipped", "bad-command")
    (body,) = side.bodies()
    assert body.startswith(answer)
    assert side.calls == []
    assert body.count("usage: ") <= 1
    # It costs no look at the config.
    assert [one for one in side.requests() if "contents" in one] == []


def test_the_usage_in_an_issue_names_what_can_be_done_there(engine_side):
    side = engine_side
    issue = side.github.world.issue(side.hello, author="olaf", title="Update")
    side.process(side.issue_event(issue.id, "/packit propose-update f42"))
    usage = "`/packit propose-update [--labels A,B] [--identifier ID] [--package NAME]`"
    assert side.bodies() == [f'`f42` means nothing after "propose-update"; usage: {usage}.']


def test_a_build_is_not_asked_for_in_an_issue(engine_side):
    side = engine_side
    issue = side.github.world.issue(side.hello, author="olaf", title="Build it")
    end = side.process(side.issue_event(issue.id, "/packit build"))
    assert end.code == "bad-command"
    assert side.bodies() == ['"build" does nothing in an issue.']


def test_an_update_is_asked_for_in_an_issue(engine_side):
    side = engine_side
    side.push("  - {job: propose_downstream, trigger: release, dist_git_branches: [main]}\n")
    issue = side.github.world.issue(side.hello, author="olaf", title="Update")
    assert side.process(side.issue_event(issue.id)).outcome == "done"
    assert side.calls == [("ProposeAsked", "propose_downstream#0")]


def test_a_comment_without_a_command_is_not_answered(engine_side):
    side = engine_side
    end = side.process(side.comment_event(side.pull(), "Looks good."))
    assert (end.outcome, end.code) == ("skipped", "no-command")
    assert side.writes() == []


def test_two_commands_in_one_comment_both_run(engine_side):
    side = engine_side
    jobs = (
        "  - {job: copr_build, trigger: pull_request, targets: [fedora-42]}\n"
        "  - {job: tests, trigger: pull_request, targets: [fedora-42]}\n"
    )
    assert (
        side.process(side.comment_event(side.pull(jobs), "/packit test\n/packit build")).outcome
        == "done"
    )
    assert side.calls == [("BuildAsked", "copr_build#0"), ("TestsAsked", "tests#1")]


def test_a_bad_line_beside_a_good_one_is_told(engine_side):
    side = engine_side
    side.process(side.comment_event(side.pull(), "/packit build\n/packit tset"))
    assert side.calls == [("BuildAsked", "copr_build#0")]
    assert side.bodies() == [
        "`/packit tset`: unknown command `tset`; known here: build, copr-build, test."
    ]


def test_a_command_for_no_job_is_told_what_was_looked_at(engine_side):
    side = engine_side
    end = side.process(side.comment_event(side.pull(), "/packit test"))
    assert (end.outcome, end.code) == ("skipped", "no-job-matched")
    assert side.bodies() == ["No job of the package config matches: 1 job was looked at."]
    assert side.event_row().decision["looked_at"] == ["TestsAsked: no job of type tests"]


def test_the_same_question_again_edits_the_answer(engine_side):
    side = engine_side
    pull = side.pull()
    side.process(side.comment_event(pull, "/packit buidl"))
    side.process(side.comment_event(pull, "/packit tset"), "e-2")
    assert len(side.writes("comment")) == 1
    (edit,) = side.writes("comment-edit")
    assert edit["body"].startswith("unknown command `tset`")


def test_an_answer_is_not_repeated_after_a_crash(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.comment_event(side.pull(), login="stranger")
    side.process(event)
    side.lose_worker()
    end = side.process(event)
    assert (end.outcome, end.code) == ("denied", "no-write-access")
    assert [write.kind for write in side.github.world.writes] == ["comment"]


def test_an_answer_on_pagure_is_not_repeated_after_a_crash(engine_side):
    side = engine_side
    pull = side.pull_pagure()
    kwargs = {"action": "created", "comment": "/packit buidl", "comment_id": 7}
    plain = side.pull_pagure_event(pull)
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    event = event_of("PullRequestCommentPagureEvent", **(fields | kwargs))
    side.process(event)
    side.lose_worker()
    side.process(event)
    assert [write.kind for write in side.pagure.world.writes] == ["comment"]


def test_an_answer_that_the_forge_does_not_take_now_is_given_later(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="unavailable", match="POST .*comments"))
    event = side.comment_event(side.pull(), login="stranger")
    end = side.process(event)
    assert (end.outcome, end.code) == ("waiting", "http-503")
    assert side.process(event).outcome == "denied"
    assert side.bodies() == [NO_ACCESS]


def test_what_was_done_counts_though_nobody_could_be_told(engine_side):
    side = engine_side
    side.github.faults.add(Fault(kind="unavailable", match="POST .*comments", count=-1))
    event = side.comment_event(side.pull(), "/packit build\n/packit tset")
    ends = [side.process(event) for _ in range(5)]
    assert [end.outcome for end in ends][-2:] == ["done", "duplicate"]
    assert side.calls == [("BuildAsked", "copr_build#0")]


def test_a_second_request_is_told_that_it_runs(engine_side_anywhere):
    side = engine_side_anywhere
    pull = side.pull()

    def ask_again(_event, _context):
        side.handlers.acts["BuildAsked"] = Done("again")
        inner.append(side.process(side.comment_event(pull, login="adele"), "e-2"))
        return Done("built")

    inner = []
    side.handlers.acts["BuildAsked"] = ask_again
    assert side.process(side.comment_event(pull)).outcome == "done"
    assert [(end.outcome, end.code) for end in inner] == [("skipped", "already-running")]
    assert side.calls == [("BuildAsked", "copr_build#0")]
    (body,) = side.bodies()
    assert body.startswith("Already running for job `copr_build#0` since ")
    assert body.endswith(" UTC: https://packit.example.org/events/e-1.")


def test_answers_hold_no_bare_command_and_say_where_to_look(engine_side):
    side = engine_side
    side.process(side.comment_event(side.pull(), login="stranger"))
    (comment,) = side.writes("comment")
    lines = comment["body"].splitlines()
    assert [line for line in lines if line.strip().startswith("/packit")] == []
    assert "[Why](https://packit.example.org/events/e-1)" in lines
    assert lines[-1] == "<!-- packit-worker: command of stranger -->"


EVIL = "@everyone ![x](https://evil.test/x.png) <img src=x> octo/hello#1 /packit build"


def outside_code(body):
    """Return what a forge reads of a body: the words outside code, and the addresses of links."""
    tokens = MarkdownIt("commonmark").parse(body.rpartition("\n\n<!--")[0])
    inner = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inner} <= {
        *("text", "code_inline", "softbreak", "link_open", "link_close")
    }
    links = [child.attrs["href"] for child in inner if child.type == "link_open"]
    return " ".join(child.content for child in inner if child.type == "text"), links


@pytest.mark.parametrize(
    ("text", "config"),
    [
        (f"/packit {EVIL}", None),
        (f"/packit build {EVIL}", None),
        ("/packit test --@everyone", None),
        ("/packit build --identifier=`@everyone`", None),
        (f"/packit build\n/packit {EVIL}", None),
        ("/packit build", f"{EVIL}: 1\n"),
        ("/packit build", f"specfile_path: hello.spec\njobs: [{{job: '{EVIL}'}}]\n"),
    ],
)
def test_what_others_wrote_is_dead_in_an_answer(engine_side, text, config):
    side = engine_side
    side.process(side.comment_event(side.pull(config=config), text))
    for write in side.writes("comment"):
        words, links = outside_code(write["body"])
        assert links == ["https://packit.example.org/events/e-1"]
        for bad in ("@", "#", "<", "evil", "![", "/packit"):
            assert bad not in words


def test_each_who_asks_has_an_answer_of_their_own(engine_side):
    side = engine_side
    pull = side.pull()
    for number, login in enumerate(("wendy", "olaf", "Wendy", None, None)):
        side.process(side.comment_event(pull, "/packit tset", login=login), f"e-{number}")
    marks = [one["body"].splitlines()[-1] for one in side.writes("comment")]
    assert marks == [
        "<!-- packit-worker: command of wendy -->",
        "<!-- packit-worker: command of olaf -->",
        "<!-- packit-worker: command of a deleted account -->",
    ]


def test_a_mark_that_somebody_quotes_is_no_mark(engine_side):
    side = engine_side
    pull = side.pull()
    mark = "<!-- packit-worker: command of wendy -->"
    side.process(side.comment_event(pull, f'/packit "{mark}"', login="olaf"), "e-1")
    side.process(side.comment_event(pull, "/packit tset", login="wendy"), "e-2")
    assert len(side.writes("comment")) == 2
    assert side.writes("comment-edit") == []

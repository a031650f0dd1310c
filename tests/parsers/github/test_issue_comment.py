import pytest
from saved_messages import load

from parsers import MalformedError, Options, Parsed, Skip, parse

ON_PULL_REQUEST = {
    "action": "created",
    "pr_id": 217,
    "comment": "/packit build",
    "comment_id": 2145520911,
    "target_repo_namespace": "meadow-tools",
    "target_repo_name": "hedgehog",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "user_login": "brindle-fox",
}
ON_ISSUE = {
    "action": "created",
    "issue_id": 44,
    "comment": "/packit propose-downstream",
    "comment_id": 2145520911,
    "repo_namespace": "meadow-tools",
    "repo_name": "hedgehog",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "user_login": "brindle-fox",
}
NO_COMMAND = Skip("no-command", "no line begins with /packit")
NOTHING_NEW = Skip("comment-edited", "the edit brings no command in")
OWN_BOT = Skip("own-bot", "a comment by packit-as-a-service[bot]")


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("command", {}),
        (
            "command_within_text",
            {
                "comment": "Thanks!\r\n\r\n/packit test --labels \"it's\r\n\r\n"
                "I'll look at it tomorrow."
            },
        ),
        ("ghost", {"user_login": None}),
        ("edited_new_command", {"action": "edited", "comment": "Thanks!\r\n/packit build"}),
        ("edited_second_command", {"action": "edited", "comment": "/packit test"}),
    ],
)
def test_on_a_pull_request(parse_saved, case, changes):
    outcome = parse_saved(f"pull_request_comment_gh/{case}")
    assert outcome == Parsed("PullRequestCommentGHEvent", {**ON_PULL_REQUEST, **changes})


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("command", {}),
        ("ghost", {"user_login": None}),
        ("edited_new_command", {"action": "edited"}),
    ],
)
def test_on_an_issue(parse_saved, case, changes):
    outcome = parse_saved(f"issue_comment/{case}")
    assert outcome == Parsed("IssueCommentEvent", {**ON_ISSUE, **changes})


@pytest.mark.parametrize(
    ("name", "skip"),
    [
        ("pull_request_comment_gh/chat", NO_COMMAND),
        ("pull_request_comment_gh/quoted", NO_COMMAND),
        ("pull_request_comment_gh/fenced", NO_COMMAND),
        ("pull_request_comment_gh/indented", NO_COMMAND),
        ("pull_request_comment_gh/mid_sentence", NO_COMMAND),
        ("pull_request_comment_gh/hidden", NO_COMMAND),
        ("pull_request_comment_gh/edited_chat", NO_COMMAND),
        ("pull_request_comment_gh/edited_same_command", NOTHING_NEW),
        ("pull_request_comment_gh/edited_without_old_text", NOTHING_NEW),
        ("pull_request_comment_gh/sibling_bot", OWN_BOT),
        (
            "pull_request_comment_gh/deleted",
            Skip("action-not-handled", "issue_comment 'deleted'"),
        ),
        ("issue_comment/chat", NO_COMMAND),
        ("issue_comment/edited_same_command", NOTHING_NEW),
        ("issue_comment/sibling_bot", OWN_BOT),
        ("issue_comment/deleted", Skip("action-not-handled", "issue_comment 'deleted'")),
    ],
)
def test_skipped(parse_saved, name, skip):
    assert parse_saved(name) == skip


@pytest.mark.parametrize("case", ["edited_new_command", "edited_chat"])
def test_edits_never_count_if_the_options_say_so(parse_saved, case):
    options = Options(edited_comments="never")
    outcome = parse_saved(f"pull_request_comment_gh/{case}", options=options)
    assert outcome == Skip("comment-edited", "the option edited_comments is never")


def test_a_new_comment_counts_whatever_the_options_say_of_edits(parse_saved):
    options = Options(edited_comments="never")
    outcome = parse_saved("issue_comment/command", options=options)
    assert outcome == Parsed("IssueCommentEvent", ON_ISSUE)


@pytest.mark.parametrize("name", ["pull_request_comment_gh", "issue_comment"])
@pytest.mark.parametrize(
    ("author", "editor"),
    [("wise-heron", "brindle-fox"), ("wise-heron", None)],
)
def test_an_edit_by_somebody_else_is_nobodys_command(parse_saved, name, author, editor):
    def change(body):
        body["comment"]["user"] = {"login": author} if author else None
        body["sender"] = {"login": editor} if editor else None

    outcome = parse_saved(f"{name}/edited_new_command", change)
    assert outcome == Skip("comment-edited", "not by its author")


def test_an_author_is_known_whatever_the_case(parse_saved):
    def change(body):
        body["comment"]["user"] = {"login": "Wise-Heron"}
        body["sender"] = {"login": "wise-heron"}

    outcome = parse_saved("issue_comment/edited_new_command", change)
    assert outcome.kwargs["user_login"] == "Wise-Heron"


def test_an_edit_of_an_empty_comment_brings_a_command_in(parse_saved):
    outcome = parse_saved(
        "pull_request_comment_gh/edited_new_command",
        lambda b: b["changes"]["body"].update({"from": ""}),
    )
    assert outcome.kwargs["comment"] == "Thanks!\r\n/packit build"


def test_the_prefix_is_an_option(parse_saved):
    options = Options(command_prefix="/meadow")
    outcome = parse_saved("issue_comment/command", options=options)
    assert outcome == Skip("no-command", "no line begins with /meadow")


def test_our_own_bots_are_an_option():
    body = load("github/issue_comment/command")
    options = Options(bots=frozenset({"brindle-fox"}))
    assert parse(body, options=options) == Skip("own-bot", "a comment by brindle-fox")
    body["comment"]["user"]["login"] = "Brindle-Fox"
    assert parse(body, options=options) == Skip("own-bot", "a comment by Brindle-Fox")


def test_what_no_database_holds_is_replaced_in_a_comment(parse_saved):
    outcome = parse_saved(
        "issue_comment/command", lambda b: b["comment"].update(body="/packit test \x00\ud800\t😀")
    )
    assert outcome.kwargs["comment"] == "/packit test \ufffd\ufffd\t😀"


@pytest.mark.parametrize("text", [None, ""])
def test_a_comment_may_be_empty(parse_saved, text):
    outcome = parse_saved("issue_comment/command", lambda b: b["comment"].update(body=text))
    assert outcome == NO_COMMAND


def test_the_number_of_a_comment_is_not_needed(parse_saved):
    outcome = parse_saved("issue_comment/command", lambda b: b["comment"].pop("id"))
    assert outcome == Parsed("IssueCommentEvent", {**ON_ISSUE, "comment_id": None})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.pop("action"), "$.action"),
        (lambda b: b.update(comment="/packit build"), "$.comment"),
        (lambda b: b["comment"].update(body=["/packit build"]), "$.comment.body"),
        (lambda b: b["comment"].update(id="2145520911"), "$.comment.id"),
        (lambda b: b["comment"].update(user=1), "$.comment.user"),
        (lambda b: b["comment"]["user"].update(login="\x7f"), "$.comment.user.login"),
        (lambda b: b.update(changes=[]), "$.changes"),
        (lambda b: b["changes"]["body"].update({"from": 1}), "$.changes.body.from"),
        (lambda b: b.update(issue=None), "$.issue"),
        (lambda b: b["issue"].pop("number"), "$.issue.number"),
        (lambda b: b["issue"].update(number=217.0), "$.issue.number"),
        (lambda b: b["issue"].update(pull_request=True), "$.issue.pull_request"),
        (lambda b: b.pop("repository"), "$.repository"),
        (lambda b: b["repository"].update(html_url=7), "$.repository.html_url"),
    ],
)
def test_malformed(parse_saved, change, path):
    with pytest.raises(MalformedError) as caught:
        parse_saved("pull_request_comment_gh/edited_new_command", change)
    assert caught.value.path == path

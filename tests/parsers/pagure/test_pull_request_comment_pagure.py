import pytest
from saved_messages import load

from parsers import MalformedError, Options, Parsed, Skip, parse

FOLDER = "pagure/pull_request_comment_pagure/"


def test_the_last_comment_counts():
    outcome = parse(load(FOLDER + "command"))
    assert outcome == Parsed(
        "PullRequestCommentPagureEvent",
        {
            "action": "created",
            "comment": "Looks good.\n\n/packit build\n",
            "comment_id": 501,
            "pr_id": 41,
            "base_repo_namespace": "tea/pots",
            "base_repo_name": "spout",
            "base_repo_owner": "orin",
            "base_ref": "copper-spout",
            "target_repo_namespace": "tea/pots",
            "target_repo_name": "spout",
            "target_branch": "main",
            "https_url": "https://pagure.io/tea/pots/spout",
            "commit_sha": "84eb49f117d3c4e63b6e16b8b07e05b1f2c28666",
            "user_login": "vlasta",
        },
    )
    assert outcome.task == "task.process_pull_request_comment_pagure_event"


def test_dist_git_on_the_bus():
    assert parse(load("fedora-messaging/pull_request_comment_pagure/command")).kwargs == {
        "action": "created",
        "comment": "/packit koji-build",
        "comment_id": 9002,
        "pr_id": 21,
        "base_repo_namespace": "rpms",
        "base_repo_name": "teapot",
        "base_repo_owner": "orin",
        "base_ref": "aarch64-only",
        "target_repo_namespace": "rpms",
        "target_repo_name": "teapot",
        "target_branch": "rawhide",
        "https_url": "https://src.fedoraproject.org/rpms/teapot",
        "commit_sha": "d75daec176453b556c0b2c20f1f3563da02acca6",
        "user_login": "teapot-owner",
    }


def test_centosmsg():
    assert parse(load("centosmsg/pull_request_comment_pagure/command")).kwargs == {
        "action": "created",
        "comment": "/packit copr-build",
        "comment_id": 88,
        "pr_id": 13,
        "base_repo_namespace": "source-git",
        "base_repo_name": "saucer",
        "base_repo_owner": "orin",
        "base_ref": "glaze",
        "target_repo_namespace": "source-git",
        "target_repo_name": "saucer",
        "target_branch": "c9s",
        "https_url": "https://git.stg.example.org/source-git/saucer",
        "commit_sha": "8b314011b245b2016d37a71ff29705fd6dbc8bb9",
        "user_login": "vlasta",
    }


def test_without_an_author_the_agent_is_who_wrote_it():
    kwargs = parse(load(FOLDER + "deleted_account")).kwargs
    assert kwargs["user_login"] == "vlasta"
    assert kwargs["comment"] == "/packit test"


def test_text_with_nul_is_answered_all_the_same():
    event = load(FOLDER + "command")
    event["msg"]["pullrequest"]["comments"][-1].update(comment="/packit build\x00", id=None)
    kwargs = parse(event).kwargs
    assert kwargs["comment"] == "/packit build\ufffd"
    assert kwargs["comment_id"] is None


@pytest.mark.parametrize(
    ("case", "skip"),
    [
        ("notification", Skip("notification-comment", "Pagure's own note on a pull request")),
        ("own_bot", Skip("own-bot", "a comment by packit")),
        ("no_command", Skip("no-command", "no line begins with /packit")),
        ("edited", Skip("comment-edited", "Pagure does not tell the old text")),
    ],
)
def test_comments_that_start_nothing(case, skip):
    assert parse(load(FOLDER + case)) == skip


def test_edited_on_the_bus_whatever_it_holds():
    topic = "org.fedoraproject.prod.pagure.pull-request.comment.edited"
    assert parse({}, event_type=topic).code == "comment-edited"


def test_the_bots_are_an_option():
    event = load(FOLDER + "command")
    assert parse(event, options=Options(bots=frozenset({"vlasta"}))).code == "own-bot"


def test_a_comment_that_starts_nothing_demands_no_more():
    event = load(FOLDER + "no_command")
    event["msg"]["pullrequest"] = {"comments": [{"comment": None}]}
    assert parse(event).code == "no-command"


@pytest.mark.parametrize(
    ("comments", "path", "reason"),
    [
        ([], "", "expected a comment, got none"),
        (None, "", "expected an array, got null"),
        ({"0": {}}, "", "expected an array, got an object"),
        ([3], "[0]", "expected an object, got a number"),
        (["x"], "[0]", "expected an object, got a string"),
        ([{}, {"comment": 5}], "[1].comment", "expected a string, got a number"),
        ([{"notification": 1}], "[0].notification", "expected a boolean, got a number"),
        ([{"user": []}], "[0].user", "expected an object, got an array"),
        (
            [{"comment": "/packit build", "id": True}],
            "[0].id",
            "expected an integer, got a boolean",
        ),
    ],
)
def test_malformed(comments, path, reason):
    event = load(FOLDER + "command")
    event["msg"]["pullrequest"]["comments"] = comments
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert caught.value.path == "$.msg.pullrequest.comments" + path
    assert caught.value.reason == reason

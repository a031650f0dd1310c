import pytest
from saved_messages import load

from parsers import MalformedError, Parsed, parse

SPOUT = {
    "pr_id": 41,
    "base_repo_namespace": "tea/pots",
    "base_repo_name": "spout",
    "base_repo_owner": "orin",
    "base_ref": "copper-spout",
    "target_repo_namespace": "tea/pots",
    "target_repo_name": "spout",
    "target_branch": "main",
    "https_url": "https://pagure.io/tea/pots/spout",
    "user_login": "orin",
}
TEAPOT = {
    "pr_id": 21,
    "base_repo_namespace": "rpms",
    "base_repo_name": "teapot",
    "base_repo_owner": "orin",
    "base_ref": "aarch64-only",
    "target_repo_namespace": "rpms",
    "target_repo_name": "teapot",
    "target_branch": "rawhide",
    "https_url": "https://src.fedoraproject.org/rpms/teapot",
    "user_login": "orin",
}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "pagure/pull_request_pagure/opened",
            {
                **SPOUT,
                "action": "opened",
                "commit_sha": "7770dc9536e9d32cc004bb97f38ecec2e9053bfe",
            },
        ),
        (
            "pagure/pull_request_pagure/reopened",
            {
                **SPOUT,
                "action": "reopened",
                "commit_sha": "8c71bf883b5d1cb301060710d96477327752f466",
            },
        ),
        (
            "pagure/pull_request_pagure/updated",
            {
                **SPOUT,
                "action": "synchronize",
                "commit_sha": "b28c0b09b9ad73298b83ef59d3a8830c078d3a53",
            },
        ),
        (
            "fedora-messaging/pull_request_pagure/opened",
            {
                **TEAPOT,
                "action": "opened",
                "commit_sha": "1f1a97c85c0bffc5056bf119aef518eb2e7b828c",
            },
        ),
        (
            "fedora-messaging/pull_request_pagure/rebased",
            {
                **TEAPOT,
                "action": "synchronize",
                "commit_sha": "21e6e9beca9f37d8818d4224982bbbbcd73e186c",
            },
        ),
    ],
)
def test_actions_by_webhook_and_by_bus(name, fields):
    assert parse(load(name)) == Parsed("PullRequestPagureEvent", fields)


def test_centosmsg():
    outcome = parse(load("centosmsg/pull_request_pagure/updated"))
    assert outcome == Parsed(
        "PullRequestPagureEvent",
        {
            "action": "synchronize",
            "pr_id": 13,
            "base_repo_namespace": "source-git",
            "base_repo_name": "saucer",
            "base_repo_owner": "orin",
            "base_ref": "glaze",
            "target_repo_namespace": "source-git",
            "target_repo_name": "saucer",
            "target_branch": "c9s",
            "https_url": "https://git.stg.example.org/source-git/saucer",
            "commit_sha": "5507c1bc7110697636c37da653b18eadbbd6ce4f",
            "user_login": "orin",
        },
    )
    assert outcome.task == "task.process_pull_request_pagure_event"


def test_remote_repository_is_null_and_the_agent_is_not_its_owner():
    assert parse(load("pagure/pull_request_pagure/remote_git")).kwargs == {
        "action": "opened",
        "pr_id": 7,
        "base_repo_namespace": None,
        "base_repo_name": None,
        "base_repo_owner": None,
        "base_ref": "whistle",
        "target_repo_namespace": "",
        "target_repo_name": "kettle",
        "target_branch": "main",
        "https_url": "https://pagure.io/kettle",
        "commit_sha": "9d2aecb196326a507b0f32107b6b67726687dfda",
        "user_login": "orin",
    }


def test_branch_of_the_project_itself_at_the_top_level():
    kwargs = parse(load("pagure/pull_request_pagure/same_project")).kwargs
    assert kwargs["base_repo_namespace"] == ""
    assert kwargs["base_repo_name"] == "kettle"
    assert kwargs["base_repo_owner"] == "vlasta"
    assert kwargs["base_ref"] == "lid"


def test_source_target_and_author_are_not_mixed_up():
    event = load("pagure/pull_request_pagure/opened")
    pull_request = event["msg"]["pullrequest"]
    pull_request["repo_from"].update(namespace="from-ns", name="from-name")
    pull_request["repo_from"]["user"]["name"] = "fork-owner"
    pull_request["user"]["name"] = "author"
    pull_request["project"]["user"]["name"] = "target-owner"
    event["msg"]["agent"] = "agent"
    assert parse(event).kwargs == {
        "action": "opened",
        "pr_id": 41,
        "base_repo_namespace": "from-ns",
        "base_repo_name": "from-name",
        "base_repo_owner": "fork-owner",
        "base_ref": "copper-spout",
        "target_repo_namespace": "tea/pots",
        "target_repo_name": "spout",
        "target_branch": "main",
        "https_url": "https://pagure.io/tea/pots/spout",
        "commit_sha": "7770dc9536e9d32cc004bb97f38ecec2e9053bfe",
        "user_login": "author",
    }


@pytest.mark.parametrize("repo_from", [None, {}, {"user": {"name": "orin"}, "namespace": "x"}])
def test_source_that_is_not_whole_is_null(repo_from):
    event = load("pagure/pull_request_pagure/opened")
    event["msg"]["pullrequest"].update(repo_from=repo_from, branch_from=None, user=None)
    kwargs = parse(event).kwargs
    assert kwargs["base_repo_namespace"] is None
    assert kwargs["base_repo_name"] is None
    assert kwargs["base_repo_owner"] is None
    assert kwargs["base_ref"] is None
    assert kwargs["user_login"] is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"branch": None}, "$.body.pullrequest.branch"),
        ({"id": "21"}, "$.body.pullrequest.id"),
        ({"commit_stop": ""}, "$.body.pullrequest.commit_stop"),
        ({"project": []}, "$.body.pullrequest.project"),
        ({"repo_from": 3}, "$.body.pullrequest.repo_from"),
        ({"repo_from": {"name": "a/b"}}, "$.body.pullrequest.repo_from.name"),
        ({"branch_from": "\ud800"}, "$.body.pullrequest.branch_from"),
        ({"user": {"name": 4}}, "$.body.pullrequest.user.name"),
    ],
)
def test_malformed(change, path):
    event = load("fedora-messaging/pull_request_pagure/opened")
    event["body"]["pullrequest"].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert caught.value.path == path

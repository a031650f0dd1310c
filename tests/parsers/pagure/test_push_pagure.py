import pytest
from saved_messages import load

from parsers import MalformedError, Parsed, Skip, parse

BRANCH = {
    "repo_namespace": "tea/pots",
    "repo_name": "spout",
    "git_ref": "main",
    "https_url": "https://pagure.io/tea/pots/spout",
    "commit_sha": "3613ddc1db061c0aafeec07faa39a5018d111aae",
    "start_commit": "4f898e04df23441ad328f5f4fbe4df7e20c9fa32",
    "user_login": "vlasta",
    "pr_id": None,
}


def pushed(name, **hints):
    outcome = parse(load(name), **hints)
    assert isinstance(outcome, Parsed), outcome
    assert outcome.event == "PushPagureEvent"
    assert outcome.task == "task.process_push_pagure_event"
    return outcome.kwargs


def test_webhook_of_a_branch_in_a_nested_namespace():
    assert pushed("pagure/push_pagure/branch") == BRANCH


def test_project_at_the_top_level_has_the_empty_namespace():
    assert pushed("pagure/push_pagure/top_level_project") == {
        "repo_namespace": "",
        "repo_name": "kettle",
        "git_ref": "releases/2.x",
        "https_url": "https://pagure.io/kettle",
        "commit_sha": "fb71f7354737b6e585096ed5c21f007af67f327c",
        "start_commit": "fb71f7354737b6e585096ed5c21f007af67f327c",
        "user_login": "orin",
        "pr_id": None,
    }


def test_new_branch_is_a_normal_push():
    kwargs = pushed("pagure/push_pagure/new_branch")
    assert kwargs["git_ref"] == "try-copper"
    assert kwargs["commit_sha"] == "107d2b4feedcd25ea81890fa08f64c3b796fb133"


def test_centosmsg_builds_the_address_from_host_and_path():
    assert pushed("centosmsg/push_pagure/branch") == {
        "repo_namespace": "source-git",
        "repo_name": "saucer",
        "git_ref": "c9s",
        "https_url": "https://git.stg.example.org/source-git/saucer",
        "commit_sha": "0a367c162595bd9e4d3e51b7207501b1df2f4a3b",
        "start_commit": "50292ddb63ca80e368468d2f19a319252bf65ee1",
        "user_login": "vlasta",
        "pr_id": None,
    }


def test_dist_git_on_the_bus():
    assert pushed("fedora-messaging/push_pagure/dist_git") == {
        "repo_namespace": "rpms",
        "repo_name": "teapot",
        "git_ref": "rawhide",
        "https_url": "https://src.fedoraproject.org/rpms/teapot",
        "commit_sha": "bb69e44c7f588d971cc857bff0a5048adc1a4ff0",
        "start_commit": "94bc2d171ec18e40ffc9baffc0981a0e52eed020",
        "user_login": "packit",
        "pr_id": None,
    }


@pytest.mark.parametrize("keys", [None, ("name", "namespace")])
def test_merged_pull_request_is_named_and_a_thin_project_gets_an_address(keys):
    event = load("fedora-messaging/push_pagure/merged_pull_request")
    event["repo"] = {key: event["repo"][key] for key in keys or event["repo"]}
    assert parse(event).kwargs == {
        "repo_namespace": "rpms",
        "repo_name": "teapot",
        "git_ref": "f40",
        "https_url": "https://src.fedoraproject.org/rpms/teapot",
        "commit_sha": "019bf593c2e17f25d7934fe466f7b5cc1dfa64f2",
        "start_commit": "019bf593c2e17f25d7934fe466f7b5cc1dfa64f2",
        "user_login": "pagure",
        "pr_id": 5,
    }


def test_pagure_io_on_the_bus_is_not_dist_git():
    event = load("fedora-messaging/push_pagure/pagure_io")
    del event["body"]["repo"]["full_url"]
    kwargs = parse(event).kwargs
    assert kwargs["https_url"] == "https://pagure.io/kettle"
    assert kwargs["repo_namespace"] == ""


def test_old_message_of_dist_git():
    assert pushed("fedora-messaging/push_pagure/old_dist_git") == {
        "repo_namespace": "rpms",
        "repo_name": "teapot",
        "git_ref": "master",
        "https_url": "https://src.fedoraproject.org/rpms/teapot",
        "commit_sha": "a6d96fa05fb243a13082a21195ebd126fc42f2f1",
        "start_commit": None,
        "user_login": "teapot-owner",
        "pr_id": None,
    }


def test_old_message_without_agent_path_and_namespace():
    event = load("fedora-messaging/push_pagure/old_dist_git")
    commit = event["msg"]["commit"]
    del commit["agent"], commit["path"]
    commit.update(namespace=None, username="committer", branch="refs/heads/f31")
    kwargs = parse(event).kwargs
    assert kwargs["user_login"] == "committer"
    assert kwargs["repo_namespace"] == ""
    assert kwargs["https_url"] == "https://src.fedoraproject.org/teapot"
    assert kwargs["git_ref"] == "f31"


@pytest.mark.parametrize(
    ("source", "event_type"),
    [(None, "git.receive"), ("pagure", "git.receive"), ("pagure", "pagure.git.receive")],
)
def test_topic_beside_the_bare_body(source, event_type):
    body = load("pagure/push_pagure/branch")["msg"]
    assert parse(body, source=source, event_type=event_type).kwargs == BRANCH


def test_body_without_a_topic_anywhere_is_unknown():
    outcome = parse(load("pagure/push_pagure/branch")["msg"])
    assert isinstance(outcome, Skip)
    assert outcome.code == "unknown-event"


def test_thin_project_at_the_top_level_gets_an_address_without_a_namespace():
    event = load("pagure/push_pagure/branch")
    event["msg"]["repo"] = {"name": "kettle"}
    assert parse(event).kwargs["https_url"] == "https://pagure.io/kettle"


@pytest.mark.parametrize(
    ("name", "code", "detail"),
    [
        ("pagure/push_pagure/fork_push", "fork-push", "forks/orin/tea/pots/spout"),
        ("centosmsg/push_pagure/fork_push", "fork-push", "forks/orin/source-git/saucer"),
        ("fedora-messaging/push_pagure/fork_push", "fork-push", "forks/orin/rpms/teapot"),
        (
            "fedora-messaging/push_pagure/old_dist_git_fork",
            "fork-push",
            "/srv/git/repositories/forks/orin/rpms/teapot.git",
        ),
        ("pagure/push_pagure/branch_deleted", "ref-deleted", "old-idea"),
        (
            "pagure/push_pagure/branch_deleted_empty_commit",
            "ref-deleted",
            "refs/heads/older-idea",
        ),
        ("fedora-messaging/push_pagure/old_dist_git_deleted", "ref-deleted", "master"),
        ("pagure/push_pagure/tag_push", "tag-push", "refs/tags/2.1"),
    ],
)
def test_pushes_that_start_nothing(name, code, detail):
    assert parse(load(name)) == Skip(code, detail)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"repo": {"parent": {}}}, "fork-push"),
        ({"repo": {"url_path": "fork/orin/spout"}}, "fork-push"),
        ({"repo": {"fullname": "forks/orin/spout"}}, "fork-push"),
        ({"end_commit": "0" * 40}, "ref-deleted"),
        ({"end_commit": ""}, "ref-deleted"),
        ({"branch": "refs/tags/1.0"}, "tag-push"),
    ],
)
def test_a_push_that_starts_nothing_needs_no_more_than_what_says_so(body, code):
    assert parse(body, source="pagure", event_type="git.receive").code == code


def test_a_project_whose_name_begins_with_fork_is_none():
    event = load("pagure/push_pagure/top_level_project")
    event["msg"]["repo"].update(name="forklift", url_path="forklift", fullname="forklift")
    assert parse(event).kwargs["repo_name"] == "forklift"


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"repo": None}, "$.msg.repo", "expected an object, got null"),
        ({"repo": {"name": "a/b"}}, "$.msg.repo.name", "the name of a project holds no slash"),
        ({"repo": {"name": ""}}, "$.msg.repo.name", "expected a name, got an empty string"),
        ({"end_commit": None}, "$.msg.end_commit", "expected a string, got null"),
        ({"branch": 1}, "$.msg.branch", "expected a string, got a number"),
        ({"pull_request_id": True}, "$.msg.pull_request_id", "expected an integer, got a boolean"),
        (
            {"agent": "vlasta\x00"},
            "$.msg.agent",
            "a name holds a control character or a lone surrogate",
        ),
    ],
)
def test_malformed(change, path, reason):
    event = load("pagure/push_pagure/branch")
    event["msg"].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert (caught.value.path, caught.value.reason) == (path, reason)

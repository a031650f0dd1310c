import pickle

import pytest

from parsers import MalformedError, Parsed, Skip

TASKS = {
    "InstallationEvent": "task.process_installation_event",
    "ReleaseEvent": "task.process_release_event",
    "PushGithubGHEvent": "task.process_push_github_gh_event",
    "PullRequestGHEvent": "task.process_pull_request_gh_event",
    "PullRequestCommentGHEvent": "task.process_pull_request_comment_gh_event",
    "IssueCommentEvent": "task.process_issue_comment_event",
    "PushPagureEvent": "task.process_push_pagure_event",
    "PullRequestPagureEvent": "task.process_pull_request_pagure_event",
    "PullRequestCommentPagureEvent": "task.process_pull_request_comment_pagure_event",
    "CoprBuildEvent": "task.process_copr_build_event",
    "KojiBuildEvent": "task.process_koji_build_event",
    "TestingFarmResultEvent": "task.process_testing_farm_result_event",
}


@pytest.mark.parametrize(("event", "task"), TASKS.items())
def test_the_task_of_an_event(event, task):
    assert Parsed(event, {}).task == task


def test_a_malformed_error_tells_path_and_reason():
    error = MalformedError("$.action", "missing")
    assert (error.path, error.reason, str(error)) == ("$.action", "missing", "$.action: missing")


def test_a_malformed_error_goes_from_one_process_to_another():
    # Celery's worker processes pickle what a task raises.
    error = pickle.loads(pickle.dumps(MalformedError("$.action", "missing")))  # noqa: S301 - ours
    assert (error.path, error.reason, str(error)) == ("$.action", "missing", "$.action: missing")


@pytest.mark.parametrize(
    ("path", "seen"), [("$.new", "$.msg.new"), ("$", "$.msg"), ("$[0].$", "$.msg[0].$")]
)
def test_a_malformed_error_seen_from_the_whole_message(path, seen):
    error = MalformedError(path, "missing").below("$.msg")
    assert (error.path, error.reason) == (seen, "missing")


def test_a_skip_needs_no_detail():
    assert Skip("tag-push") == Skip("tag-push", "")

"""What stage 1 promises to stage 2: the fields of each event, by hand, and a check of them."""

import json

TEXT, NUMBER, FLAG = (str,), (int,), (bool,)
TEXT_OR_NULL, NUMBER_OR_NULL = (str, type(None)), (int, type(None))

_PULL_REQUEST_PAGURE = {
    "action": TEXT,
    "pr_id": NUMBER,
    "base_repo_namespace": TEXT_OR_NULL,
    "base_repo_name": TEXT_OR_NULL,
    "base_repo_owner": TEXT_OR_NULL,
    "base_ref": TEXT_OR_NULL,
    "target_repo_namespace": TEXT,
    "target_repo_name": TEXT,
    "target_branch": TEXT,
    "https_url": TEXT,
    "commit_sha": TEXT,
    "user_login": TEXT_OR_NULL,
}

FIELDS = {
    "InstallationEvent": {
        "action": TEXT,
        "installation_id": NUMBER,
        "account_login": TEXT,
        "account_id": NUMBER,
        "account_url": TEXT,
        "account_type": TEXT,
        "created_at": TEXT_OR_NULL,
        "repositories": (list,),
        "sender_id": NUMBER,
        "sender_login": TEXT,
    },
    "ReleaseEvent": {
        "repo_namespace": TEXT,
        "repo_name": TEXT,
        "tag_name": TEXT,
        "https_url": TEXT,
        "prerelease": FLAG,
        "user_login": TEXT_OR_NULL,
    },
    "PushGithubGHEvent": {
        "repo_namespace": TEXT,
        "repo_name": TEXT,
        "git_ref": TEXT,
        "https_url": TEXT,
        "commit_sha": TEXT,
        "user_login": TEXT_OR_NULL,
    },
    "PullRequestGHEvent": {
        "action": TEXT,
        "pr_id": NUMBER,
        "base_repo_namespace": TEXT_OR_NULL,
        "base_repo_name": TEXT_OR_NULL,
        "base_ref": TEXT_OR_NULL,
        "target_repo_namespace": TEXT,
        "target_repo_name": TEXT,
        "target_branch": TEXT_OR_NULL,
        "https_url": TEXT,
        "commit_sha": TEXT,
        "user_login": TEXT_OR_NULL,
    },
    "PullRequestCommentGHEvent": {
        "action": TEXT,
        "pr_id": NUMBER,
        "comment": TEXT,
        "comment_id": NUMBER_OR_NULL,
        "target_repo_namespace": TEXT,
        "target_repo_name": TEXT,
        "https_url": TEXT,
        "user_login": TEXT_OR_NULL,
    },
    "IssueCommentEvent": {
        "action": TEXT,
        "issue_id": NUMBER,
        "comment": TEXT,
        "comment_id": NUMBER_OR_NULL,
        "repo_namespace": TEXT,
        "repo_name": TEXT,
        "https_url": TEXT,
        "user_login": TEXT_OR_NULL,
    },
    "PushPagureEvent": {
        "repo_namespace": TEXT,
        "repo_name": TEXT,
        "git_ref": TEXT,
        "https_url": TEXT,
        "commit_sha": TEXT,
        "start_commit": TEXT_OR_NULL,
        "user_login": TEXT_OR_NULL,
        "pr_id": NUMBER_OR_NULL,
    },
    "PullRequestPagureEvent": _PULL_REQUEST_PAGURE,
    "PullRequestCommentPagureEvent": {
        **_PULL_REQUEST_PAGURE,
        "comment": TEXT,
        "comment_id": NUMBER_OR_NULL,
    },
    "CoprBuildEvent": {
        "topic": TEXT,
        "build_id": NUMBER,
        "chroot": TEXT,
        "status": NUMBER,
        "owner": TEXT,
        "user": TEXT_OR_NULL,
        "project_name": TEXT,
        "pkg": TEXT_OR_NULL,
        "version": TEXT_OR_NULL,
        "timestamp": TEXT_OR_NULL,
    },
    "KojiBuildEvent": {
        "task_id": NUMBER_OR_NULL,
        "build_id": NUMBER_OR_NULL,
        "state": TEXT,
        "old_state": TEXT_OR_NULL,
        "start_time": TEXT_OR_NULL,
        "completion_time": TEXT_OR_NULL,
        "rpm_build_task_ids": (dict,),
        "failed_arches": (list,),
        "owner": TEXT_OR_NULL,
        "target": TEXT_OR_NULL,
        "nvr": TEXT_OR_NULL,
    },
    "TestingFarmResultEvent": {
        "pipeline_id": TEXT,
        "result": TEXT_OR_NULL,
        "summary": TEXT_OR_NULL,
        "log_url": TEXT_OR_NULL,
        "copr_chroot": TEXT_OR_NULL,
        "commit_sha": TEXT_OR_NULL,
        "https_url": TEXT_OR_NULL,
    },
}


def check_kwargs(event, kwargs):
    """Hold kwargs against the table, and against what JSON, UTF-8 and PostgreSQL can carry."""
    fields = FIELDS[event]
    assert kwargs.keys() == fields.keys()
    # By exact type: `True` is no number.
    wrong = {key: value for key, value in kwargs.items() if type(value) not in fields[key]}
    assert not wrong
    text = json.dumps(kwargs, ensure_ascii=False, allow_nan=False)
    assert json.loads(text.encode()) == kwargs
    assert "\\u0000" not in text

"""Valid kwargs for every typed event, to be changed by whoever asks."""

from packit_worker.registry import EVENTS

SHA = "5a17e0" + "0" * 34
_PULL_REQUEST_GH = {
    "action": "opened",
    "pr_id": 7,
    "base_repo_namespace": "anton",
    "base_repo_name": "hello",
    "base_ref": "fix",
    "target_repo_namespace": "acme",
    "target_repo_name": "hello",
    "target_branch": "main",
    "https_url": "https://github.com/acme/hello",
    "commit_sha": SHA,
    "user_login": "anton",
}
_PULL_REQUEST_PAGURE = _PULL_REQUEST_GH | {
    "base_repo_namespace": "rpms",
    "base_repo_owner": "anton",
    "target_repo_namespace": "rpms",
    "https_url": "https://src.example.org/rpms/hello",
}
_PUSH = {
    "repo_namespace": "acme",
    "repo_name": "hello",
    "git_ref": "main",
    "https_url": "https://github.com/acme/hello",
    "commit_sha": SHA,
    "user_login": "wendy",
}
KWARGS = {
    "InstallationEvent": {
        "action": "created",
        "installation_id": 11,
        "account_login": "acme",
        "account_id": 12,
        "account_url": "https://api.github.com/users/acme",
        "account_type": "Organization",
        "created_at": None,
        "repositories": ["acme/hello"],
        "sender_id": 13,
        "sender_login": "wendy",
    },
    "ReleaseEvent": {
        "repo_namespace": "acme",
        "repo_name": "hello",
        "tag_name": "1.0",
        "https_url": "https://github.com/acme/hello",
        "prerelease": False,
        "user_login": "wendy",
    },
    "PushGithubGHEvent": _PUSH,
    "PullRequestGHEvent": _PULL_REQUEST_GH,
    "PullRequestCommentGHEvent": {
        "action": "created",
        "pr_id": 7,
        "comment": "/packit build\n/packit test\n/packit upstream-koji-build",
        "comment_id": 70,
        "target_repo_namespace": "acme",
        "target_repo_name": "hello",
        "https_url": "https://github.com/acme/hello",
        "user_login": "wendy",
    },
    "IssueCommentEvent": {
        "action": "created",
        "issue_id": 8,
        "comment": "/packit propose-downstream",
        "comment_id": 80,
        "repo_namespace": "acme",
        "repo_name": "hello",
        "https_url": "https://github.com/acme/hello",
        "user_login": "wendy",
    },
    "PushPagureEvent": _PUSH
    | {
        "repo_namespace": "rpms",
        "https_url": "https://src.example.org/rpms/hello",
        "start_commit": None,
        "pr_id": None,
    },
    "PullRequestPagureEvent": _PULL_REQUEST_PAGURE,
    "PullRequestCommentPagureEvent": _PULL_REQUEST_PAGURE
    | {"action": "created", "comment": "/packit build\n/packit test", "comment_id": 70},
    "CoprBuildEvent": {
        "topic": "copr.build.end",
        "build_id": 9,
        "chroot": "fedora-42-x86_64",
        "status": 1,
        "owner": "packit",
        "user": "packit",
        "project_name": "acme-hello-7",
        "pkg": "hello",
        "version": "1.0-1",
        "timestamp": None,
    },
    "KojiBuildEvent": {
        "task_id": 10,
        "build_id": None,
        "state": "closed",
        "old_state": "open",
        "start_time": None,
        "completion_time": None,
        "rpm_build_task_ids": {},
        "failed_arches": [],
        "owner": "packit",
        "target": "f42",
        "nvr": None,
    },
    "TestingFarmResultEvent": {
        "pipeline_id": "0a1b",
        "result": None,
        "summary": None,
        "log_url": None,
        "copr_chroot": None,
        "commit_sha": None,
        "https_url": None,
    },
}
_TYPES = {event.__name__: event for event in EVENTS}


def event_of(name, **changes):
    """Return the event of that name with some of its kwargs changed."""
    return _TYPES[name].from_kwargs(KWARGS[name] | changes)

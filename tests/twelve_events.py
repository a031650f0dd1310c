"""One small payload for each of the 12 events, and the kwargs of stage 2 that follow from it."""

from dataclasses import dataclass
from typing import Any

SHA = "0123456789abcdef0123456789abcdef01234567"
GITHUB_REPOSITORY = {
    "name": "hello",
    "owner": {"login": "world"},
    "html_url": "https://github.com/world/hello",
}
PAGURE_PROJECT = {
    "name": "hello",
    "namespace": "rpms",
    "full_url": "https://src.fedoraproject.org/rpms/hello",
}
PAGURE_PULL_REQUEST = {
    "id": 7,
    "project": PAGURE_PROJECT,
    "repo_from": {"name": "hello", "namespace": "rpms", "user": {"name": "jane"}},
    "branch": "rawhide",
    "branch_from": "fix",
    "commit_stop": SHA,
    "user": {"name": "jane"},
    "comments": [{"id": 12, "comment": "/packit build", "user": {"name": "joe"}}],
}
PAGURE_PULL_REQUEST_KWARGS = {
    "pr_id": 7,
    "base_repo_namespace": "rpms",
    "base_repo_name": "hello",
    "base_repo_owner": "jane",
    "base_ref": "fix",
    "target_repo_namespace": "rpms",
    "target_repo_name": "hello",
    "target_branch": "rawhide",
    "https_url": "https://src.fedoraproject.org/rpms/hello",
    "commit_sha": SHA,
}


@dataclass(frozen=True)
class Sample:
    """A payload, what a door knows of it, and what stage 2 gets."""

    word: str
    source: str
    event_type: str
    payload: dict[str, Any]
    kwargs: dict[str, Any]

    @property
    def task(self) -> str:
        return f"task.process_{self.word}_event"

    def arguments(self, **others):
        """Return the keyword arguments of parse_message."""
        known = {"event": self.payload, "source": self.source, "event_type": self.event_type}
        return known | others


SAMPLES = (
    Sample(
        "installation",
        "github",
        "installation",
        {
            "action": "created",
            "installation": {
                "id": 5,
                "account": {
                    "login": "world",
                    "id": 6,
                    "url": "https://api.github.com/users/world",
                    "type": "Organization",
                },
                "created_at": 1767225600,
            },
            "repositories": [{"full_name": "world/hello"}],
            "sender": {"id": 8, "login": "jane"},
        },
        {
            "action": "created",
            "installation_id": 5,
            "account_login": "world",
            "account_id": 6,
            "account_url": "https://api.github.com/users/world",
            "account_type": "Organization",
            "created_at": "2026-01-01T00:00:00+00:00",
            "repositories": ["world/hello"],
            "sender_id": 8,
            "sender_login": "jane",
        },
    ),
    Sample(
        "release",
        "github",
        "release",
        {
            "action": "published",
            "release": {"tag_name": "1.0", "prerelease": True},
            "repository": GITHUB_REPOSITORY,
            "sender": {"login": "jane"},
        },
        {
            "repo_namespace": "world",
            "repo_name": "hello",
            "tag_name": "1.0",
            "https_url": "https://github.com/world/hello",
            "prerelease": True,
            "user_login": "jane",
        },
    ),
    Sample(
        "push_github_gh",
        "github",
        "push",
        {
            "ref": "refs/heads/main",
            "before": SHA,
            "after": SHA,
            "pusher": {"name": "jane"},
            "repository": GITHUB_REPOSITORY,
        },
        {
            "repo_namespace": "world",
            "repo_name": "hello",
            "git_ref": "main",
            "https_url": "https://github.com/world/hello",
            "commit_sha": SHA,
            "user_login": "jane",
        },
    ),
    Sample(
        "pull_request_gh",
        "github",
        "pull_request",
        {
            "action": "synchronize",
            "number": 3,
            "pull_request": {
                "head": {"ref": "fix", "sha": SHA, "repo": None},
                "base": {"ref": "main", "repo": GITHUB_REPOSITORY},
                "user": {"login": "jane"},
            },
            "repository": GITHUB_REPOSITORY,
            "sender": {"login": "joe"},
        },
        {
            "action": "synchronize",
            "pr_id": 3,
            "base_repo_namespace": None,
            "base_repo_name": None,
            "base_ref": "fix",
            "target_repo_namespace": "world",
            "target_repo_name": "hello",
            "target_branch": "main",
            "https_url": "https://github.com/world/hello",
            "commit_sha": SHA,
            "user_login": "jane",
        },
    ),
    Sample(
        "pull_request_comment_gh",
        "github",
        "issue_comment",
        {
            "action": "created",
            "issue": {"number": 3, "pull_request": {"url": "https://api.github.com/x"}},
            "comment": {"id": 11, "body": "/packit build", "user": {"login": "joe"}},
            "repository": GITHUB_REPOSITORY,
        },
        {
            "action": "created",
            "pr_id": 3,
            "comment": "/packit build",
            "comment_id": 11,
            "target_repo_namespace": "world",
            "target_repo_name": "hello",
            "https_url": "https://github.com/world/hello",
            "user_login": "joe",
        },
    ),
    Sample(
        "issue_comment",
        "github",
        "issue_comment",
        {
            "action": "created",
            "issue": {"number": 4},
            "comment": {"id": 13, "body": "/packit propose-downstream", "user": None},
            "repository": GITHUB_REPOSITORY,
        },
        {
            "action": "created",
            "issue_id": 4,
            "comment": "/packit propose-downstream",
            "comment_id": 13,
            "repo_namespace": "world",
            "repo_name": "hello",
            "https_url": "https://github.com/world/hello",
            "user_login": None,
        },
    ),
    Sample(
        "push_pagure",
        "fedora-messaging",
        "pagure.git.receive",
        {
            "repo": PAGURE_PROJECT,
            "branch": "rawhide",
            "start_commit": SHA,
            "end_commit": SHA,
            "agent": "jane",
            "pull_request_id": 7,
        },
        {
            "repo_namespace": "rpms",
            "repo_name": "hello",
            "git_ref": "rawhide",
            "https_url": "https://src.fedoraproject.org/rpms/hello",
            "commit_sha": SHA,
            "start_commit": SHA,
            "user_login": "jane",
            "pr_id": 7,
        },
    ),
    Sample(
        "pull_request_pagure",
        "pagure",
        "pull-request.new",
        {"pullrequest": PAGURE_PULL_REQUEST},
        {"action": "opened", "user_login": "jane", **PAGURE_PULL_REQUEST_KWARGS},
    ),
    Sample(
        "pull_request_comment_pagure",
        "pagure",
        "pull-request.comment.added",
        {"pullrequest": PAGURE_PULL_REQUEST},
        {
            "action": "created",
            "comment": "/packit build",
            "comment_id": 12,
            "user_login": "joe",
            **PAGURE_PULL_REQUEST_KWARGS,
        },
    ),
    Sample(
        "copr_build",
        "fedora-messaging",
        "org.fedoraproject.prod.copr.build.end",
        {
            "build": 4711,
            "chroot": "srpm-builds",
            "status": 1,
            "owner": "world",
            "copr": "hello",
            "user": "jane",
            "pkg": None,
            "version": None,
        },
        {
            "topic": "copr.build.end",
            "build_id": 4711,
            "chroot": "srpm-builds",
            "status": 1,
            "owner": "world",
            "user": "jane",
            "project_name": "hello",
            "pkg": None,
            "version": None,
            "timestamp": None,
        },
    ),
    Sample(
        "koji_build",
        "fedora-messaging",
        "buildsys.task.state.change",
        {"id": 99, "method": "build", "new": "FREE", "old": None, "owner": "jane"},
        {
            "task_id": 99,
            "build_id": None,
            "state": "free",
            "old_state": None,
            "start_time": None,
            "completion_time": None,
            "rpm_build_task_ids": {},
            "failed_arches": [],
            "owner": "jane",
            "target": None,
            "nvr": None,
        },
    ),
    Sample(
        "testing_farm_result",
        "testing-farm",
        "",
        {"request_id": "0f2cc5b1-1c6c-4b3e-8a4e-6ad1b1a4e0aa"},
        {
            "pipeline_id": "0f2cc5b1-1c6c-4b3e-8a4e-6ad1b1a4e0aa",
            "result": None,
            "summary": None,
            "log_url": None,
            "copr_chroot": None,
            "commit_sha": None,
            "https_url": None,
        },
    ),
)
BY_WORD = {sample.word: sample for sample in SAMPLES}

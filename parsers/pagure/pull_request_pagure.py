"""Pagure's `pull-request.*` -> PullRequestPagureEvent.

https://docs.pagure.org/pagure/usage/using_webhooks.html
"""

from typing import Any

from parsers.fields import maybe_name, need_id, need_name
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.pagure.repository import branch_name, repository_name, web_address
from parsers.result import Json, Parsed
from parsers.shapes import check_segments, need_commit

_ACTIONS = {
    "pull-request.new": "opened",
    "pull-request.reopened": "reopened",
    "pull-request.updated": "synchronize",
    "pull-request.rebased": "synchronize",
}


def parse_pull_request(message: Message, _options: Options) -> Outcome:
    """Read a pull request whose code is new or changed."""
    return Parsed(
        "PullRequestPagureEvent",
        {
            "action": _ACTIONS[message.type.removeprefix("pagure.")],
            **pull_request_fields(message),
            # The author, not the agent: it is the author's code that would run.
            "user_login": maybe_name(message.body, "pullrequest", "user", "name"),
        },
    )


def pull_request_fields(message: Message) -> dict[str, Any]:
    """Return what an event of a pull request and one of a comment on it have in common."""
    body = message.body
    namespace, name = repository_name(body, "pullrequest", "project")
    return {
        "pr_id": need_id(body, "pullrequest", "id"),
        **_source_repository(body),
        "target_repo_namespace": namespace,
        "target_repo_name": name,
        "target_branch": branch_name(need_name(body, "pullrequest", "branch")),
        "https_url": web_address(message, "pullrequest", "project"),
        "commit_sha": need_commit(body, "pullrequest", "commit_stop"),
    }


def _source_repository(body: Json) -> dict[str, Any]:
    """Tell the project the code comes from; null for a remote repository and a deleted fork."""
    path = ("pullrequest", "repo_from")
    is_whole = maybe_name(body, *path, "name") is not None
    namespace, name = repository_name(body, *path) if is_whole else (None, None)
    branch = maybe_name(body, "pullrequest", "branch_from")
    owner = maybe_name(body, *path, "user", "name") if is_whole else None
    if owner is not None:
        check_segments(owner, *path, "user", "name")
    return {
        "base_repo_namespace": namespace,
        "base_repo_name": name,
        "base_repo_owner": owner,
        "base_ref": None if branch is None else branch_name(branch),
    }

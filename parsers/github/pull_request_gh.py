"""GitHub's `pull_request` -> PullRequestGHEvent.

https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request
"""

from typing import Any

from parsers.fields import maybe_id, maybe_name, need, need_id
from parsers.github.repository import has_name, login, repository_name, web_address
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, Parsed, Skip
from parsers.shapes import check_segments, need_commit

_ACTIONS = frozenset({"opened", "reopened", "synchronize"})


def parse_pull_request(message: Message, _options: Options) -> Outcome:
    """Read a pull request whose code is new or changed."""
    body = message.body
    action = need(body, str, "action")
    if action not in _ACTIONS:
        return Skip("action-not-handled", f"pull_request {action[:40]!r}")
    number = maybe_id(body, "number")
    return Parsed(
        "PullRequestGHEvent",
        {
            "action": action,
            "pr_id": need_id(body, "pull_request", "number") if number is None else number,
            **_source_repository(body),
            **_target_repository(message),
            "commit_sha": need_commit(body, "pull_request", "head", "sha"),
            # The author, not the sender: it is the author's code that would run.
            "user_login": login(body, "pull_request", "user"),
        },
    )


def _source_repository(body: Json) -> dict[str, Any]:
    """Tell the repository the code comes from; null when the fork is deleted."""
    path = ("pull_request", "head", "repo")
    namespace = maybe_name(body, *path, "owner", "login")
    name = maybe_name(body, *path, "name")
    is_whole = namespace is not None and name is not None
    if is_whole:
        check_segments(f"{namespace}/{name}", *path)
    return {
        "base_repo_namespace": namespace if is_whole else None,
        "base_repo_name": name if is_whole else None,
        "base_ref": maybe_name(body, "pull_request", "head", "ref"),
    }


def _target_repository(message: Message) -> dict[str, Any]:
    body = message.body
    base = ("pull_request", "base", "repo")
    path = base if has_name(body, *base) else ("repository",)
    namespace, name = repository_name(body, *path)
    return {
        "target_repo_namespace": namespace,
        "target_repo_name": name,
        "target_branch": maybe_name(body, "pull_request", "base", "ref"),
        "https_url": web_address(message, namespace, name, *path),
    }

"""GitHub's `push` -> PushGithubGHEvent.

https://docs.github.com/webhooks/webhook-events-and-payloads#push
"""

from parsers.fields import is_zero_sha, maybe, maybe_name, need_name
from parsers.github.repository import login, repository_name, web_address
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, Parsed, Skip


def parse_push(message: Message, _options: Options) -> Outcome:
    """Read a push to a branch; a new branch is a normal push, a deleted one and tags are not."""
    body = message.body
    ref = need_name(body, "ref")
    if maybe(body, bool, "deleted"):
        return Skip("ref-deleted", ref[:80])
    commit_sha = _commit_sha(body)
    if is_zero_sha(commit_sha):
        return Skip("ref-deleted", ref[:80])
    if ref.startswith("refs/tags/"):
        return Skip("tag-push", ref[:80])
    namespace, name = repository_name(body, "repository")
    return Parsed(
        "PushGithubGHEvent",
        {
            "repo_namespace": namespace,
            "repo_name": name,
            "git_ref": ref.removeprefix("refs/heads/"),
            "https_url": web_address(message, namespace, name, "repository"),
            "commit_sha": commit_sha,
            "user_login": login(body, "sender") or _pusher(body),
        },
    )


def _commit_sha(body: Json) -> str:
    return (
        maybe_name(body, "after")
        or maybe_name(body, "head_commit", "id")
        or need_name(body, "after")
    )


def _pusher(body: Json) -> str | None:
    # `pusher.name` is a login; for a deploy key it is the one of who added the key.
    return maybe_name(body, "pusher", "name")

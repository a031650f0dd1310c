"""GitHub's `push` -> PushGithubGHEvent.

https://docs.github.com/webhooks/webhook-events-and-payloads#push
"""

from parsers.fields import is_zero_sha, maybe, maybe_name, need_name
from parsers.github.repository import login, repository_name, web_address
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, Parsed, Skip
from parsers.shapes import need_commit


def parse_push(message: Message, _options: Options) -> Outcome:
    """Read a push to a branch; a new branch is a normal push, a deleted one and tags are not."""
    body = message.body
    ref = need_name(body, "ref")
    if maybe(body, bool, "deleted"):
        return Skip("ref-deleted", ref[:80])
    commit = _commit_path(body)
    if is_zero_sha(need_name(body, *commit)):
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
            "commit_sha": need_commit(body, *commit),
            "user_login": login(body, "sender") or _pusher(body),
        },
    )


def _commit_path(body: Json) -> tuple[str, ...]:
    """Tell where the newest commit is named."""
    is_thin = not maybe_name(body, "after") and maybe_name(body, "head_commit", "id")
    return ("head_commit", "id") if is_thin else ("after",)


def _pusher(body: Json) -> str | None:
    # `pusher.name` is a login; for a deploy key it is the one of who added the key.
    return maybe_name(body, "pusher", "name")

"""GitHub's `release` -> ReleaseEvent.

https://docs.github.com/webhooks/webhook-events-and-payloads#release
"""

from parsers.fields import maybe, need, need_name
from parsers.github.repository import login, repository_name, web_address
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Parsed, Skip


def parse_release(message: Message, _options: Options) -> Outcome:
    """Read a published release; drafts, edits and deletions start nothing."""
    body = message.body
    action = need(body, str, "action")
    if action != "published":
        return Skip("action-not-handled", f"release {action[:40]!r}")
    namespace, name = repository_name(body, "repository")
    return Parsed(
        "ReleaseEvent",
        {
            "repo_namespace": namespace,
            "repo_name": name,
            "tag_name": need_name(body, "release", "tag_name"),
            "https_url": web_address(message, namespace, name, "repository"),
            "prerelease": maybe(body, bool, "release", "prerelease") or False,
            "user_login": login(body, "sender") or login(body, "release", "author"),
        },
    )

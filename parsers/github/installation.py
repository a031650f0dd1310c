"""GitHub's `installation` and `installation_repositories` -> InstallationEvent.

https://docs.github.com/webhooks/webhook-events-and-payloads#installation
"""

from typing import Any

from parsers.fields import Key, maybe, maybe_time, need, need_id, need_name
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, Parsed, Skip
from parsers.shapes import check_segments

_ACTIONS = frozenset({"created", "deleted", "suspend", "unsuspend"})
_REPOSITORIES = {"added": "repositories_added", "removed": "repositories_removed"}


def parse_installation(message: Message, _options: Options) -> Outcome:
    """Read an account's installation of the app, its end, or its suspension."""
    action = need(message.body, str, "action")
    if action not in _ACTIONS:
        return Skip("action-not-handled", f"installation {action[:40]!r}")
    return Parsed("InstallationEvent", _kwargs(message.body, action, "repositories"))


def parse_installation_repositories(message: Message, _options: Options) -> Outcome:
    """Read which repositories were added to an installation or removed from it."""
    action = need(message.body, str, "action")
    key = _REPOSITORIES.get(action)
    if key is None:
        return Skip("action-not-handled", f"installation_repositories {action[:40]!r}")
    return Parsed("InstallationEvent", _kwargs(message.body, action, key))


def _kwargs(body: Json, action: str, repositories: str) -> dict[str, Any]:
    return {
        "action": action,
        "installation_id": need_id(body, "installation", "id"),
        "account_login": need_name(body, "installation", "account", "login"),
        "account_id": need_id(body, "installation", "account", "id"),
        "account_url": need_name(body, "installation", "account", "url"),
        "account_type": need_name(body, "installation", "account", "type"),
        "created_at": maybe_time(body, "installation", "created_at"),
        "repositories": [
            _full_name(body, repositories, index)
            for index in range(len(maybe(body, list, repositories) or []))
        ],
        "sender_id": need_id(body, "sender", "id"),
        "sender_login": need_name(body, "sender", "login"),
    }


def _full_name(body: Json, *path: Key) -> str:
    return check_segments(need_name(body, *path, "full_name"), *path, "full_name")

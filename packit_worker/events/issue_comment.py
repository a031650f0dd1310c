"""Somebody wrote a command in an issue on GitHub."""

from typing import Literal

from packit_worker.events.base import Event, Id, Name


class IssueCommentEvent(Event, frozen=True, kw_only=True):
    """A comment with a command in an issue.

    Attributes:
        comment: its text; of an edited one without the command lines that were there before.
        user_login: its author; null for a deleted account.
    """

    action: Literal["created", "edited"]
    issue_id: Id
    comment: Name
    comment_id: Id | None
    repo_namespace: Name
    repo_name: Name
    https_url: Name
    user_login: Name | None

"""Somebody wrote a command on a pull request on GitHub."""

from typing import Literal

from packit_worker.events.base import Event, Id, Name


class PullRequestCommentGHEvent(Event, frozen=True, kw_only=True):
    """A comment with a command on a pull request.

    Attributes:
        comment: its text; of an edited one without the command lines that were there before.
        user_login: its author; null for a deleted account.
    """

    action: Literal["created", "edited"]
    pr_id: Id
    comment: Name
    comment_id: Id | None
    target_repo_namespace: Name
    target_repo_name: Name
    https_url: Name
    user_login: Name | None

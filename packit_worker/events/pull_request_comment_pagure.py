"""Somebody wrote a command on a pull request on Pagure."""

from typing import Literal

from packit_worker.events.base import Event, Id, Name


class PullRequestCommentPagureEvent(Event, frozen=True, kw_only=True):
    """A comment with a command on a pull request.

    Attributes:
        comment: its text.
        user_login: the author of the comment; the other fields are as in PullRequestPagureEvent.
    """

    action: Literal["created"]
    comment: Name
    comment_id: Id | None
    pr_id: Id
    base_repo_namespace: str | None
    base_repo_name: Name | None
    base_repo_owner: Name | None
    base_ref: Name | None
    target_repo_namespace: str
    target_repo_name: Name
    target_branch: Name
    https_url: Name
    commit_sha: Name
    user_login: Name | None

"""The code of a pull request on GitHub is new or changed."""

from typing import Literal

from packit_worker.events.base import Event, Id, Name


class PullRequestGHEvent(Event, frozen=True, kw_only=True):
    """A pull request was opened, reopened, or got new commits.

    Attributes:
        base_repo_namespace: of the repository it comes FROM; null when the fork is deleted.
        base_ref: the branch it comes from.
        user_login: its author; null for a deleted account.
    """

    action: Literal["opened", "reopened", "synchronize"]
    pr_id: Id
    base_repo_namespace: Name | None
    base_repo_name: Name | None
    base_ref: Name | None
    target_repo_namespace: Name
    target_repo_name: Name
    target_branch: Name | None
    https_url: Name
    commit_sha: Name
    user_login: Name | None

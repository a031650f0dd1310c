"""The code of a pull request on Pagure is new or changed."""

from typing import Literal

from packit_worker.events.base import Event, Id, Name


class PullRequestPagureEvent(Event, frozen=True, kw_only=True):
    """A pull request was opened, reopened, updated or rebased.

    Attributes:
        base_repo_namespace: of the repository it comes FROM; null when the fork is deleted or the
            code lies on another server.
        base_repo_owner: whose fork that is.
        base_ref: the branch it comes from.
        target_repo_namespace: "" for a project at the top level.
        user_login: its author.
    """

    action: Literal["opened", "reopened", "synchronize"]
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

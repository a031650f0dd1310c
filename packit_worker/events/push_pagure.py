"""Commits were pushed to a branch on Pagure; dist-git is one."""

from packit_worker.events.base import Event, Id, Name


class PushPagureEvent(Event, frozen=True, kw_only=True):
    """A push to a branch.

    Attributes:
        repo_namespace: "" for a project at the top level.
        git_ref: the branch, by its name alone.
        commit_sha: the head of the branch after the push.
        start_commit: the first of the pushed commits.
        pr_id: of the pull request that the push merged.
    """

    repo_namespace: str
    repo_name: Name
    git_ref: Name
    https_url: Name
    commit_sha: Name
    start_commit: Name | None
    user_login: Name | None
    pr_id: Id | None

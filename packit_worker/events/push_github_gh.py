"""Commits were pushed to a branch on GitHub."""

from packit_worker.events.base import Event, Name


class PushGithubGHEvent(Event, frozen=True, kw_only=True):
    """A push to a branch.

    Attributes:
        git_ref: the branch, by its name alone.
        commit_sha: the head of the branch after the push.
    """

    repo_namespace: Name
    repo_name: Name
    git_ref: Name
    https_url: Name
    commit_sha: Name
    user_login: Name | None

"""A release was published on GitHub."""

from packit_worker.events.base import Event, Name


class ReleaseEvent(Event, frozen=True, kw_only=True):
    """A published release of a repository."""

    repo_namespace: Name
    repo_name: Name
    tag_name: Name
    https_url: Name
    prerelease: bool
    user_login: Name | None

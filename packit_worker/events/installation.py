"""An account installed the GitHub App, changed its repositories, or ended it."""

from typing import Literal

from packit_worker.events.base import Event, Id, Moment, Name


class InstallationEvent(Event, frozen=True, kw_only=True):
    """A change of an installation.

    Attributes:
        repositories: full names of those concerned; with `added` and `removed` only the change.
    """

    action: Literal["created", "deleted", "suspend", "unsuspend", "added", "removed"]
    installation_id: Id
    account_login: Name
    account_id: Id
    account_url: Name
    account_type: Name
    created_at: Moment | None
    repositories: list[Name]
    sender_id: Id
    sender_login: Name

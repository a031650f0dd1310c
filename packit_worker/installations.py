"""Who installed our GitHub App, and whether they may use it: plain data and a Protocol.

Handlers and checks import this file, never the store; `installation_rows` stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from packit_worker.forge import Issue, Repository

Action = Literal["created", "deleted", "suspend", "unsuspend", "added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What GitHub tells of an installation.

    Attributes:
        host: the forge, as the allowlist spells it.
        created_at: None: the message does not tell.
        repositories: full names concerned; with `added` and `removed` only the change.
    """

    action: Action
    host: str
    installation_id: int
    account_login: str
    account_type: str
    account_id: int
    account_url: str
    created_at: datetime | None
    repositories: Sequence[str]
    sender_login: str
    sender_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationRow:
    """An installation, and what holds for its account.

    Attributes:
        id: GitHub's number of it.
        account_key: of the allowlist: `github.com/acme`.
        installer: the login of who installed it, `installer_id` the forge's number; None: we did
            not hear of its beginning.
        installed_at: when, as far as we know.
        is_over: it ended for good.
        status: what the allowlist says of the account: `waiting`, `approved_manually`, …
        issue: where its approval is talked about; its repository is `issue_repository`.
    """

    id: int
    account_key: str
    account_login: str
    account_type: str
    installer: str | None
    installer_id: int | None
    installed_at: datetime
    is_over: bool
    status: str | None
    issue: Issue | None = None
    issue_repository: str | None = None

    @property
    def host(self) -> str:
        """The forge."""
        return self.account_key.partition("/")[0]

    @property
    def is_approved(self) -> bool:
        """Whether the account may use the service."""
        return self.status in ("approved_automatically", "approved_manually")


class Installations(Protocol):
    """The installations we know of. Each method is one short transaction.

    Every method may raise the store's errors, which are for the engine: let them pass.
    """

    def record(self, change: Change) -> InstallationRow:
        """Keep a change; the account of a new installation waits, if nothing was decided yet."""

    def note_issue(self, row: InstallationRow, repository: Repository, issue: Issue) -> None:
        """Keep where the approval is talked about."""

    def approve(self, row: InstallationRow, fas_account: str) -> bool:
        """Approve the account: a Fedora account proved who the installer is.

        Returns:
            False: that Fedora account proved somebody else before. Nothing is changed then.
        """

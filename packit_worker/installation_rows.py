"""Installations over the store: what stands behind the Protocol of `installations`."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from packit_worker.forge import Issue, Repository
from packit_worker.installations import Change, InstallationRow
from packit_worker.ledger import now
from packit_worker.recalling import installation_row
from packit_worker.store import allowlist, fas_links, installations, sweep
from packit_worker.store.database import Database
from packit_worker.store.models import Installation

_BY = "packit-worker"
# After these our App reaches what it may not have reached before.
_BACK = ("created", "added", "unsuspend")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInstallations:
    """A `packit_worker.installations.Installations`."""

    database: Database

    def record(self, change: Change) -> InstallationRow:
        """Keep a change; the account of a new installation waits, if nothing was decided yet."""
        with self.database.write() as session:
            row = _record(session, change)
            allowlist.follow_account(session, row.account_key, change.account_id, by=_BY, now=now())
            if change.action == "created" and row.deleted_at is None:
                allowlist.enter_account(
                    session, row.account_key, change.account_id, by=_BY, now=now()
                )
            if change.action in _BACK:
                sweep.look_at_account(session, row.account_key, now=now())
            return installation_row(session, row)

    def note_issue(self, row: InstallationRow, repository: Repository, issue: Issue) -> None:
        """Keep where the approval is talked about."""
        with self.database.write() as session:
            installations.note_issue(session, row.id, str(repository), issue.id, issue.url)

    def approve(self, row: InstallationRow, fas_account: str) -> bool:
        """Approve the account: a Fedora account proved who the installer is."""
        if row.installer is None or row.installer_id is None:
            return False
        note = f"the Fedora account {fas_account} of {row.installer}, who installed it"
        with self.database.write() as session:
            is_theirs = fas_links.link(
                session, row.host, row.installer_id, row.installer, fas_account, now=now()
            )
            if is_theirs:
                account_id = session.get_one(Installation, row.id).account_id
                allowlist.enter_account(session, row.account_key, account_id, by=_BY, now=now())
                allowlist.approve_waiting(session, row.account_key, note, by=_BY, now=now())
        return is_theirs


def _record(session: Session, change: Change) -> Installation:
    """Keep what a message tells.

    Raises:
        BadKeyError: no forge has an account of this name.
    """
    installed = installations.Installed(
        id=change.installation_id,
        account_key=allowlist.exact_key(f"{change.host}/{change.account_login}"),
        account_login=change.account_login,
        account_type=change.account_type,
        account_id=change.account_id,
        account_url=change.account_url,
        installed_at=change.created_at or now(),
    )
    if change.action == "created":
        return installations.begin(
            session,
            installed,
            change.repositories,
            installer_login=change.sender_login,
            installer_id=change.sender_id,
        )
    row = installations.hear_of(session, installed)
    if change.action == "added":
        installations.add_repositories(session, row.id, change.repositories)
    elif change.action == "removed":
        installations.remove_repositories(session, row.id, change.repositories, now=now())
    elif change.action == "deleted":
        installations.uninstall(session, row.id, now=now())
    else:
        since = now() if change.action == "suspend" else None
        installations.suspend(session, row.id, since=since)
    session.expire(row)
    return row

"""Who installed our GitHub App, and for which repositories.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation. Messages may come in
any order, so whatever comes first makes the row. GitHub gives a new number to whoever installs the
App again: what ended stays ended.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert, insert_missing
from packit_worker.store.models import Installation, InstallationRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What GitHub tells of an installation in each of its messages."""

    id: int
    account_key: str
    account_login: str
    account_type: str
    account_id: int
    account_url: str
    installed_at: datetime


def hear_of(session: Session, installed: Installed) -> Installation:
    """Keep what GitHub tells of an installation, and return its row; an account may be renamed."""
    row = asdict(installed)
    statement = insert(session, Installation).values(row)
    changed = {key: value for key, value in row.items() if key not in ("id", "installed_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))
    return session.get_one(Installation, installed.id, populate_existing=True)


def begin(
    session: Session,
    installed: Installed,
    repositories: Iterable[str],
    *,
    installer_login: str,
    installer_id: int,
) -> Installation:
    """Keep a new installation, who made it, and its first repositories (full names).

    Those that were removed meanwhile stay removed.
    """
    row = hear_of(session, installed)
    row.installer_login, row.installer_id = installer_login, installer_id
    rows = [
        {"installation_id": installed.id, "full_name": name} for name in sorted(set(repositories))
    ]
    insert_missing(session, InstallationRepository, rows, ["installation_id", "full_name"])
    return row


def add_repositories(session: Session, installation_id: int, repositories: Iterable[str]) -> None:
    """Keep these full names too; the installation must be known."""
    _set_removed(session, installation_id, repositories, None)


def remove_repositories(
    session: Session, installation_id: int, repositories: Iterable[str], *, now: datetime
) -> None:
    """Note that these full names went."""
    _set_removed(session, installation_id, repositories, now)


def suspend(session: Session, installation_id: int, *, since: datetime | None) -> None:
    """Note that it is suspended since then; None: no more."""
    of_it = Installation.id == installation_id
    session.execute(update(Installation).where(of_it).values(suspended_at=since))


def uninstall(session: Session, installation_id: int, *, now: datetime) -> None:
    """Note that it is deleted: for good."""
    gone = update(Installation).where(Installation.id == installation_id)
    session.execute(gone.where(Installation.deleted_at.is_(None)).values(deleted_at=now))


def gives_access(session: Session, account_key: str, full_name: str) -> bool | None:
    """Whether an account's App reaches a repository: not ended, not suspended, not removed.

    None: we never heard of an installation of the account.
    """
    statement = select(Installation.id, Installation.deleted_at, Installation.suspended_at)
    rows = session.execute(statement.where(Installation.account_key == account_key)).all()
    if not rows:
        return None
    alive = [row.id for row in rows if row.deleted_at is None and row.suspended_at is None]
    removed = select(InstallationRepository.installation_id).where(
        InstallationRepository.installation_id.in_(alive),
        InstallationRepository.full_name == full_name,
        InstallationRepository.removed_at.is_not(None),
    )
    # One that is not listed is not missing: there may be more than a message tells.
    return bool(set(alive) - set(session.scalars(removed)))


def repositories_of(session: Session, installation_id: int) -> list[str]:
    """Return the full names that an installation gives us, sorted."""
    there = (
        InstallationRepository.installation_id == installation_id,
        InstallationRepository.removed_at.is_(None),
    )
    statement = select(InstallationRepository.full_name).where(*there)
    return list(session.scalars(statement.order_by(InstallationRepository.full_name)))


def newest_of(session: Session, account_key: str) -> Installation | None:
    """Return the newest installation of an account."""
    of_account = select(Installation).where(Installation.account_key == account_key)
    return session.scalar(of_account.order_by(Installation.id.desc()).limit(1))


def in_issue(session: Session, repository: str, number: int) -> Installation | None:
    """Return the installation that an issue of a repository (`host/namespace/name`) is about."""
    of_repository = Installation.issue_repository == repository.lower()
    statement = select(Installation).where(of_repository, Installation.issue_number == number)
    return session.scalar(statement.order_by(Installation.id.desc()).limit(1))


def note_issue(
    session: Session, installation_id: int, repository: str, number: int, url: str
) -> None:
    """Keep where the approval of an installation is talked about."""
    where = {"issue_repository": repository.lower(), "issue_number": number, "issue_url": url}
    session.execute(update(Installation).where(Installation.id == installation_id).values(where))


def _set_removed(
    session: Session, installation_id: int, repositories: Iterable[str], at: datetime | None
) -> None:
    rows = [
        {"installation_id": installation_id, "full_name": name, "removed_at": at}
        for name in sorted(set(repositories))
    ]
    if rows:
        statement = insert(session, InstallationRepository).values(rows)
        keys = ["installation_id", "full_name"]
        session.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"removed_at": at})
        )

"""Who installed our GitHub App, and for which repositories.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert, insert_missing
from packit_worker.store.models import Installation, InstallationRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What GitHub tells of an installation."""

    id: int
    account_login: str
    account_type: str
    account_id: int
    account_url: str
    sender_login: str
    sender_id: int
    installed_at: datetime


def install(session: Session, installed: Installed, repositories: Iterable[str]) -> None:
    """Keep the installation and its repositories (full names); what was known of it is replaced."""
    row = {**asdict(installed), "suspended_at": None, "deleted_at": None}
    changed = {key: value for key, value in row.items() if key != "id"}
    statement = insert(session, Installation).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))
    of_it = InstallationRepository.installation_id == installed.id
    session.execute(delete(InstallationRepository).where(of_it))
    add_repositories(session, installed.id, repositories)


def is_known(session: Session, installation_id: int) -> bool:
    """Whether we heard of it: GitHub may tell of its repositories before it tells of it."""
    return session.get(Installation, installation_id) is not None


def add_repositories(session: Session, installation_id: int, repositories: Iterable[str]) -> None:
    """Keep these full names too; the installation must be known."""
    names = sorted(set(repositories))
    rows = [{"installation_id": installation_id, "full_name": name} for name in names]
    insert_missing(session, InstallationRepository, rows, ["installation_id", "full_name"])


def remove_repositories(
    session: Session, installation_id: int, repositories: Iterable[str]
) -> None:
    """Forget these full names."""
    gone = (
        InstallationRepository.installation_id == installation_id,
        InstallationRepository.full_name.in_(list(repositories)),
    )
    session.execute(delete(InstallationRepository).where(*gone))


def suspend(session: Session, installation_id: int, *, since: datetime | None) -> None:
    """Note that it is suspended since then; None: no more."""
    of_it = Installation.id == installation_id
    session.execute(update(Installation).where(of_it).values(suspended_at=since))


def uninstall(session: Session, installation_id: int, *, now: datetime) -> None:
    """Note that it is deleted. The row stays, its repositories go."""
    of_it = InstallationRepository.installation_id == installation_id
    session.execute(delete(InstallationRepository).where(of_it))
    gone = update(Installation).where(Installation.id == installation_id)
    session.execute(gone.values(deleted_at=now))


def covering(session: Session, full_name: str) -> Installation | None:
    """Return the installation, alive and not suspended, that gives us this repository, or None."""
    alive = (Installation.deleted_at.is_(None), Installation.suspended_at.is_(None))
    statement = (
        select(Installation)
        .join(InstallationRepository, InstallationRepository.installation_id == Installation.id)
        .where(InstallationRepository.full_name == full_name, *alive)
        .order_by(Installation.id.desc())
        .limit(1)
    )
    return session.scalar(statement)

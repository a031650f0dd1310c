"""Rows of what events are about, and of who may do what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from packit_worker.store.models.base import Base
from packit_worker.store.types import OutsideText


class Project(Base):
    """One repository on one forge."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("host", "namespace", "name", name="uq_projects_path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str]
    namespace: Mapped[str]  # may hold slashes; "": Pagure's top level
    name: Mapped[str]
    is_private: Mapped[bool | None]  # null: never asked
    visibility_seen_at: Mapped[datetime | None]


class Trigger(Base):
    """The pull request, branch, release or issue of a project that something is done for."""

    __tablename__ = "triggers"
    __table_args__ = (UniqueConstraint("project_id", "kind", "ref", name="uq_triggers_ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[str]
    ref: Mapped[str]  # its number, branch name or tag name


class Installation(Base):
    """One account that installed our GitHub App."""

    __tablename__ = "installations"
    __table_args__ = (
        Index("ix_installations_account_key", "account_key", "id"),
        Index("ix_installations_issue", "issue_repository", "issue_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # GitHub's number
    account_login: Mapped[str]
    account_type: Mapped[str]
    account_id: Mapped[int]
    account_url: Mapped[str]
    account_key: Mapped[str]  # of the allowlist: github.com/acme
    # Null: we heard of it by another message than that of its beginning.
    installer_login: Mapped[str | None]
    installer_id: Mapped[int | None]
    installed_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    # Where its approval is talked about.
    issue_repository: Mapped[str | None]  # host/namespace/name, in lower case
    issue_number: Mapped[int | None]
    issue_url: Mapped[str | None]


class InstallationRepository(Base):
    """One repository that an installation gives us access to."""

    __tablename__ = "installation_repositories"

    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id"), primary_key=True)
    full_name: Mapped[str] = mapped_column(primary_key=True)
    # Kept when it goes: the message that it was there at the beginning may come later.
    removed_at: Mapped[datetime | None]


class AllowlistEntry(Base):
    """What was decided about a host, an account, a namespace or a repository."""

    __tablename__ = "allowlist"
    __table_args__ = (Index("ix_allowlist_status", "status", "key"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    # The forge's number of the account that has the name: somebody else may get the name later.
    account_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(OutsideText)  # what it rests on


class FasLink(Base):
    """The Fedora account that proved who somebody on a forge is."""

    __tablename__ = "fas_links"
    __table_args__ = (UniqueConstraint("host", "fas_account", name="uq_fas_links_fas_account"),)

    host: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    fas_account: Mapped[str]
    linked_at: Mapped[datetime]


class PackageConfigText(Base):
    """The package config of a repository as it was read at a commit."""

    __tablename__ = "package_configs"

    repository: Mapped[str] = mapped_column(primary_key=True)  # host/namespace/name
    commit_sha: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    text: Mapped[str]
    read_at: Mapped[datetime]


class CoprProjectClaim(Base):
    """The repository that a Copr project under our account belongs to."""

    __tablename__ = "copr_projects"

    owner: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str]  # host/namespace/name
    claimed_at: Mapped[datetime]
    made_at: Mapped[datetime | None]  # null: not seen in Copr yet as this repository's

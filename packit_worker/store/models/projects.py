"""Rows of what events are about, and of who may do what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from packit_worker.store.models.base import Base


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

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # GitHub's number
    account_login: Mapped[str]
    account_type: Mapped[str]
    account_id: Mapped[int]
    account_url: Mapped[str]
    sender_login: Mapped[str]
    sender_id: Mapped[int]
    installed_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class InstallationRepository(Base):
    """One repository that an installation gives us access to."""

    __tablename__ = "installation_repositories"
    __table_args__ = (Index("ix_installation_repositories_full_name", "full_name"),)

    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id"), primary_key=True)
    full_name: Mapped[str] = mapped_column(primary_key=True)


class AllowlistEntry(Base):
    """What was decided about a host, an account, a namespace or a repository."""

    __tablename__ = "allowlist"
    __table_args__ = (Index("ix_allowlist_status", "status", "key"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

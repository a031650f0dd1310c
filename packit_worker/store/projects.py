"""Repositories, and what in them something is done for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert_missing
from packit_worker.store.models import Project, Trigger


class TriggerKind(StrEnum):
    """What something is done for."""

    PULL_REQUEST = "pull-request"
    BRANCH = "branch"
    RELEASE = "release"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a project is: `github.com`, a namespace (may hold slashes, may be ""), a name."""

    host: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """The form in which events keep it: `host/namespace/name`."""
        return "/".join(part for part in (self.host, self.namespace, self.name) if part)


def get_project(session: Session, repository: Repository) -> Project:
    """Return the project's row, made if it is missing."""
    path = (
        Project.host == repository.host,
        Project.namespace == repository.namespace,
        Project.name == repository.name,
    )
    found = session.scalar(select(Project).where(*path))
    if found is not None:
        return found
    row = {"host": repository.host, "namespace": repository.namespace, "name": repository.name}
    insert_missing(session, Project, [row], list(row))
    return session.scalars(select(Project).where(*path)).one()


def see_visibility(
    session: Session, project_id: int, *, is_private: bool, seen_at: datetime
) -> None:
    """Note whether the project is private; what was seen earlier than the row's is dropped."""
    older = or_(Project.visibility_seen_at.is_(None), Project.visibility_seen_at <= seen_at)
    statement = update(Project).where(Project.id == project_id, older)
    session.execute(statement.values(is_private=is_private, visibility_seen_at=seen_at))


def get_trigger(session: Session, project_id: int, kind: TriggerKind, ref: str) -> Trigger:
    """Return the trigger's row, made if it is missing; `ref` is a number or a name."""
    same = (Trigger.project_id == project_id, Trigger.kind == kind, Trigger.ref == ref)
    found = session.scalar(select(Trigger).where(*same))
    if found is not None:
        return found
    row = {"project_id": project_id, "kind": kind, "ref": ref}
    insert_missing(session, Trigger, [row], list(row))
    return session.scalars(select(Trigger).where(*same)).one()

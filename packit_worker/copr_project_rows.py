"""Whose Copr projects are, over the store: what stands behind the Protocol of `copr_projects`."""

from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.orm import Session

from packit_worker.copr import CoprProject
from packit_worker.copr_projects import Claim, default_prefix
from packit_worker.forge import Repository
from packit_worker.ledger import now
from packit_worker.store import copr_projects
from packit_worker.store.database import Database

_HASH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCoprProjects:
    """A `packit_worker.copr_projects.CoprProjects`."""

    database: Database

    def claim(
        self, project: CoprProject, repository: Repository, *, is_custom: bool
    ) -> Claim | None:
        """Have a project be a repository's, unless it is another's."""
        with self.database.write() as session:
            if is_custom:
                return _custom(session, project, repository)
            claimed = _claimed(session, project, repository)
            if claimed is not None:
                is_plain = not claimed.is_made and _is_free(session, project, repository)
                return replace(claimed, is_plain=is_plain)
            digest = sha256(str(repository).encode()).hexdigest()[:_HASH]
            other = CoprProject(project.owner, f"{project.name}-{digest}")
            return _claimed(session, other, repository)

    def note_made(self, project: CoprProject) -> None:
        """Note that Copr has the project."""
        with self.database.write() as session:
            copr_projects.note_made(session, project.owner, project.name, now=now())

    def let_go(self, project: CoprProject) -> None:
        """Give a claim back whose project was never made."""
        with self.database.write() as session:
            copr_projects.let_go(session, project.owner, project.name)


def _custom(session: Session, project: CoprProject, repository: Repository) -> Claim | None:
    is_new = copr_projects.find(session, project.owner, project.name) is None
    if is_new and not _is_free(session, project, repository):
        return None
    return _claimed(session, project, repository)


def _claimed(session: Session, project: CoprProject, repository: Repository) -> Claim | None:
    row = copr_projects.claim(session, project.owner, project.name, str(repository), now=now())
    if row.repository != str(repository):
        return None
    return Claim(project, is_made=row.made_at is not None)


def _is_free(session: Session, project: CoprProject, repository: Repository) -> bool:
    """Whether the name cannot be a default name of another repository that we know."""
    name, own = project.name.casefold(), default_prefix(repository).casefold()
    prefixes = [
        default_prefix(Repository(each.host, each.namespace, each.name)).casefold()
        for each in copr_projects.repositories(session)
        if str(each) != str(repository)
    ]
    # The longest prefix fits best: meadow-tools-x-1 is of meadow/tools-x, not of meadow/tools.
    longest = max((len(each) for each in prefixes if name.startswith(each)), default=0)
    return not longest or (name.startswith(own) and len(own) > longest)

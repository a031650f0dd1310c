"""Package configs as they were read: at a commit nothing changes, so once is enough."""

from datetime import datetime

from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert_missing
from packit_worker.store.models import PackageConfigText


def find(session: Session, repository: str, commit_sha: str) -> PackageConfigText | None:
    """Return what was read of `repository` (`host/namespace/name`) at a commit, or None."""
    return session.get(PackageConfigText, (repository, commit_sha))


def keep(
    session: Session, repository: str, commit_sha: str, path: str, text: str, *, now: datetime
) -> None:
    """Keep what was read; the first one stands."""
    row = {
        "repository": repository,
        "commit_sha": commit_sha,
        "path": path,
        "text": text,
        "read_at": now,
    }
    insert_missing(session, PackageConfigText, [row], ["repository", "commit_sha"])

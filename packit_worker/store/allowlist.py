"""Who may use the service: decisions about hosts, accounts, namespaces and repositories.

A key is a host and path segments, as one text in lower case: `github.com/fedora-lab/lantern`. Keys
are compared segment by segment, so `fedora-lab` says nothing about `fedora-labs`. Letters are
compared without their case: the forges do so, and `Evil` must not escape what was said of `evil`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from packit_worker.store.errors import BadKeyError
from packit_worker.store.insertion import insert, insert_missing
from packit_worker.store.models import AllowlistEntry

_SCHEME = re.compile(r"^https?://")
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f?#%\\]")


class AllowStatus(StrEnum):
    """What was decided."""

    WAITING = "waiting"
    APPROVED_AUTOMATICALLY = "approved_automatically"
    APPROVED_MANUALLY = "approved_manually"
    DENIED = "denied"


APPROVED = (AllowStatus.APPROVED_AUTOMATICALLY, AllowStatus.APPROVED_MANUALLY)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for a key, and the entry that says so; both None: nothing was ever decided."""

    status: AllowStatus | None
    key: str | None

    @property
    def is_approved(self) -> bool:
        """Whether it may use the service."""
        return self.status in APPROVED

    @property
    def is_denied(self) -> bool:
        """Whether it is to be ignored silently."""
        return self.status == AllowStatus.DENIED


def canonical_key(text: str) -> str:
    """Return the one form of a key; `https://`, a final slash and `.git` are dropped.

    Raises:
        BadKeyError: it holds an empty segment, a space, or what no path of a repository holds.
    """
    path = _SCHEME.sub("", text.lower(), count=1).removesuffix("/").removesuffix(".git")
    segments = path.split("/")
    if _UNFIT.search(path) or any(segment in ("", ".", "..") for segment in segments):
        raise BadKeyError(f"{text!r} is no host/namespace or host/namespace/repository")
    return path


def look_up(session: Session, text: str) -> Verdict:
    """Return what holds for a key: denied at any level wins, then approved, then waiting.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    segments = canonical_key(text).split("/")
    levels = ["/".join(segments[: end + 1]) for end in range(len(segments))]
    statement = select(AllowlistEntry).where(AllowlistEntry.key.in_(levels))
    found = {AllowStatus(row.status): row.key for row in session.scalars(statement)}
    for status in (AllowStatus.DENIED, *APPROVED[::-1], AllowStatus.WAITING):
        if status in found:
            return Verdict(status, found[status])
    return Verdict(None, None)


def decide(session: Session, text: str, status: AllowStatus, *, by: str, now: datetime) -> None:
    """Set what holds for a key, whatever it was before; a person's decision.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    row = {"status": status, "changed_by": by, "changed_at": now}
    statement = insert(session, AllowlistEntry).values(key=canonical_key(text), **row)
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=row))


def enter(session: Session, text: str, status: AllowStatus, *, by: str, now: datetime) -> bool:
    """Set what holds for a key that nothing was decided about yet; False: something was.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    key = canonical_key(text)
    row = {"key": key, "status": status, "changed_by": by, "changed_at": now}
    return insert_missing(session, AllowlistEntry, [row], ["key"]) == 1


def forget(session: Session, text: str) -> bool:
    """Drop the entry of a key; False: there was none.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    of_key = delete(AllowlistEntry).where(AllowlistEntry.key == canonical_key(text))
    return session.scalar(of_key.returning(AllowlistEntry.key)) is not None


def list_entries(
    session: Session, *, status: AllowStatus | None = None
) -> Sequence[AllowlistEntry]:
    """Return entries by key, all or those of one status."""
    statement = select(AllowlistEntry).order_by(AllowlistEntry.key)
    if status is not None:
        statement = statement.where(AllowlistEntry.status == status)
    return session.scalars(statement).all()

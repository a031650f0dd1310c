"""Who may use the service: decisions about hosts, accounts, namespaces and repositories.

A key is a host and path segments, as one text in lower case: `github.com/fedora-lab/lantern`. Keys
are compared segment by segment, so `fedora-lab` says nothing about `fedora-labs`. Letters are
compared without their case: the forges do so, and `Evil` must not escape what was said of `evil`.
Only ASCII is taken, as in the paths of all forges: other letters become the same as one of them in
lower case (the Kelvin sign a k), or look the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from packit_worker.store.errors import BadKeyError
from packit_worker.store.insertion import insert
from packit_worker.store.models import AllowlistEntry

_TYPED = re.compile(r"(?:https?://)?(.*?)/?(?:\.git)?", re.ASCII | re.IGNORECASE | re.DOTALL)
_FIT = re.compile(r"[!-~]+")
_UNFIT = re.compile(r"[?#%\\]")
_GITHUB = "github.com"
_GITHUB_LEVELS = 3  # host, account, repository


class AllowStatus(StrEnum):
    """What was decided."""

    WAITING = "waiting"
    APPROVED_AUTOMATICALLY = "approved_automatically"
    APPROVED_MANUALLY = "approved_manually"
    DENIED = "denied"
    REMOVED = "removed"  # nothing holds: the row says only what did, and who ended it


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
    """Return the key that a person means; `https://`, a final slash and `.git` are dropped.

    Raises:
        BadKeyError: it holds an empty segment, a space, or what no path of a repository holds.
    """
    typed = _TYPED.fullmatch(text)
    return exact_key(typed[1] if typed else text, shown=text)


def exact_key(path: str, *, shown: str | None = None) -> str:
    """Return the key of what a message names; nothing is dropped: `lamp.git` is not `lamp`.

    Raises:
        BadKeyError: see `canonical_key`; it shows `shown`.
    """
    segments = path.split("/")
    is_fit = _FIT.fullmatch(path) and not _UNFIT.search(path)
    if not is_fit or any(segment in ("", ".", "..") for segment in segments):
        said = path if shown is None else shown
        raise BadKeyError(f"{said!r} is no host/namespace or host/namespace/repository")
    return path.lower()


def decidable_key(text: str) -> str:
    """Return the key that a person means, if an event can ever be of it.

    Raises:
        BadKeyError: see `canonical_key`; or no repository has such a path.
    """
    key = canonical_key(text)
    segments = key.split("/")
    if segments[0] == _GITHUB and len(segments) > _GITHUB_LEVELS:
        raise BadKeyError(f"{text!r}: {_GITHUB} has accounts and repositories, and nothing below")
    if any(segment.endswith(".git") for segment in segments[:-1]):
        raise BadKeyError(f"{text!r}: nothing lies below a repository (.git)")
    return key


def look_up(session: Session, path: str) -> Verdict:
    """Return what holds for a path: denied at any level wins, then approved, then waiting.

    Raises:
        BadKeyError: see `exact_key`.
    """
    segments = exact_key(path).split("/")
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
        BadKeyError: see `decidable_key`.
    """
    row = {"status": status, "changed_by": by, "changed_at": now, "note": None}
    statement = insert(session, AllowlistEntry).values(key=decidable_key(text), **row)
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=row))


def enter(session: Session, text: str, status: AllowStatus, *, by: str, now: datetime) -> bool:
    """Set what holds for a key that nothing was decided about yet; False: something was.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    key = canonical_key(text)
    row = {"key": key, "status": status, "changed_by": by, "changed_at": now}
    return _insert_undecided(session, row)


def enter_account(
    session: Session, key: str, account_id: int, *, by: str, now: datetime
) -> AllowStatus:
    """Have an account wait, if nothing was decided about it, and return what holds for its name.

    An approval is for the account that had the name when it was given, or that comes first after
    it. When another account comes under this name, it waits.

    Raises:
        BadKeyError: see `exact_key`.
    """
    key = exact_key(key)
    row = {"key": key, "status": AllowStatus.WAITING, "changed_by": by, "changed_at": now}
    _insert_undecided(session, row | {"account_id": account_id})
    entry = session.get_one(AllowlistEntry, key, with_for_update=True, populate_existing=True)
    is_other = entry.account_id not in (None, account_id)
    if is_other and entry.status in APPROVED:
        entry.status, entry.changed_by, entry.changed_at = AllowStatus.WAITING, by, now
        entry.note = f"account {entry.account_id} was approved, account {account_id} has the name"
    entry.account_id = account_id
    session.flush()
    return AllowStatus(entry.status)


def follow_account(session: Session, key: str, account_id: int, *, by: str, now: datetime) -> None:
    """Have what was decided about an account hold under its new name; what is there stays.

    Raises:
        BadKeyError: see `exact_key`.
    """
    key = exact_key(key)
    host = key.partition("/")[0]
    decided = select(AllowlistEntry).where(
        AllowlistEntry.account_id == account_id,
        AllowlistEntry.status.in_((*APPROVED, AllowStatus.DENIED)),
        AllowlistEntry.key.startswith(f"{host}/", autoescape=True),
    )
    entries = session.scalars(decided).all()
    # A denial wins, as everywhere.
    entry = min(entries, key=lambda one: one.status != AllowStatus.DENIED, default=None)
    if entry is None or entry.key == key:
        return
    row = {"key": key, "status": entry.status, "changed_by": by, "changed_at": now}
    note = f"its account {account_id} was {entry.key}"
    _insert_undecided(session, row | {"account_id": account_id, "note": note})


def approve_waiting(session: Session, key: str, note: str, *, by: str, now: datetime) -> bool:
    """Approve what waits; `note` is what that rests on. False: it does not wait (any more)."""
    waits = (AllowlistEntry.key == exact_key(key), AllowlistEntry.status == AllowStatus.WAITING)
    row = {"changed_by": by, "changed_at": now, "note": note}
    statement = update(AllowlistEntry).where(*waits)
    approved = statement.values(status=AllowStatus.APPROVED_AUTOMATICALLY, **row)
    return session.scalar(approved.returning(AllowlistEntry.key)) is not None


def remove(session: Session, text: str, *, by: str, now: datetime) -> bool:
    """Have nothing hold for a key itself, and note what did; False: nothing did.

    Raises:
        BadKeyError: see `canonical_key`.
    """
    key = canonical_key(text)
    entry = session.get(AllowlistEntry, key, with_for_update=True, populate_existing=True)
    if entry is None or entry.status == AllowStatus.REMOVED:
        return False
    before = f"{entry.status} by {entry.changed_by} at {entry.changed_at.isoformat()}"
    # Stays when the key is entered anew.
    entry.note = f"{before}; removed by {by} at {now.isoformat()}"
    entry.status, entry.changed_by, entry.changed_at = AllowStatus.REMOVED, by, now
    entry.account_id = None
    session.flush()
    return True


def get_entry(session: Session, key: str) -> AllowlistEntry | None:
    """Return the entry of a key in its one form."""
    return session.get(AllowlistEntry, key)


def list_entries(
    session: Session, *, status: AllowStatus | None = None
) -> Sequence[AllowlistEntry]:
    """Return entries by key, all or those of one status."""
    statement = select(AllowlistEntry).order_by(AllowlistEntry.key)
    if status is not None:
        statement = statement.where(AllowlistEntry.status == status)
    return session.scalars(statement).all()


def _insert_undecided(session: Session, row: dict[str, Any]) -> bool:
    """Insert an entry, also in the place of a removed one; False: something holds for its key."""
    statement = insert(session, AllowlistEntry).values(row)
    is_removed = AllowlistEntry.status == AllowStatus.REMOVED
    statement = statement.on_conflict_do_update(index_elements=["key"], set_=row, where=is_removed)
    return session.scalar(statement.returning(AllowlistEntry.key)) is not None

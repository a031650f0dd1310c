"""Events for people: list, show, requeue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from packit_worker.store.claims import locked, reopen
from packit_worker.store.errors import NotFoundError
from packit_worker.store.installations import newest_of
from packit_worker.store.models import Event, JobRun, Project, Run, Stage1Outcome
from packit_worker.store.projects import Repository

_SHORTEST_BEGINNING = 8
_SHOWN = 5
_INSTALLATION = "task.process_installation_event"


@dataclass(frozen=True, slots=True)
class Shown:
    """One event, its job runs of every generation, and their builds and test runs; oldest first."""

    event: Event
    job_runs: Sequence[JobRun]
    runs: Sequence[Run]


class Requeued(StrEnum):
    """What became of a wish to run an event (again)."""

    DUE = "due"  # the next sweep sends it
    IN_PROGRESS = "in-progress"  # somebody works on it
    ENDED = "ended"  # only by force


def list_events(
    session: Session,
    *,
    repository: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> Sequence[Event]:
    """Return events, the newest first.

    `outcome` "open" means those that have none yet; `since` is the time of their first claim.
    """
    statement = select(Event)
    if repository is not None:
        statement = statement.where(Event.repository == repository)
    if outcome is not None:
        is_it = Event.outcome.is_(None) if outcome == "open" else Event.outcome == outcome
        statement = statement.where(is_it)
    if since is not None:
        statement = statement.where(Event.received_at >= since)
    newest_first = (Event.received_at.desc(), Event.id.desc())
    return session.scalars(statement.order_by(*newest_first).limit(limit)).all()


def knows_repository(session: Session, repository: str) -> bool:
    """Whether any event, or message that led to none, was of a repository."""
    return any(
        session.scalar(select(table.id).where(table.repository == repository).limit(1))
        for table in (Event, Stage1Outcome)
    )


def repositories(session: Session, *, limit: int = 10_000) -> list[str]:
    """Return the repositories that something was done for, as events name them."""
    rows = session.scalars(select(Project).order_by(Project.id.desc()).limit(limit))
    return [str(Repository(row.host, row.namespace, row.name)) for row in rows]


def ids_beginning(session: Session, typed: str) -> list[str]:
    """Return the ids, of events and of messages that led to none, that begin as a person typed.

    Args:
        session: of `Database`.
        typed: in either case; less than eight characters are an id by themselves.
    """
    ids: set[str] = set()
    for table in (Event, Stage1Outcome):
        if len(typed) >= _SHORTEST_BEGINNING:
            # No function around the column: what is made by us is in lower case, and has an index.
            begins = table.id.startswith(typed.lower(), autoescape=True)
            ids |= set(session.scalars(select(table.id).where(begins).limit(_SHOWN)))
        ids |= set(session.scalars(select(table.id).where(table.id.in_({typed, typed.lower()}))))
    return sorted(ids)


def show_event(session: Session, event_id: str) -> Shown:
    """Return all there is about an event.

    Raises:
        NotFoundError: there is no such event.
    """
    event = session.get(Event, event_id)
    if event is None:
        raise NotFoundError(f"no event {event_id}")
    of_event = select(JobRun).where(JobRun.event_id == event_id).order_by(JobRun.id)
    job_runs = session.scalars(of_event).all()
    of_job_runs = select(Run).where(Run.job_run_id.in_([each.id for each in job_runs]))
    return Shown(event, job_runs, session.scalars(of_job_runs.order_by(Run.id)).all())


def requeue(session: Session, event_id: str, *, now: datetime, force: bool = False) -> Requeued:
    """Have the next sweep send the event; with `force` also one that ended, as a new run.

    Raises:
        NotFoundError: there is no such event.
    """
    row = locked(session, event_id)
    if row.lease_until is not None and row.lease_until > now:
        return Requeued.IN_PROGRESS
    if row.ended_at is not None:
        if not force:
            return Requeued.ENDED
        reopen(row, now=now)
    row.next_attempt_at = now
    return Requeued.DUE


def requeue_beginning(session: Session, account_key: str, *, now: datetime) -> str | None:
    """Have the event of an account's newest installation run again; it sees what was decided since.

    Args:
        session: of a transaction that writes.
        account_key: of the allowlist: `github.com/acme`.
        now: when it is due.

    Returns:
        The address of the issue in which the approval is talked about, which that run closes;
        None: there is none, the installation has ended, or the event is not there any more.
    """
    row = newest_of(session, account_key)
    if row is None or row.issue_url is None or row.deleted_at is not None:
        return None
    beginnings = select(Event.id).where(
        Event.task == _INSTALLATION,
        # Nothing of it came before; the clocks of a forge and of ours may differ.
        Event.received_at > row.installed_at - timedelta(hours=1),
        Event.kwargs["action"].as_string() == "created",
        Event.kwargs["installation_id"].as_integer() == row.id,
        # One from before the account was renamed would bring its old name back.
        Event.kwargs["account_login"].as_string() == row.account_login,
    )
    event_id = session.scalar(beginnings.order_by(Event.received_at.desc()).limit(1))
    if event_id is None:
        return None
    requeue(session, event_id, now=now, force=True)
    return row.issue_url

"""What anybody may see: runs and events of repositories that are known to be public.

Whoever asks for another one gets None, by the same look-ups, whether it exists or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from packit_worker.store.models import Event, JobRun, Project, Run, Stage1Outcome, Trigger

# No row has it: who asks for it costs as much as who asks for any other.
NO_RUN = 0
NO_EVENT = "00000000-0000-0000-0000-000000000000"
_MOST = 200  # rows of one kind on a page


@dataclass(frozen=True, slots=True)
class PublicRun:
    """A build or test run, and what stands around it.

    Attributes:
        run: its row.
        project: the repository.
        trigger: the pull request, branch, release or issue it is for.
        source: the run that made its source package.
        beside: the runs of the same job for other targets.
        job_run: the handler's run that submitted it.
        event: what set that going; None where its repository is not known to be public.
    """

    run: Run
    project: Project
    trigger: Trigger | None
    source: Run | None
    beside: Sequence[Run]
    job_run: JobRun | None
    event: Event | None


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event, what it set going, and the builds and test runs of that."""

    event: Event
    project: Project
    job_runs: Sequence[JobRun]
    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class PublicOutcome:
    """How stage 1 ended for a message that led to no event, and the repository it is of."""

    outcome: Stage1Outcome
    project: Project


def public_run(session: Session, run_id: int) -> PublicRun | None:
    """Return a run, or None: there is none, or its repository is not known to be public."""
    run = session.get(Run, run_id)
    project = _public(Project.id == (run.project_id if run else NO_RUN), session)
    if run is None or project is None:
        return None
    job_run = session.get(JobRun, run.job_run_id) if run.job_run_id else None
    found = public_event(session, job_run.event_id) if job_run else None
    source = session.get(Run, run.srpm_run_id) if run.srpm_run_id else None
    return PublicRun(
        run=run,
        project=project,
        trigger=session.get(Trigger, run.trigger_id) if run.trigger_id else None,
        source=source if source and source.project_id == project.id else None,
        beside=_runs_of(session, project, [job_run.id]) if job_run else [],
        job_run=job_run,
        event=found.event if found else None,
    )


def public_event(session: Session, event_id: str) -> PublicEvent | None:
    """Return an event, or None: there is none, or its repository is not known to be public."""
    event = session.get(Event, event_id)
    project = _named(event.repository if event else None, session)
    if event is None or project is None:
        return None
    of_event = select(JobRun).where(JobRun.event_id == event.id).order_by(JobRun.id).limit(_MOST)
    job_runs = session.scalars(of_event).all()
    runs = _runs_of(session, project, [one.id for one in job_runs])
    return PublicEvent(event, project, job_runs, runs)


def public_outcome(session: Session, event_id: str) -> PublicOutcome | None:
    """Return how stage 1 ended for a message; None: nothing is kept of it, or not for all eyes."""
    outcome = session.get(Stage1Outcome, event_id)
    project = _named(outcome.repository if outcome else None, session)
    return PublicOutcome(outcome, project) if outcome and project else None


def _named(repository: str | None, session: Session) -> Project | None:
    """Return a repository (`host/namespace/name`), if it is known to be public."""
    host, _, path = (repository or "").partition("/")
    namespace, _, name = path.rpartition("/")
    same = (Project.host == host) & (Project.namespace == namespace) & (Project.name == name)
    return _public(same, session)


def _public(condition: ColumnElement[bool], session: Session) -> Project | None:
    return session.scalar(select(Project).where(condition, Project.is_private.is_(False)))


def _runs_of(session: Session, project: Project, job_run_ids: list[int]) -> Sequence[Run]:
    mine = select(Run).where(Run.job_run_id.in_(job_run_ids), Run.project_id == project.id)
    return session.scalars(mine.order_by(Run.id).limit(_MOST)).all()

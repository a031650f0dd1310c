"""Rows of runs with what belongs to them, read in one statement."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from packit_worker.forge import Repository
from packit_worker.run_states import FINAL, RunKind, RunState
from packit_worker.runs import RunRow
from packit_worker.store.models import JobRun, Project, Run, Trigger
from packit_worker.store.projects import TriggerKind

_COPIED = (
    "id commit_sha job_run_id srpm_run_id target context marker outside_id web_url details"
    " attempt reported_text created_at submitted_at started_at ended_at"
).split()
_NAMES = {"commit_sha": "commit", "reported_text": "shown_text"}


def by_id(session: Session, run_ids: Iterable[int]) -> tuple[RunRow, ...]:
    """Return rows as they are now, oldest first."""
    ids = list(run_ids)
    return _read(session, Run.id.in_(ids)) if ids else ()


def of_job_run(session: Session, job_run_id: int) -> tuple[RunRow, ...]:
    """Return what a job run made, oldest first."""
    return _read(session, Run.job_run_id == job_run_id)


def of_outside(
    session: Session, kind: RunKind, outside_id: str, target: str | None
) -> tuple[RunRow, ...]:
    """Return the rows of what the other side calls `outside_id`, all targets or one."""
    one = () if target is None else (Run.target == target,)
    return _read(session, Run.kind == kind, Run.outside_id == outside_id, *one)


def of_commit(
    session: Session, repository: Repository, commit: str, kind: RunKind
) -> tuple[RunRow, ...]:
    """Return the rows of one kind for a commit, the newest first."""
    same = (*_of(repository), Run.commit_sha == commit, Run.kind == kind)
    return _read(session, *same)[::-1]


def open_of_pull_request(session: Session, repository: Repository, ref: str) -> tuple[RunRow, ...]:
    """Return the rows of a pull request that have not ended, oldest first."""
    made_for = (Trigger.kind == TriggerKind.PULL_REQUEST, Trigger.ref == ref)
    return _read(session, *_of(repository), *made_for, Run.known_state.not_in(FINAL))


def _of(repository: Repository) -> tuple[ColumnElement[bool], ...]:
    place = (Project.host == repository.host, Project.namespace == repository.namespace)
    return (*place, Project.name == repository.name)


def _read(session: Session, *conditions: ColumnElement[bool]) -> tuple[RunRow, ...]:
    statement = (
        select(Run, Project, Trigger, JobRun)
        .join(Project, Project.id == Run.project_id)
        .outerjoin(Trigger, Trigger.id == Run.trigger_id)
        .outerjoin(JobRun, JobRun.id == Run.job_run_id)
        .where(*conditions)
        .order_by(Run.id)
        .execution_options(populate_existing=True)
    )
    return tuple(_row(*each) for each in session.execute(statement))


def _row(run: Run, project: Project, trigger: Trigger | None, job_run: JobRun | None) -> RunRow:
    copied = {_NAMES.get(name, name): getattr(run, name) for name in _COPIED}
    return RunRow(
        **copied,
        kind=RunKind(run.kind),
        repository=Repository(project.host, project.namespace, project.name),
        trigger=trigger.kind if trigger else None,
        ref=trigger.ref if trigger else "",
        job=job_run.job if job_run else "",
        handler=job_run.handler if job_run else "",
        state=RunState(run.known_state),
        text=run.known_text or "",
        is_newest=run.superseded_by_id is None,
        shown_state=RunState(run.reported_state) if run.reported_state else None,
    )

"""Before and after the call that makes a build or a test run outside.

First a row `submitting` with a marker, then the call, then the number the other side gave: after a
crash between them the marker is looked up there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from packit_worker.run_states import RunKind, RunState
from packit_worker.store.lease import Lease, hold
from packit_worker.store.models import Project, Run
from packit_worker.store.runs import REPORT_GRACE, advance, newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is about to be submitted, for one target; the fields are those of `models.Run`."""

    kind: RunKind
    project_id: int
    commit_sha: str
    target: str
    context: str
    trigger_id: int | None = None
    srpm_run_id: int | None = None
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def begin_submission(
    session: Session,
    lease: Lease,
    job_run_id: int,
    submissions: Iterable[Submission],
    *,
    marker: str,
    now: datetime,
    next_check_at: datetime,
) -> list[Run]:
    """Make the rows `submitting`, one a target; commit before the call outside.

    Rows of this job run with this marker that are there already (of a worker that died) are
    returned as they are, and nothing is added for their targets.

    Raises:
        LostLeaseError: somebody took the event over.
    """
    todo = list(submissions)
    hold(session, lease)
    _lock_projects(session, {each.project_id for each in todo})
    ours = (Run.job_run_id == job_run_id, Run.marker == marker)
    there = {run.target: run for run in session.scalars(select(Run).where(*ours))}
    rows = []
    for each in todo:
        if each.target not in there:
            run = _new_row(each, job_run_id, marker, now, next_check_at)
            _supersede(session, run)
            there[each.target] = run
        rows.append(there[each.target])
    session.flush()
    return rows


def submitted(
    session: Session,
    run_ids: Iterable[int],
    *,
    outside_id: str,
    web_url: str | None,
    now: datetime,
    next_check_at: datetime,
) -> None:
    """Note the number that the other side gave; the state becomes `submitted` unless it is further.

    A lease is not asked for: what was submitted was submitted, whoever did it.
    """
    ids = list(run_ids)
    values = {"outside_id": outside_id, "web_url": web_url, "submitted_at": now}
    unnumbered = (Run.id.in_(ids), Run.outside_id.is_(None))
    session.execute(update(Run).where(*unnumbered).values(values))
    for run_id in ids:
        advance(session, run_id, RunState.SUBMITTED, now=now, next_check_at=next_check_at)


def _new_row(
    each: Submission, job_run_id: int, marker: str, now: datetime, next_check_at: datetime
) -> Run:
    return Run(
        kind=each.kind,
        project_id=each.project_id,
        trigger_id=each.trigger_id,
        job_run_id=job_run_id,
        srpm_run_id=each.srpm_run_id,
        commit_sha=each.commit_sha,
        target=each.target,
        context=each.context,
        marker=marker,
        details=each.details,
        attempt=1,
        known_state=RunState.SUBMITTING,
        known_text=each.text or None,
        report_due_at=now + REPORT_GRACE,
        next_check_at=next_check_at,
        created_at=now,
    )


def _supersede(session: Session, run: Run) -> None:
    """Link the new row to the one whose commit status it takes over."""
    previous = newest(session, run.project_id, run.commit_sha, run.context) if run.context else None
    session.add(run)
    session.flush()
    if previous is not None:
        run.attempt = previous.attempt + 1
        run.previous_id = previous.id
        previous.superseded_by_id = run.id
        previous.report_due_at = None


def _lock_projects(session: Session, project_ids: set[int]) -> None:
    """Let nobody else add rows to these projects meanwhile: the newest row must be one row."""
    statement = select(Project.id).where(Project.id.in_(project_ids)).order_by(Project.id)
    session.execute(statement.with_for_update(key_share=True)).all()

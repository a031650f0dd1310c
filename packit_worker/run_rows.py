"""The rows of builds and test runs over the store: what stands behind the Protocols of `runs`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from packit_worker.forge import Repository
from packit_worker.ledger import now
from packit_worker.run_states import FINAL, RunKind, RunState
from packit_worker.runs import CHECK_AFTER, RunRow, Submission
from packit_worker.showing import Showing
from packit_worker.store import in_flight, projects, reports, run_rows, runs, submissions, told
from packit_worker.store.database import Database
from packit_worker.store.lease import Lease
from packit_worker.subject import Subject

# A status is shown again at once if the row moved on meanwhile; what moves faster the sweep shows.
_ROUNDS = 3
_TRIGGERS = {"pull_request": "pull-request", "commit": "branch", "release": "release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRuns:
    """A `packit_worker.runs.Runs`."""

    database: Database
    showing: Showing

    def get(self, run_id: int) -> RunRow | None:
        """Return a row; None: there is none."""
        with self.database.read() as session:
            found = run_rows.by_id(session, [run_id])
        return found[0] if found else None

    def find(self, kind: RunKind, outside_id: str, target: str | None = None) -> tuple[RunRow, ...]:
        """Return the rows of what the service calls `outside_id`."""
        with self.database.read() as session:
            return run_rows.of_outside(session, kind, outside_id, target)

    def of_commit(self, repository: Repository, commit: str, kind: RunKind) -> tuple[RunRow, ...]:
        """Return the rows of one kind for a commit, the newest first."""
        with self.database.read() as session:
            return run_rows.of_commit(session, repository, commit, kind)

    def advance(
        self,
        rows: Sequence[RunRow],
        state: RunState,
        *,
        text: str,
        log: str | None = None,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> tuple[RunRow, ...]:
        """Move rows forward, and return those that moved, as they are now."""
        if not rows:
            return ()
        at = {"started_at": started_at, "ended_at": ended_at}
        with self.database.write() as session:
            moved = [
                row.id
                for row in rows
                if runs.advance(session, row.id, state, text=text, log=log, now=now(), **at).changed
            ]
            for run_id in moved if details else ():
                _add_details(session, run_id, details or {})
            if state in FINAL:
                for job_run_id in {row.job_run_id for row in rows if row.job_run_id}:
                    _let_go_if_over(session, job_run_id)
            return run_rows.by_id(session, moved)

    def say(
        self, rows: Sequence[RunRow], text: str, *, until: RunState = RunState.RUNNING
    ) -> tuple[RunRow, ...]:
        """Change the text of rows that have not come to `until`, and return those changed."""
        if not rows:
            return ()
        with self.database.write() as session:
            changed = [
                row.id for row in rows if runs.say(session, row.id, text, until=until, now=now())
            ]
            return run_rows.by_id(session, changed)

    def keep_details(self, row: RunRow, details: Mapping[str, Any]) -> None:
        """Add to the details of a row."""
        with self.database.write() as session:
            _add_details(session, row.id, details)

    def check_later(self, rows: Sequence[RunRow], after: timedelta) -> None:
        """Have the sweep ask about open rows after that time, instead of when it would."""
        with self.database.write() as session:
            for row in rows:
                runs.check_later(session, row.id, at=now() + after)

    def show(self, rows: Sequence[RunRow]) -> bool:
        """Show what is known of rows as commit statuses."""
        is_all_shown = True
        for _round in range(_ROUNDS):
            shown, put_off = self.showing.write(rows)
            is_all_shown = is_all_shown and not put_off
            rows = self._note(shown, put_off)
            if not rows:
                break
        return is_all_shown

    def _note(self, shown: Sequence[RunRow], put_off: Mapping[int, float]) -> tuple[RunRow, ...]:
        """Keep what the forge shows; return rows that moved on while it was told."""
        if not (shown or put_off):
            return ()
        with self.database.write() as session:
            for run_id, seconds in put_off.items():
                reports.report_later(session, run_id, at=now() + timedelta(seconds=seconds))
            moved = [row.id for row in shown if _reported(session, row)]
            return run_rows.by_id(session, moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSubmissions:
    """A `packit_worker.runs.Submissions`: the rows of one job run, under the lease of its event."""

    database: Database
    lease: Lease
    job_run_id: int
    subject: Subject
    is_first: bool

    def together(self) -> AbstractContextManager[None]:
        """Have what is written in the block be one transaction."""
        return self.database.together()

    def earlier(self) -> tuple[RunRow, ...]:
        """Return the rows that earlier attempts made, oldest first."""
        return () if self.is_first else self.rows()

    def rows(self) -> tuple[RunRow, ...]:
        """Return the rows of this job run, oldest first."""
        with self.database.read() as session:
            return run_rows.of_job_run(session, self.job_run_id)

    def begin(
        self,
        wanted: Sequence[Submission],
        *,
        marker: str,
        commit: str | None = None,
        check_after: timedelta = CHECK_AFTER,
    ) -> tuple[RunRow, ...]:
        """Make the rows before the call outside."""
        with self.database.write() as session:
            stored = self._stored(session, wanted, commit or self.subject.commit)
            sources = [each for each in stored if each.kind == RunKind.SRPM_BUILD]
            ids = self._make(session, sources, marker, check_after)
            source = ids[0] if ids else None
            builds = [replace(each, srpm_run_id=source) for each in stored if each not in sources]
            ids += self._make(session, builds, marker, check_after)
            return run_rows.by_id(session, ids)

    def _stored(
        self, session: Session, wanted: Sequence[Submission], commit: str | None
    ) -> list[submissions.Submission]:
        """Return what the store needs to know of each."""
        repository = self.subject.repository
        if repository is None or commit is None:
            raise ValueError("a build needs a repository and a commit")
        project_id, trigger_id = _place(session, repository, self.subject)
        place = (str(repository), commit)
        shown = told.shown(session, *place) if any(each.replaces for each in wanted) else {}
        # Some are shown without a row, others by that of a build that waited for its targets.
        standing = {
            name
            for name in {each.replaces for each in wanted if each.replaces}
            if name in shown or runs.newest(session, project_id, commit, name) is not None
        }
        for each in wanted:
            if each.replaces in shown and each.context in ("", each.replaces):
                told.take_over(session, *place, each.replaces)
        return [
            submissions.Submission(
                kind=each.kind,
                project_id=project_id,
                trigger_id=trigger_id,
                commit_sha=commit,
                target=each.target,
                context=each.context or (each.replaces if each.replaces in standing else ""),
                text=each.text,
                details=each.details,
            )
            for each in wanted
        ]

    def _make(
        self,
        session: Session,
        stored: Sequence[submissions.Submission],
        marker: str,
        check_after: timedelta,
    ) -> list[int]:
        rows = submissions.begin_submission(
            session,
            self.lease,
            self.job_run_id,
            stored,
            marker=marker,
            now=now(),
            next_check_at=now() + check_after,
        )
        return [row.id for row in rows]

    def submitted(
        self,
        rows: Sequence[RunRow],
        *,
        outside_id: str,
        web_url: str | None,
        check_after: timedelta = CHECK_AFTER,
    ) -> tuple[RunRow, ...]:
        """Note the number that the service gave; return the rows as they are now."""
        ids = [row.id for row in rows]
        with self.database.write() as session:
            submissions.submitted(
                session,
                ids,
                outside_id=outside_id,
                web_url=web_url,
                now=now(),
                next_check_at=now() + check_after,
            )
            return run_rows.by_id(session, ids)


def _place(session: Session, repository: Repository, subject: Subject) -> tuple[int, int | None]:
    """Return the rows of a repository and of what something is done for there."""
    path = projects.Repository(repository.host, repository.namespace, repository.name)
    project = projects.get_project(session, path)
    # Of a result the row told what it was made for.
    kind = _TRIGGERS.get(subject.config_trigger or "") if subject.kind == "result" else subject.kind
    if kind is None or kind == "account":
        return project.id, None
    trigger = projects.get_trigger(session, project.id, projects.TriggerKind(kind), subject.ref)
    return project.id, trigger.id


def _add_details(session: Session, run_id: int, details: Mapping[str, Any]) -> None:
    run = runs.get(session, run_id)
    run.details = {**run.details, **details}


def _let_go_if_over(session: Session, job_run_id: int) -> None:
    if not runs.is_any_open(session, job_run_id):
        in_flight.let_go(session, job_run_id)


def _reported(session: Session, row: RunRow) -> bool:
    return reports.reported(
        session, row.id, state=row.state, context=row.context, text=row.text, now=now()
    )

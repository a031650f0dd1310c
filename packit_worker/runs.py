"""The rows of builds and test runs as handlers and the sweep see them: plain data and Protocols.

A row is one build or test run for one target, with one commit status and one page. Handlers import
this file, never the store; `run_rows` is what stands behind it.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from packit_worker.forge import Repository, StatusState, Thread
from packit_worker.run_states import FINAL, RunKind, RunState

# When the sweep asks for the first time, if nothing was heard by then.
CHECK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One row, as it was read.

    Attributes:
        id: its page is `/runs/<id>`.
        repository: whose commit has the status.
        trigger: `pull-request`, `branch`, `release` or `issue`; None: not known.
        ref: the number, branch or tag.
        job_run_id: the job run that made it.
        job: the name of the job of the package config.
        handler: the name of the row of the registry that made it.
        srpm_run_id: the row of the source package that it is made of.
        target: chroot, Koji target, compose; "": a source package.
        context: of the commit status, after our prefix; "": none is shown.
        marker: by which it is found outside after a crash.
        outside_id: the service's number of it; None: not submitted yet.
        details: what only one kind has; JSON.
        attempt: grows by one each time the same status is made anew.
        state: what we know.
        text: the fact behind it, for people: the text of the status.
        is_newest: whether the commit status shows this row.
        shown_state: the state that the forge shows; None: nothing yet. `shown_text`: its text.
    """

    id: int
    kind: RunKind
    repository: Repository
    commit: str
    trigger: str | None
    ref: str
    job_run_id: int | None
    job: str
    handler: str
    srpm_run_id: int | None
    target: str
    context: str
    marker: str
    outside_id: str | None
    web_url: str | None
    details: Mapping[str, Any]
    attempt: int
    state: RunState
    text: str
    is_newest: bool
    shown_state: RunState | None
    shown_text: str | None
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Whether it never changes again."""
        return self.state in FINAL

    @property
    def thread(self) -> Thread | None:
        """Where people can be answered about it."""
        if self.trigger == "pull-request":
            return Thread("pull-request", int(self.ref))
        return Thread("issue", int(self.ref)) if self.trigger == "issue" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is about to be submitted, for one target; the fields are those of `RunRow`.

    Attributes:
        replaces: the context of a status that an earlier event of the commit may have shown
            without a row ("not allowed yet"). If one did, the row takes it over.
    """

    kind: RunKind
    target: str
    context: str
    text: str = ""
    replaces: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Runs(Protocol):
    """The rows, whoever made them. Each method is one short transaction, `show` two.

    Call nothing here from within a call to the outside. A row only moves forward: news that are
    older than what is known change nothing. Every method may raise the store's errors, which are
    for the engine: let them pass.
    """

    def get(self, run_id: int) -> RunRow | None:
        """Return a row; None: there is none."""

    def find(self, kind: RunKind, outside_id: str, target: str | None = None) -> tuple[RunRow, ...]:
        """Return the rows of what the service calls `outside_id`: all targets, or one."""

    def of_commit(self, repository: Repository, commit: str, kind: RunKind) -> tuple[RunRow, ...]:
        """Return the rows of one kind for a commit, the newest first."""

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
        """Move rows forward, and return those that moved, as they are now.

        Args:
            rows: of any job run.
            state: what the service says. Of final states the first stands.
            text: for people: the text of the status.
            log: of which the end is kept (64 KiB).
            started_at: when it began, as the service says; else now.
            ended_at: the same of the end.
            details: what is added to the details of those that move.
        """

    def say(
        self, rows: Sequence[RunRow], text: str, *, until: RunState = RunState.RUNNING
    ) -> tuple[RunRow, ...]:
        """Change the text of rows that have not come to `until`, and return those changed."""

    def keep_details(self, row: RunRow, details: Mapping[str, Any]) -> None:
        """Add to the details of a row."""

    def check_later(self, rows: Sequence[RunRow], after: timedelta) -> None:
        """Have the sweep ask about open rows after that time, instead of when it would."""

    def show(self, rows: Sequence[RunRow]) -> bool:
        """Show what is known of rows as commit statuses; call it after each change of them.

        Only the newest row of a commit and context is shown, and no status is repeated. What does
        not reach the forge is shown later by the sweep. Rows must be as they were returned last.

        Returns:
            Whether the forge shows them all now.
        """


class Submissions(Protocol):
    """The rows of the job run under way: before and after the call that makes things outside.

    First rows `submitting` with a marker, then the call, then the service's number. After a crash
    `earlier()` rows are there: those that still say `submitting` are looked up outside by their
    marker, and submitted anew only if they are not there.
    """

    def together(self) -> AbstractContextManager[None]:
        """Have what is written in the block be one transaction; ask no service meanwhile."""

    def earlier(self) -> tuple[RunRow, ...]:
        """Return the rows of earlier attempts, oldest first; a first attempt costs nothing."""

    def rows(self) -> tuple[RunRow, ...]:
        """Return the rows of this job run, oldest first."""

    def begin(
        self,
        submissions: Sequence[Submission],
        *,
        marker: str,
        commit: str | None = None,
        check_after: timedelta = CHECK_AFTER,
    ) -> tuple[RunRow, ...]:
        """Make the rows, in the order given, before the call outside.

        A row of kind `srpm-build` becomes the source of the others. Rows of this job run with this
        marker that are there already are returned as they are.

        Args:
            submissions: one a target.
            marker: by which the thing is found outside; the same for all that one call makes.
            commit: whose statuses they are; None: the subject's.
            check_after: when the sweep asks, if nothing was heard by then.
        """

    def submitted(
        self,
        rows: Sequence[RunRow],
        *,
        outside_id: str,
        web_url: str | None,
        check_after: timedelta = CHECK_AFTER,
    ) -> tuple[RunRow, ...]:
        """Note the number that the service gave; return the rows as they are now.

        The status is not touched: to people, accepted and submitted are the same.
        """


_STATUS_STATES: Mapping[RunState, StatusState] = {
    RunState.SUBMITTING: "pending",
    RunState.SUBMITTED: "pending",
    RunState.RUNNING: "pending",
    RunState.SUCCESS: "success",
    RunState.FAILURE: "failure",
}


def status_state(state: RunState) -> StatusState:
    """Return what a forge calls it: everything that is not the change's fault is an error."""
    return _STATUS_STATES.get(state, "error")

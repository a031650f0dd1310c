"""The source package of a Koji build: Copr's, where it made one of this commit, else a new one."""

from collections.abc import Sequence
from pathlib import Path

from packit_worker.context import Context
from packit_worker.errors import RefusedError, TransientError
from packit_worker.handlers.change import Change
from packit_worker.handlers.copr_submission import MAKING, packit_options, srpm_order
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow


def source_package(
    https_url: str,
    context: Context,
    job: Job,
    change: Change,
    rows: Sequence[RunRow],
    folder: Path,
) -> Path:
    """Return the file of a source package of a commit, in `folder`, which is empty.

    While it is made, which may take long, the statuses of the rows say so.

    Raises:
        TransientError, RefusedError: as `Srpms.make` says.
    """
    for row in _made_by_copr(context, job, change):
        try:
            found = context.services.copr().download_srpm(int(row.outside_id or 0), folder)
        except (TransientError, RefusedError) as error:
            context.decision.fact(f"Copr build {row.outside_id} gives no source package: {error}")
        else:
            context.decision.fact(f"the source package is that of Copr build {row.outside_id}")
            return found
    srpms = context.services.srpms()
    context.runs.show(context.runs.say(rows, MAKING, until=RunState.SUBMITTED))
    return srpms.make(srpm_order(https_url, job, change), folder)


def _made_by_copr(context: Context, job: Job, change: Change) -> list[RunRow]:
    """Return the row of the newest source package that would be the same; none if there is none."""
    repository = context.subject.repository
    if repository is None:
        return []
    rows = context.runs.of_commit(repository, change.commit, RunKind.SRPM_BUILD)
    found = [row for row in rows if _is_same(row, context, job)]
    return found[:1]


def _is_same(row: RunRow, context: Context, job: Job) -> bool:
    """Whether a row is of a source package made in the same way, for the same thing."""
    if row.state is not RunState.SUCCESS or row.outside_id is None:
        return False
    # Jobs of other types or triggers may share a name: then all of them must agree.
    makers = [one for one in context.jobs if one.name == row.job and one.type != job.type]
    is_made_alike = all(packit_options(one) == packit_options(job) for one in makers)
    return bool(makers) and is_made_alike and row.ref == context.subject.ref

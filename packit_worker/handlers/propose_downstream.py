"""Proposes a release to dist-git: one pull request, one row and one status for each branch.

Each branch is a unit of its own: one that fails is tried again alone, and those that are done stay
done, also when somebody asks for it again.
"""

from collections.abc import Sequence
from dataclasses import replace

from packit_worker.context import Context
from packit_worker.downstream import Proposal, ReleaseOrder
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.issue_comment import IssueCommentEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.forge import Repository, Thread
from packit_worker.handler import Done, Failed, Result
from packit_worker.handlers.downstream_issue import Outcome, release_of_issue, tell_of_release
from packit_worker.handlers.downstream_texts import skipped_text, text_of_refusal, title_of_delay
from packit_worker.package_config import Job
from packit_worker.reporting import command_of
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow, Submission
from packit_worker.status_names import status_context
from packit_worker.texts import inert

KIND = "propose-downstream"
_ACCEPTED = "Accepted. Waiting for a worker."
# Nobody is at fault: the branch needs nothing.
_NOTHING_TO_DO = {"nothing-to-do", "release-skipped"}
# The release, or what its package config says, is at fault.
_THEIRS = {"sync-failed", "no-dist-git-branch", "no-dist-git-package", "no-release", "too-large"}


def propose_release(event: ReleaseEvent, context: Context) -> Result:
    """Propose the release that was just published.

    Raises:
        TransientError: a service is down, for one of the branches at least.
    """
    return _propose(context, event.tag_name)


def propose_on_command(_event: IssueCommentEvent, context: Context) -> Result:
    """Propose a release, and close the issue where somebody asked for it.

    In our own issue about a release it is that one, elsewhere the newest.

    Raises:
        TransientError: as above.
    """
    repository, thread = _repository(context), context.subject.thread
    tag = release_of_issue(context, repository, thread.id) if thread else None
    tag = tag or _latest(context, repository)
    if tag is None:
        return Failed("no-release", f"{repository} has no release")
    try:
        ended = _propose(context, tag)
    except RefusedError as error:
        if error.code != "ref-not-found":
            raise
        return Failed("no-release", f"{repository} has no tag {tag}")
    rows = context.submissions.rows()
    # Where nothing was done the failures are told without us.
    is_any_done = any(each.outcome == "done" for each in context.decision.pairs)
    if thread is not None and rows and (isinstance(ended, Done) or is_any_done):
        _tell_asker(context, thread, tag, rows)
    return ended


def _tell_asker(context: Context, thread: Thread, tag: str, rows: Sequence[RunRow]) -> None:
    """Answer how all went that the command asked for; close its issue once nothing is left."""
    others = _rows_of_other_jobs(context, tag, rows)
    pairs = context.decision.pairs
    asked = {each.job for each in pairs if each.handler == rows[0].handler} - {rows[0].job}
    told = [*rows, *(row for row in others if row.job in asked)]
    answer = "; ".join(f"{row.target}: {row.text}" for row in told)
    context.reporter.answer(thread, command_of(context.subject.actor), inert(answer))
    # One that has not run yet has no rows: it closes the issue itself.
    is_complete = asked <= {row.job for row in others}
    if is_complete and all(row.state is RunState.SUCCESS for row in (*rows, *others)):
        context.forge.close_issue(_repository(context), thread.id)


def _latest(context: Context, repository: Repository) -> str | None:
    try:
        return context.forge.latest_release(repository)
    except RefusedError as error:
        if error.code != "not-supported":
            raise
        return None


def _propose(context: Context, tag: str) -> Result:
    job = context.job
    if job is None:
        return Failed("no-job", "a release needs a job")
    rows = context.submissions.rows() or _announce(context, job, tag)
    if not rows:
        return Failed("no-dist-git-branches", "the job names no branch of dist-git")
    context.runs.show(rows)
    delayed: list[TransientError] = []
    for row in rows:
        if row.state is RunState.SUBMITTING:
            _one_branch(context, job, tag, row, delayed)
    if delayed:
        # The branches that wait are tried again alone.
        raise delayed[0]
    return _ended(context, tag, context.submissions.rows())


def _announce(context: Context, job: Job, tag: str) -> tuple[RunRow, ...]:
    """Make a row for each branch; one that is done for this release already ends at once."""
    branches = _branches(context, job)
    if not branches:
        return ()
    repository = _repository(context)
    commit = context.forge.commit(repository, tag).sha
    done = _done_before(context, repository, commit, tag)
    # A command repairs the statuses of the release, and makes none of its own.
    release = replace(context.subject, kind="release", ref=tag)
    submissions = [
        Submission(
            kind=RunKind.DOWNSTREAM,
            target=branch,
            context=status_context(KIND, branch, release, job),
            text=_ACCEPTED,
            details={"tag": tag, "package": job.values["downstream_package_name"]},
        )
        for branch in branches
    ]
    rows = context.submissions.begin(submissions, marker=f"{KIND}-{tag}", commit=commit)
    for row in rows:
        earlier = done.get(row.target)
        if earlier is not None and earlier.web_url:
            text = f"Proposed before: {earlier.web_url}"
            _finish(context, row, RunState.SUCCESS, text, url=earlier.web_url)
    return context.submissions.rows()


def _branches(context: Context, job: Job) -> tuple[str, ...]:
    if not job.dist_git_branches:
        return ()
    found = context.services.targets().koji_targets(job.dist_git_branches)
    context.decision.notes.extend(found.notes)
    return found.names


def _done_before(
    context: Context, repository: Repository, commit: str, tag: str
) -> dict[str, RunRow]:
    """Return the newest row of each branch, where it is one that ended well, of this release."""
    newest: dict[str, RunRow] = {}
    for row in context.runs.of_commit(repository, commit, RunKind.DOWNSTREAM):
        if row.details.get("tag") == tag and row.job == (context.job.name if context.job else ""):
            newest.setdefault(row.target, row)
    return {branch: row for branch, row in newest.items() if row.state is RunState.SUCCESS}


def _one_branch(
    context: Context, job: Job, tag: str, row: RunRow, delayed: list[TransientError]
) -> None:
    """Propose it, and end its row unless it is to be tried again."""
    order = ReleaseOrder(
        upstream=_repository(context),
        tag=tag,
        package=row.details["package"],
        branch=row.target,
        values=job.values,
    )
    try:
        proposal = context.services.downstream().propose(order)
    except TransientError as error:
        if context.is_last_attempt:
            _finish(context, row, RunState.ERROR, title_of_delay(error))
        else:
            delayed.append(error)
    except RefusedError as error:
        if error.code in _NOTHING_TO_DO:
            _finish(context, row, RunState.SUCCESS, skipped_text(error))
            return
        state = RunState.FAILURE if error.code in _THEIRS else RunState.ERROR
        _finish(context, row, state, text_of_refusal(error), log=error.reason)
    else:
        _finish(
            context, row, RunState.SUCCESS, _text_of(proposal), url=proposal.url, log=proposal.log
        )


def _text_of(proposal: Proposal) -> str:
    verb = "opened" if proposal.is_new else "brought up to date"
    return f"Pull request {verb}: {proposal.url}"


def _finish(
    context: Context,
    row: RunRow,
    state: RunState,
    text: str,
    *,
    url: str | None = None,
    log: str | None = None,
) -> None:
    if url is not None:
        # One pull request may be shown by rows of several runs.
        context.submissions.submitted([row], outside_id=f"row {row.id}", web_url=url)
    context.runs.show(context.runs.advance([row], state, text=text, log=log))


def _ended(context: Context, tag: str, rows: Sequence[RunRow]) -> Result:
    outcomes = [_outcome(row) for row in rows]
    others = [_outcome(row) for row in _rows_of_other_jobs(context, tag, rows)]
    tell_of_release(context, tag, outcomes, others)
    failed = [each for each in outcomes if not each.is_good]
    if failed:
        lines = "; ".join(f"{each.branch}: {each.text}" for each in failed)
        return Failed("downstream-failed", lines)
    return Done("; ".join(f"{each.branch}: {each.text}" for each in outcomes))


def _rows_of_other_jobs(context: Context, tag: str, rows: Sequence[RunRow]) -> list[RunRow]:
    """Return the rows of how the release went last for the other jobs of the package config."""
    own, repository = rows[0], _repository(context)
    names = {job.name for job in context.jobs} - {own.job}
    newest: dict[tuple[str, str], RunRow] = {}
    for row in context.runs.of_commit(repository, own.commit, RunKind.DOWNSTREAM):
        if row.details.get("tag") == tag and row.job in names:
            newest.setdefault((row.job, row.target), row)
    return list(newest.values())


def _outcome(row: RunRow) -> Outcome:
    return Outcome(row.target, row.state is RunState.SUCCESS, row.text, row.web_url)


def _repository(context: Context) -> Repository:
    repository = context.subject.repository
    if repository is None:
        raise LookupError("the event is about no repository")
    return repository

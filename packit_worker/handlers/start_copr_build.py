"""Starts a build in Copr: one build, with a chroot and a commit status for each target.

First rows and statuses, then Copr: so a link never fails, and whatever happens on the way ends in a
status. After a crash the build is looked for by its marker before another is made.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from packit_worker.context import Context
from packit_worker.copr import CoprBuild, CoprProject
from packit_worker.copr_projects import Claim
from packit_worker.errors import RefusedError
from packit_worker.handler import Done, Failed, Result
from packit_worker.handlers.change import Change, change_of
from packit_worker.handlers.copr_project import claim_of, plan_of, set_up
from packit_worker.handlers.copr_refusals import text_of_refusal
from packit_worker.handlers.copr_rows import ACCEPTED, KIND, announce
from packit_worker.handlers.copr_submission import submit_build
from packit_worker.handlers.superseding import cancel_quietly, end_superseded, superseded_by
from packit_worker.package_config import Job
from packit_worker.reporting import Status
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow
from packit_worker.sentences import WAITING, sentence
from packit_worker.srpms import SRPM_FAILED

_KINDS = (RunKind.SRPM_BUILD, RunKind.COPR_BUILD)
_UNSUPPORTED = "Copr does not build for this target now. Change the targets of the job."
# Clocks differ a little.
_SKEW = timedelta(minutes=2)


class _HasUrl(Protocol):
    @property
    def https_url(self) -> str: ...


def start_copr_build(event: _HasUrl, context: Context) -> Result:
    """Build the commit of an event; repeated after a crash, it goes on where it was.

    Raises:
        TransientError: Copr, Bodhi or the forge is down.
        RefusedError: the forge, or what the settings lack.
    """
    job = context.job
    if job is None:
        return Failed("no-job", "a build needs a job")
    rows = context.submissions.earlier()
    found = _earlier_build(context, rows)
    if found is not None:
        return found
    change = change_of(context, rows)
    if isinstance(change, Failed):
        if not rows:
            _tell(context, change)
        return change
    if _chroots(rows):
        _, claim = claim_of(context, job, _project(rows[0]))
    else:
        rows, claim = announce(context, job, change, rows)
    context.runs.show(rows)
    end_superseded(context, _KINDS, change.commit, _canceling(context))
    try:
        if isinstance(claim, RefusedError):
            raise claim
        return _build(event, context, job, change, rows, claim)
    except RefusedError as error:
        return _refused(context, rows, error)


def _earlier_build(context: Context, rows: Sequence[RunRow]) -> Result | None:
    """Return how it ended if an attempt before this one came to submit it; None: none did."""
    if not _chroots(rows):
        return None
    waiting = [row for row in rows if row.state is RunState.SUBMITTING]
    if not waiting:
        newer = superseded_by(rows[-1])
        if newer is not None:
            return Failed("superseded", newer)
        number = next((row.outside_id for row in rows if row.outside_id), None)
        return Done(f"Copr build {number}") if number else Failed("unsupported-chroot")
    first = waiting[0]
    try:
        build = context.services.copr().find_build(
            _project(first), first.marker, since=first.created_at - _SKEW
        )
    except RefusedError:  # there is no project yet, so no build
        return None
    return None if build is None else _submitted(context, waiting, build)


def _build(
    event: _HasUrl,
    context: Context,
    job: Job,
    change: Change,
    rows: Sequence[RunRow],
    claim: Claim,
) -> Result:
    """Set the project up and submit; the rows of chroots that Copr lacks end here."""
    copr = context.services.copr()
    waiting = [row for row in rows if row.state is RunState.SUBMITTING]
    available = copr.available_chroots()
    lacking = [row for row in waiting if row.target and row.target not in available]
    context.runs.show(context.runs.advance(lacking, RunState.ERROR, text=_UNSUPPORTED))
    waiting = [row for row in waiting if row not in lacking]
    chroots = tuple(row.target for row in waiting if row.target)
    if not chroots:
        context.runs.advance(waiting, RunState.ERROR, text=_UNSUPPORTED)
        return Failed("unsupported-chroot", "Copr builds for none of the targets")
    set_up(context, claim, plan_of(context, job, chroots, change.identifier, claim))
    build = submit_build(event.https_url, context, job, change, claim.project, waiting)
    return _submitted(context, waiting, build)


def _submitted(context: Context, rows: Sequence[RunRow], build: CoprBuild) -> Done | Failed:
    with context.submissions.together():
        context.copr_projects.note_made(_project(rows[0]))
        sent = context.submissions.submitted(rows, outside_id=str(build.id), web_url=build.url)
    newer = superseded_by(sent[0])
    if newer is not None:  # it came while this one was submitted
        cancel_quietly(sent[0], _canceling(context))
        return Failed("superseded", newer)
    told_to_wait = [row for row in sent if row.text.startswith(WAITING)]
    context.runs.show(context.runs.say(told_to_wait, ACCEPTED))
    return Done(f"Copr build {build.id}")


def _canceling(context: Context) -> Callable[[RunRow], None]:
    return lambda row: context.services.copr().cancel(int(row.outside_id or 0))


def _chroots(rows: Sequence[RunRow]) -> list[RunRow]:
    return [row for row in rows if row.kind is RunKind.COPR_BUILD]


def _refused(context: Context, rows: Sequence[RunRow], error: RefusedError) -> Failed:
    """End what was announced, and ask for what is missing where the owner can give it."""
    project = _project(rows[0])
    text = text_of_refusal(context, project, error)
    is_theirs = error.code == SRPM_FAILED
    state = RunState.FAILURE if is_theirs else RunState.ERROR
    ended = context.runs.advance(rows, state, text=text)
    context.runs.show(ended)
    if error.code == "refused":  # a code that means elsewhere that nobody has told it
        return Failed("copr-refused", text)
    return Failed(error.code, text)


def _project(row: RunRow) -> CoprProject:
    return CoprProject(row.details["owner"], row.details["name"])


def _tell(context: Context, failed: Failed) -> None:
    """Say on the commit why nothing is built; there is no row yet whose status could."""
    commit = context.subject.commit
    if commit is None or KIND in context.facts.known.shown:
        return  # ... or the engine ends the status that is shown
    policy = context.policy
    text = sentence(failed.code, failed.detail, context.event_id, policy.command_prefix)
    url = f"{policy.pages_url}/events/{context.event_id}"
    status = Status(commit=commit, context=KIND, state="error", text=text, url=url)
    context.reporter.status(status, thread=context.subject.thread)

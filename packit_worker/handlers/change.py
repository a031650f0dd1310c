"""Which commit is to be built, and how it is checked out."""

from collections.abc import Sequence
from dataclasses import dataclass

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.handler import Failed
from packit_worker.runs import RunRow
from packit_worker.srpm_script import BranchCheckout, Checkout, PullRequestCheckout, TagCheckout
from packit_worker.subject import Subject

_SHORT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is built.

    Attributes:
        commit: whose statuses tell of it.
        checkout: how the source is got.
        identifier: what it is called in names: the number of the pull request, the branch,
            `releases`.
    """

    commit: str
    checkout: Checkout
    identifier: str


def change_of(context: Context, rows: Sequence[RunRow] = ()) -> Change | Failed:
    """Return what an event asks to build; `Failed` where it cannot be built any more.

    Args:
        context: of the event.
        rows: of earlier attempts: statuses of the commit that was the newest then, of no other.

    Raises:
        TransientError, RefusedError: as `Forge` says.
    """
    change = _newest(context)
    if isinstance(change, Change) and any(row.commit != change.commit for row in rows):
        return Failed("superseded", change.commit[:_SHORT])
    return change


def _newest(context: Context) -> Change | Failed:
    subject, repository = context.subject, context.subject.repository
    if repository is None:
        return Failed("no-repository", "the event names none")
    if subject.kind == "pull-request":
        return _pull_request(context, repository, subject)
    if subject.kind == "release":
        commit = context.facts.commit(repository, subject.ref).sha
        return Change(commit=commit, checkout=TagCheckout(tag=subject.ref), identifier="releases")
    if subject.commit is None:
        return Failed("no-commit", "the event names none")
    moved = moved_on(context, repository, subject.ref, subject.commit)
    if moved is not None:
        return moved
    checkout = BranchCheckout(branch=subject.ref, commit=subject.commit)
    return Change(commit=subject.commit, checkout=checkout, identifier=subject.ref)


def moved_on(context: Context, repository: Repository, branch: str, commit: str) -> Failed | None:
    """Return why a pushed commit is not worked on any more; None: it is the head of its branch.

    Raises:
        TransientError, RefusedError: as `Forge` says.
    """
    try:
        head = context.facts.branch_head(repository, branch)
    except RefusedError as error:
        if error.code != "ref-not-found":
            raise
        return Failed("branch-deleted", f"the branch {branch} is deleted")
    return None if head == commit else Failed("superseded", head[:_SHORT])


def _pull_request(context: Context, repository: Repository, subject: Subject) -> Change | Failed:
    pull = context.facts.pull_request(repository, int(subject.ref))
    commit = subject.commit or pull.head_sha
    if pull.head_sha != commit:
        return Failed("superseded", pull.head_sha[:_SHORT])
    if pull.source is None:
        return Failed("fork-deleted", "the repository that the pull request comes from is deleted")
    job = context.job
    is_merged = job is None or job.values.get("merge_pr_in_ci", True)
    checkout = PullRequestCheckout(
        number=pull.id, commit=commit, target_branch=pull.target_branch if is_merged else None
    )
    return Change(commit=commit, checkout=checkout, identifier=str(pull.id))

"""A command of somebody else means the code that they saw, not what was pushed after it."""

from datetime import datetime
from typing import Protocol

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.forge import PullRequest, Repository, Thread
from parsers.result import Skip


class _Command(Protocol):
    @property
    def comment_id(self) -> int | None: ...


def saw_the_head(event: _Command, context: Context) -> Skip | None:
    """Stop where the newest commit of the pull request came after the comment.

    Its author may push at any moment, and is not bound. GitHub says when the commit was pushed.
    Where the forge does not, the commit itself says when it was made: a clock that lies is not
    found out then. The events of Pagure name the commit that lay there when the comment was made.
    """
    subject = context.subject
    repository, thread, commit = subject.repository, subject.thread, subject.commit
    if repository is None or thread is None or commit is None:
        return Skip("head-unknown", "the comment is not about a commit")
    try:
        pull = context.facts.pull_request(repository, thread.id)
        if pull.author is not None and pull.author.lower() == (subject.actor or "").lower():
            context.decision.fact(f"{pull.author} is the author of the pull request")
            return None
        came, at = _came_at(context, pull, repository, commit)
        said = _said_at(context, repository, thread, event.comment_id)
    except RefusedError as error:
        return Skip("head-unknown", str(error))
    if said is not None and at > said:
        detail = f"{commit[:7]} was {came} at {at:%H:%M:%S} UTC, after the comment"
        return Skip("head-after-comment", detail)
    if said is not None:
        context.decision.fact(f"the comment is of {said:%Y-%m-%d %H:%M:%S} UTC")
    return None


def _came_at(
    context: Context, pull: PullRequest, repository: Repository, commit: str
) -> tuple[str, datetime]:
    """Return how and when the commit came: pushed, as the forge saw it, or made, as it says."""
    # Of another commit than the one that is built the time says nothing.
    pushed = context.facts.pushed_at(repository, pull) if pull.head_sha == commit else None
    if pushed is not None:
        return "pushed", pushed
    return "made", _made_at(context, repository, commit)


def _made_at(context: Context, repository: Repository, commit: str) -> datetime:
    try:
        return context.facts.commit_time(repository, commit)
    except RefusedError:
        # On Pagure the commits of a fork lie in the fork, and not always in the target too.
        fork = context.subject.source
        if fork is None:
            raise
        return context.facts.commit_time(fork, commit)


def _said_at(
    context: Context, repository: Repository, thread: Thread, number: int | None
) -> datetime | None:
    """Return when the comment was written or last edited; None: it is not there any more.

    Only who may write there can delete a comment of somebody else.
    """
    found = context.facts.comment(repository, thread, number) if number is not None else None
    if found is None:
        context.decision.fact("when the comment was written is not known")
        return None
    return found.edited or found.created

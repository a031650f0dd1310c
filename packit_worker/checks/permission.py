"""Who may start what: the same on every forge, and unknown means no."""

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.events.base import Event
from parsers.result import Skip


def may_write(_event: Event, context: Context) -> Skip | None:
    """Stop unless the actor may write to the repository, or is an admin.

    What runs in Koji asks this of everybody: to be the author of the change is never enough there.
    """
    actor, repository = context.subject.actor, context.subject.repository
    if actor is None or repository is None:
        return Skip("actor-unknown", "a deleted account has no rights")
    if context.policy.is_admin(repository.host, actor):
        context.decision.fact(f"{actor} is an admin")
        return None
    try:
        if context.facts.can_merge(repository, actor):
            return None
    except RefusedError as error:
        return Skip("permission-unknown", str(error))
    return Skip("no-write-access", f"{actor} may not write to {repository}")


def may_command(event: Event, context: Context) -> Skip | None:
    """Stop unless the actor may write, or (on GitHub) comments on a pull request of their own.

    On Pagure, which needs no approval, the author alone is not enough.
    """
    skip = may_write(event, context)
    if skip is None or skip.code == "actor-unknown":
        return skip
    return None if _is_author(context) else skip


def _is_author(context: Context) -> bool:
    """Whether the actor is the author of the pull request, on a forge where that counts."""
    actor, thread, repository = (
        context.subject.actor,
        context.subject.thread,
        context.subject.repository,
    )
    if actor is None or repository is None or thread is None or thread.kind != "pull-request":
        return False
    if context.policy.forges.get(repository.host) != "github":
        return False
    try:
        author = context.facts.pull_request(repository, thread.id).author
    except RefusedError as error:
        context.decision.fact(f"the author of the pull request is not known: {error}")
        return False
    # Forges tell logins apart without their case.
    if author is None or author.lower() != actor.lower():
        return False
    context.decision.fact(f"{author} is the author of the pull request")
    return True

"""Who may start what: the same on every forge, and unknown means no."""

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.events.base import Event
from parsers.result import Skip


def may_write(_event: Event, context: Context) -> Skip | None:
    """Stop unless the actor may write to the repository, or is an admin."""
    actor, repository = context.subject.actor, context.subject.repository
    if actor is None or repository is None:
        return Skip("actor-unknown", "a deleted account has no rights")
    if context.policy.is_admin(actor):
        context.decision.fact(f"{actor} is an admin")
        return None
    try:
        if context.facts.can_merge(repository, actor):
            return None
    except RefusedError as error:
        return Skip("permission-unknown", str(error))
    return Skip("no-write-access")


def may_command(event: Event, context: Context) -> Skip | None:
    """Stop unless the actor may write, or (on GitHub) comments on a pull request of their own.

    On Pagure, which needs no approval, the author alone is not enough.
    """
    skip = may_write(event, context)
    if skip is None or skip.code == "actor-unknown":
        return skip
    subject = context.subject
    if subject.repository is None or subject.thread is None:
        return skip
    if context.policy.forges.get(subject.repository.host) != "github":
        return skip
    author = context.facts.pull_request(subject.repository, subject.thread.id).author
    if author == subject.actor:
        context.decision.fact(f"{author} is the author of the pull request")
        return None
    return skip

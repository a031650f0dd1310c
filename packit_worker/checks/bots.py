"""Bots do not answer bots."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip

# A push or a release of our own account is a change like any other.
_SPOKEN = ("pull-request", "issue")


def not_a_bot(_event: Event, context: Context) -> Skip | None:
    """Stop for a pull request or a comment by our own or a sibling bot."""
    subject = context.subject
    if subject.kind in _SPOKEN and context.policy.is_bot(subject.actor):
        return Skip("own-bot", f"{subject.actor} is one of our own accounts")
    return None


def not_our_commits(_event: Event, context: Context) -> Skip | None:
    """Stop for a push of our own: it came from upstream and must not go back there."""
    if context.policy.is_bot(context.subject.actor):
        return Skip("own-commits", f"{context.subject.actor} pushed them")
    return None

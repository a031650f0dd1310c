"""Bots do not answer bots."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip

# A push or a release of our own account is a change like any other.
_SPOKEN = ("pull-request", "issue")


def not_a_bot(_event: Event, context: Context) -> Skip | None:
    """Stop for a pull request or a comment by our own or a sibling bot."""
    subject = context.subject
    if subject.kind not in _SPOKEN:
        context.decision.fact(f"a {subject.kind} counts, whoever made it")
        return None
    if context.policy.is_bot(subject.actor):
        return Skip("own-bot", f"{subject.actor} is one of our own accounts")
    context.decision.fact(_is_none_of_ours(context))
    return None


def not_our_commits(_event: Event, context: Context) -> Skip | None:
    """Stop for a push of our own: it came from upstream and must not go back there."""
    if context.policy.is_bot(context.subject.actor):
        return Skip("own-commits", f"{context.subject.actor} pushed them")
    context.decision.fact(_is_none_of_ours(context))
    return None


def _is_none_of_ours(context: Context) -> str:
    return f"{context.subject.actor or 'a deleted account'} is none of our own accounts"

"""Who was denied is ignored, silently and before any outside call."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip


def not_denied(_event: Event, context: Context) -> Skip | None:
    """Stop for a repository, a namespace, a host or an account that was denied."""
    for allowance in (context.facts.known.repository, context.facts.known.actor):
        if allowance.is_denied:
            return Skip("denied", f"{allowance.key} was denied by an operator")
    return None

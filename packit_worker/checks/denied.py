"""Who was denied is ignored, silently and before any outside call."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.subject import Subject
from parsers.result import Skip


def not_denied(_event: Event, context: Context) -> Skip | None:
    """Stop for a repository, a namespace, a host or an account that was denied.

    The owner of the fork that a pull request comes from counts too: it is their code. A name that
    no forge gives stops as well, because nothing that was decided could be found for it.
    """
    known = context.facts.known
    for allowance in (known.repository, known.actor, *known.others):
        if allowance.is_denied:
            return Skip("denied", f"{allowance.key} was denied by an operator")
        if allowance.is_no_name:
            return Skip("no-name", f"no forge gives the name {allowance.key!r}")
    context.decision.fact(f"no operator denied {', '.join(_looked_up(context.subject))}")
    return None


def _looked_up(subject: Subject) -> list[str]:
    """Return whom the allowlist was asked about."""
    place = str(subject.repository) if subject.repository else subject.account or "anybody"
    host = place.partition("/")[0]
    accounts = [subject.actor, *subject.sources]
    return list(dict.fromkeys([place, *(f"{host}/{each}" for each in accounts if each)]))

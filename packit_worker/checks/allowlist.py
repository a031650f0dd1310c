"""Who may use the service."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.facts import Allowance
from parsers.result import Skip


def is_allowed(_event: Event, context: Context) -> Skip | None:
    """Stop for a namespace that was not approved.

    Results of our own builds are exempt, and so is Pagure, where instead the author of a pull
    request or a comment must be able to merge (`permission`).
    """
    repository = context.subject.repository
    if repository is None or context.subject.kind == "result":
        context.decision.fact("what became of our own work needs no approval")
        return None
    if context.policy.forges.get(repository.host) == "pagure":
        context.decision.fact(f"{repository.host} needs no approval")
        return None
    if context.policy.is_admin(repository.host, context.subject.actor):
        context.decision.fact(f"{context.subject.actor} is an admin")
        return None
    allowance = context.facts.known.repository
    if allowance.is_approved:
        context.decision.fact(f"{allowance.key} is {allowance.status}")
        return None
    return _refusal(allowance, f"{repository.host}/{repository.namespace}")


def _refusal(allowance: Allowance, looked_up: str) -> Skip:
    if allowance.status == "waiting":
        where = f", see {allowance.issue_url}" if allowance.issue_url else ""
        return Skip("waiting-for-approval", f"{allowance.key} waits for approval{where}")
    return Skip("not-allowed", f"{looked_up} was never approved")

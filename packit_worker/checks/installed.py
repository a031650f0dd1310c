"""Nothing is done for those who took our GitHub App away."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip


def not_uninstalled(_event: Event, context: Context) -> Skip | None:
    """Stop where we work as a GitHub App, and know that the account ended or suspended it.

    An approval counts again when the App is installed again. Of an account that we never heard of
    only GitHub itself can tell, and `is_public` asks there next.
    """
    repository = context.subject.repository
    if repository is None:
        context.decision.fact("it is about no repository")
        return None
    if repository.host not in context.policy.app_hosts:
        context.decision.fact(f"we are no GitHub App on {repository.host}")
        return None
    if context.facts.known.is_out_of_reach:
        return Skip("uninstalled", f"our App was taken away from {repository}")
    context.decision.fact(f"we heard of nobody who took our App away from {repository}")
    return None

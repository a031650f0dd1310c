"""Nothing is done for a repository that is not known to be public."""

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.events.base import Event
from packit_worker.forge import Visibility
from parsers.result import Skip


def is_public(_event: Event, context: Context) -> Skip | None:
    """Stop quietly unless the forge says that the repository is public."""
    repository = context.subject.repository
    if repository is None:
        context.decision.fact("it is about no repository")
        return None
    if repository.host not in context.policy.forges:
        return Skip("unknown-forge", f"no forge {repository.host!r} in the settings")
    try:
        visibility = context.facts.visibility(repository)
    except RefusedError as error:  # deleted, private to us, app not installed: unknown means no
        return Skip(error.code, str(error))
    if visibility is Visibility.PRIVATE:
        return Skip("private-repository")
    if visibility is Visibility.UNKNOWN:
        return Skip("visibility-unknown", f"{repository.host} cannot tell; declare it public")
    return None

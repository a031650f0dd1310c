"""Whether the time of a step in the box fits into that of the queues."""

from packit_worker.registry import SLOW_WORDS
from packit_worker.routing import Routing
from packit_worker.settings import Settings

# Seconds for what is fetched before a step, and pushed after it.
_AROUND = 60


def box_misfit(settings: Settings, routing: Routing) -> str | None:
    """Return why a queue may end a step before its own time is over; None: it does not.

    Where it does, nobody is told that it was the step that took too long.
    """
    seconds = settings.service.box.seconds
    soft = min(routing.routes[word].soft_time_limit for word in SLOW_WORDS)
    if seconds + _AROUND <= soft:
        return None
    return (
        f"box.seconds is {seconds}, but should be {_AROUND} less at least than the shortest "
        f"soft_time_limit where steps run, {soft} in {settings.queues_file}"
    )

"""The decision about an event, as the commands print it."""

from typing import Any

import msgspec

from packit_worker.decision import Decision
from packit_worker.decision_tree import Line, decided, recognised
from packit_worker.registry import EVENTS

_NAMES = {event.task(): event.__name__ for event in EVENTS}


def decision_of(event: Any) -> Decision:
    """Return the decision in an event's row; an empty one where nothing can be read."""
    try:
        return Decision.from_json(event.decision)
    except msgspec.ValidationError:  # of a version that kept it in another form
        return Decision()


def tree_of(event: Any) -> list[Line]:
    """Return what an event was recognised as, and every step of its decision."""
    name = event_name(event)
    return [*recognised(name, event.task, event.kwargs, None), *decided(decision_of(event))]


def event_name(event: Any) -> str:
    """Return the name of an event: `PullRequestGHEvent`."""
    task = str(event.task)
    return _NAMES.get(task, task)

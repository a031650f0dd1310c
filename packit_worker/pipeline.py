"""Stage 2, one event: the engine that walks it through checks and handlers."""

import logging

from packit_worker.events.base import Event

log = logging.getLogger(__name__)


def process(event: Event) -> str:
    """Walk an event through stage 2 and return how it ended."""
    log.info("%s rebuilt: %s", type(event).__name__, event)
    return "done"

"""The function of rows whose work is not built yet."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.handler import Failed, Result

CODE = "not-implemented"


def not_implemented(_event: Event, _context: Context) -> Result:
    """Say that nothing was done."""
    return Failed(CODE, "this packit-worker cannot do it yet")

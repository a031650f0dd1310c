"""The routing table for a command: what is wrong with it is said, with exit code 2."""

from pathlib import Path

import click

from packit_worker.registry import WORDS
from packit_worker.routing import Routing, RoutingError, load_routing
from packit_worker.settings import Settings


def load_table(file: Path | None = None) -> Routing:
    """Load the routing table from `file`, else from where the settings say.

    Raises:
        click.UsageError: it cannot be used.
    """
    try:
        return load_routing(file or Settings.from_environ().queues_file, WORDS)
    except RoutingError as error:
        raise click.UsageError(str(error)) from None

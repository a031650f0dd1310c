"""What an operator set up, for a command: what is wrong with it is said, with exit code 2."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from packit_worker.registry import WORDS
from packit_worker.routing import Routing, RoutingError, load_routing
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

if TYPE_CHECKING:
    from packit_worker.pipeline import Engine
    from packit_worker.store.database import Database


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        click.UsageError: packit-worker.yaml cannot be used.
    """
    try:
        return Settings.from_environ()
    except FileError as error:
        raise click.UsageError(str(error)) from None


def load_table(file: Path | None = None) -> Routing:
    """Load the routing table from `file`, else from where the settings say.

    Raises:
        click.UsageError: it cannot be used.
    """
    try:
        return load_routing(file or load_settings().queues_file, WORDS)
    except RoutingError as error:
        raise click.UsageError(str(error)) from None


def database_of(settings: Settings) -> "Database":
    """Open the database of the settings.

    Raises:
        click.UsageError: it does not answer, or must be upgraded first.
    """
    from packit_worker.assembly import open_database  # noqa: PLC0415 - loads the store
    from packit_worker.store.errors import StoreError  # noqa: PLC0415

    try:
        return open_database(settings)
    except StoreError as error:
        raise click.UsageError(f"database: {error}") from None


def engine_of(settings: Settings) -> "Engine":
    """Put stage 2 together.

    Raises:
        click.UsageError: the database or what the settings say of a forge cannot be used.
    """
    from packit_worker.assembly import build_engine  # noqa: PLC0415 - loads stage 2
    from packit_worker.store.errors import StoreError  # noqa: PLC0415

    try:
        return build_engine(settings)
    except StoreError as error:
        raise click.UsageError(f"database: {error}") from None
    except (ValueError, OSError) as error:
        raise click.UsageError(f"authentication: {error}") from None

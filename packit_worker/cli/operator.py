"""What an operator set up, for a command: what is wrong with it is said, with exit code 2."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from packit_worker.registry import WORDS
from packit_worker.routing import Routing, RoutingError, UnreadableError, load_routing
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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


def observe_here(settings: Settings) -> None:
    """Log and report from this process, which is no Celery worker, as the settings say.

    Raises:
        click.UsageError: the DSN of Sentry cannot be used.
    """
    from packit_worker import logs, sentry  # noqa: PLC0415 - loads Celery
    from packit_worker.processes import redactor_of, start_sentry  # noqa: PLC0415

    logs.set_up(settings.service.log_format, logging.INFO, redactor_of(settings))
    try:
        start_sentry(settings)
    except (FileError, sentry.BadDsnError) as error:
        raise click.UsageError(str(error)) from None


def load_settings_of_service() -> Settings:
    """Read the settings as `load_settings`, and tell what an operator should know about keys."""
    settings = load_settings()
    for note in settings.notes:
        click.echo(f"Note: {note}", err=True)
    return settings


def load_table(file: Path | None = None) -> Routing:
    """Load the routing table from `file`, else from where the settings say.

    Raises:
        click.UsageError: it cannot be used.
    """
    try:
        return load_routing(file or load_settings().queues_file, WORDS)
    except UnreadableError as error:
        is_by_variable = file is None and os.environ.get("PACKIT_WORKER_QUEUES")
        raise click.UsageError(
            f"{'PACKIT_WORKER_QUEUES: ' * bool(is_by_variable)}{error}"
        ) from None
    except RoutingError as error:
        raise click.UsageError(str(error)) from None


def database_of(settings: Settings) -> "Database":
    """Open the database of the settings.

    Raises:
        click.UsageError: it does not answer, or must be upgraded first.
    """
    from packit_worker.assembly import open_database  # noqa: PLC0415 - loads the store

    with told():
        return open_database(settings)


@contextmanager
def ledger_session(*, writes: bool = False) -> Iterator["Session"]:
    """One transaction on the database of the settings.

    Raises:
        click.UsageError: the database does not answer, or a key of the allowlist is none.
    """
    database = database_of(load_settings())
    from packit_worker.store.errors import BadKeyError, StoreUnavailableError  # noqa: PLC0415

    try:
        with database.write() if writes else database.read() as session:
            yield session
    except StoreUnavailableError as error:
        raise click.UsageError(f"database: {error}") from None
    except BadKeyError as error:
        raise click.UsageError(str(error)) from None
    finally:
        database.close()


def engine_of(settings: Settings) -> "Engine":
    """Put stage 2 together.

    Raises:
        click.UsageError: the database or what the settings say of a forge cannot be used.
    """
    from packit_worker.assembly import build_engine  # noqa: PLC0415 - loads stage 2

    with told():
        return build_engine(settings)


@contextmanager
def engine_to_ask(settings: Settings) -> Iterator["Engine"]:
    """Put stage 2 together for questions: its database is only read, and not made if it is missing.

    Raises:
        click.UsageError: as `engine_of`, also from within the block.
    """
    from packit_worker.assembly import build_engine, database_to_ask  # noqa: PLC0415 - stage 2
    from packit_worker.store.errors import StoreUnavailableError  # noqa: PLC0415

    with TemporaryDirectory(prefix="packit-worker-") as spare:
        with told():
            database = database_to_ask(settings, Path(spare))
            engine = build_engine(settings, database=database)
        try:
            yield engine
        except StoreUnavailableError as error:
            raise click.UsageError(f"database: {error}") from None
        finally:
            database.close()


def check_stage_2(settings: Settings) -> None:
    """Refuse what no event could be processed with; a database that is down is waited for.

    Raises:
        click.UsageError: the database is none of ours or must be upgraded first, or a forge cannot
            be used.
    """
    from packit_worker.assembly import build_forges, open_database  # noqa: PLC0415 - stage 2
    from packit_worker.service_assembly import build_services  # noqa: PLC0415
    from packit_worker.store.errors import (  # noqa: PLC0415
        StoreUnavailableError,
        UnfitDatabaseError,
    )

    with told():
        build_forges(settings).close()
        build_services(settings)
        try:
            open_database(settings).close()
        except StoreUnavailableError as error:
            if isinstance(error, UnfitDatabaseError):
                raise


@contextmanager
def told() -> Iterator[None]:
    """Say in one line what stage 2 cannot be put together from."""
    from packit_worker.embedded import EmbeddedBrokerError  # noqa: PLC0415
    from packit_worker.store.errors import StoreError  # noqa: PLC0415 - loads the store

    try:
        yield
    except StoreError as error:
        raise click.UsageError(f"database: {error}") from None
    except EmbeddedBrokerError as error:
        raise click.UsageError(f"state folder: {error}") from None
    except FileError as error:
        raise click.UsageError(str(error)) from None
    except ValueError as error:
        raise click.UsageError(f"authentication: {error}") from None

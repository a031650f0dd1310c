"""`packit-worker db`: the schema of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from packit_worker.assembly import database_to_upgrade
from packit_worker.cli.operator import load_settings, told
from packit_worker.store import schema
from packit_worker.store.database import Database


@click.group(epilog="Exit codes: 0 well done; 2 the database does not answer or is not named.")
def db() -> None:
    """Look at the schema of the database that the settings name, or upgrade it."""


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest revision. Stop the workers first."""
    with _database() as database:
        schema.upgrade(database)
        click.echo(f"the schema is {schema.current(database)}")


@db.command()
def current() -> None:
    """Print the revision of the schema, and the newest one."""
    with _database() as database:
        click.echo(f"{schema.current(database) or 'empty'} (newest: {schema.head()})")


@contextmanager
def _database() -> Iterator[Database]:
    settings = load_settings()
    with told():
        database = database_to_upgrade(settings)
        try:
            yield database
        finally:
            database.close()

"""`packit-worker pages`: what commit statuses link to."""

from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from msgspec import structs

from packit_worker.cli.operator import load_settings_of_service, observe_here, told
from packit_worker.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

_USUAL_PORT = 8080
# A browser asks at once; who does not may not keep a thread.
_RECEIVE_SECONDS = 10.0


@click.command(
    epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM; 1 it cannot listen there; 2 wrong usage or "
    "settings, or a database whose schema is too old. One that does not answer is waited for."
)
@click.option("--bind", metavar="HOST:PORT", help="Default: the port of pages_url, on loopback.")
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=4, show_default=True)
def pages(bind: str | None, processes: int, threads: int) -> None:
    """Serve the pages of events and runs until Ctrl-C; put a proxy with TLS before it.

    Only what belongs to a repository that is known to be public is shown. The database is only
    read.
    """
    from packit_worker.assembly import database_to_read  # noqa: PLC0415 - loads the store
    from packit_worker.http_server import Server  # noqa: PLC0415 - loads gunicorn
    from packit_worker.pages.app import create_app  # noqa: PLC0415 - loads Flask

    settings = load_settings_of_service()
    observe_here(settings)
    _check(settings)
    address = bind or default_address(settings)

    # They match no results of Copr, and need not be able to read the file of its key.
    without_copr = structs.replace(settings, service=structs.replace(settings.service, copr=None))

    def make() -> "Flask":
        return create_app(database_to_read(settings), without_copr.policy())

    Server(
        "pages",
        make,
        bind=address,
        processes=processes,
        threads=threads,
        receive_seconds=_RECEIVE_SECONDS,
    ).run()


def default_address(settings: Settings) -> str:
    """Return where the pages listen unless told: loopback, at the port of `pages_url`."""
    parts = urlsplit(settings.service.pages_url)
    is_local = parts.hostname in ("localhost", "127.0.0.1")
    return f"127.0.0.1:{parts.port or _USUAL_PORT}" if is_local else f"127.0.0.1:{_USUAL_PORT}"


def _check(settings: Settings) -> None:
    """Refuse a database that is too old; one that is down, or not made yet, is waited for.

    Raises:
        click.UsageError: it is too old, or the settings name none that we can use.
    """
    from packit_worker.assembly import database_to_read  # noqa: PLC0415 - loads the store
    from packit_worker.store import schema  # noqa: PLC0415
    from packit_worker.store.errors import (  # noqa: PLC0415
        StoreUnavailableError,
        UnfitDatabaseError,
    )

    with told(), closing(database_to_read(settings)) as database:
        try:
            schema.check_schema(database)
        except StoreUnavailableError as error:
            if isinstance(error, UnfitDatabaseError):
                raise

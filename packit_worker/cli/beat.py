"""`packit-worker beat`: the clock that sends the sweep."""

from contextlib import nullcontext

import click

from packit_worker.app import create_app
from packit_worker.broker_url import BrokerUrlError
from packit_worker.cli.operator import load_settings_of_service, load_table
from packit_worker.embedded import EmbeddedBrokerError, embedded_broker, state_folder


@click.command(epilog="Exit codes: 0 ended by a signal; 2 wrong usage or settings.")
@click.option("--loglevel", default="INFO", show_default=True)
def beat(loglevel: str) -> None:
    """Send the sweep every ten seconds, until SIGTERM or Ctrl-C. One is enough; two do no harm."""
    load_table()
    settings = load_settings_of_service()
    try:
        with nullcontext() if settings.broker else embedded_broker():
            app = create_app(settings)
            # Beat keeps there when it sent the last one.
            schedule = str(state_folder() / "beat-schedule")
            app.Beat(loglevel=loglevel, schedule=schedule, quiet=True).run()
    except EmbeddedBrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None
    except BrokerUrlError as error:
        raise click.UsageError(f"PACKIT_WORKER_BROKER {error}") from None

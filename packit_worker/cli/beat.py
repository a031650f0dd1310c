"""`packit-worker beat`: the clock that sends the sweep."""

import click

from packit_worker.app import create_app
from packit_worker.cli.operator import load_settings
from packit_worker.embedded import embedded_broker, state_folder


@click.command(epilog="Exit codes: 0 ended by a signal; 2 wrong usage or settings.")
@click.option("--loglevel", default="INFO", show_default=True)
def beat(loglevel: str) -> None:
    """Send the sweep every ten seconds, until SIGTERM or Ctrl-C. One is enough; two do no harm."""
    settings = load_settings()
    app = create_app(settings)
    schedule = str(state_folder() / "beat-schedule")
    run = app.Beat(loglevel=loglevel, schedule=schedule, quiet=True).run
    if settings.broker is not None:
        run()
        return
    with embedded_broker():
        run()

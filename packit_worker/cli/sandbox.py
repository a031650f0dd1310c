"""`packit-worker sandbox`: stand-ins of the forges on loopback."""

from pathlib import Path

import click

from packit_worker.embedded import state_folder
from packit_worker.sandbox.serve import GITHUB_ADDRESS, PAGURE_ADDRESS, serve
from packit_worker.sandbox.settings import write_settings


@click.command(epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM; 2 wrong usage.")
@click.option("--folder", type=click.Path(path_type=Path), help="Default: in the state folder.")
@click.option("--github", default=GITHUB_ADDRESS, show_default=True, help="Port 0: any free one.")
@click.option("--pagure", default=PAGURE_ADDRESS, show_default=True, help="On another host.")
def sandbox(folder: Path | None, github: str, pagure: str) -> None:
    """Run stand-ins of GitHub and Pagure, with a small world, until Ctrl-C.

    The folder gets a packit-worker.yaml that names them, for PACKIT_WORKER_CONFIG.
    What is written to them is shown by GET /_sandbox/writes.
    """
    place = folder or state_folder() / "sandbox"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def ready(github_url: str, pagure_url: str) -> None:
        file = write_settings(place, github_url, pagure_url)
        click.echo(f"GitHub at {github_url}, Pagure at {pagure_url}; settings: {file}")

    try:
        serve(place, github, pagure, ready)
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from None

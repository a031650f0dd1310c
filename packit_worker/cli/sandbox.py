"""`packit-worker sandbox`: stand-ins of the forges on loopback."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from packit_worker.cli.printing import print_table
from packit_worker.embedded import EmbeddedBrokerError, state_folder
from packit_worker.sandbox.serve import GITHUB_ADDRESS, PAGURE_ADDRESS, serve
from packit_worker.sandbox.settings import SETTINGS_FILE, write_settings
from packit_worker.settings import ServiceFile
from packit_worker.yaml_file import FileError, load

_COLUMNS = ("by", "where", "what", "state", "text")
_SECONDS = 5


@click.command(
    epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM, or all was printed; 2 wrong usage, an "
    "address in use, or with --writes no sandbox that answers."
)
@click.option("--folder", type=click.Path(path_type=Path), help="Default: in the state folder.")
@click.option("--github", default=GITHUB_ADDRESS, show_default=True, help="Port 0: any free one.")
@click.option("--pagure", default=PAGURE_ADDRESS, show_default=True, help="On another host.")
@click.option("--pages-url", metavar="URL", help="Where the pages lie, for the settings.")
@click.option("--writes", is_flag=True, help="Only print what was written to one that runs.")
def sandbox(
    folder: Path | None, github: str, pagure: str, pages_url: str | None, *, writes: bool
) -> None:
    """Run stand-ins of GitHub and Pagure, with a small world, until Ctrl-C.

    The folder gets a packit-worker.yaml that names them, for PACKIT_WORKER_CONFIG.
    What is written to them is shown by --writes, or by GET /_sandbox/writes.
    """
    try:
        place = folder or state_folder() / "sandbox"
        if writes:
            print_table(_COLUMNS, map(_row, _writes(place)), "Written to the forges of the sandbox")
            return
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        serve(place, github, pagure, lambda one, other: _ready(place, one, other, pages_url))
    except (ValueError, EmbeddedBrokerError, FileError) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.UsageError(f"{where}{error.strerror or error}") from None


def _ready(place: Path, github_url: str, pagure_url: str, pages_url: str | None) -> None:
    file = write_settings(place, github_url, pagure_url, pages_url)
    click.echo(f"GitHub at {github_url}, Pagure at {pagure_url}; settings: {file}")


def _writes(place: Path) -> list[dict[str, Any]]:
    """Ask both stand-ins of the sandbox in a folder what was written to them."""
    import requests  # noqa: PLC0415 - only here

    access = load(place / SETTINGS_FILE, ServiceFile).authentication
    urls = dict.fromkeys(str(forge.api_url) for forge in access.values())
    answers = [requests.get(f"{url}/_sandbox/writes", timeout=_SECONDS).json() for url in urls]
    return [write for answer in answers for write in answer]


def _row(write: dict[str, Any]) -> Iterable[str]:
    """Return a write in a few words; the two forges call the same things otherwise."""
    data = write["data"]
    place = f"@{data['sha'][:8]}" if "sha" in data else f"#{data.get('thread', data.get('id'))}"
    name = data.get("context") or data.get("username") or ""
    text = data.get("description") or data.get("comment") or data.get("body") or ""
    first = next((line for line in text.splitlines() if line and "<!--" not in line), "")
    state = str(data.get("state") or data.get("status") or "")
    return write["by"], write["repository"] + place, f"{write['kind']} {name}", state, first

"""`packit-worker sandbox`: stand-ins of the services on loopback."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from packit_worker.cli.printing import print_table
from packit_worker.embedded import EmbeddedBrokerError, state_folder
from packit_worker.sandbox.bus import Bus
from packit_worker.sandbox.serve import ADDRESSES, serve
from packit_worker.sandbox.settings import SETTINGS_FILE, write_settings
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import FileError, load

_COLUMNS = ("by", "where", "what", "state", "text")
_SECONDS = 5
_POLL_SECONDS = 0.2


def _address_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command an option for the address of each stand-in."""
    for name, address in reversed(ADDRESSES.items()):
        option = f"--{name.replace('_', '-')}"
        command = click.option(
            option, default=address, show_default=True, help="Port 0: any free one."
        )(command)
    return command


@click.command(
    epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM, or all was printed; 2 wrong usage, an "
    "address in use, or with --writes no sandbox that answers."
)
@click.option("--folder", type=click.Path(path_type=Path), help="Default: in the state folder.")
@_address_options
@click.option("--any-ports", is_flag=True, help="Take any free port for each.")
@click.option("--pages-url", metavar="URL", help="Where the pages lie, for the settings.")
@click.option("--writes", is_flag=True, help="Only print what was written to one that runs.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="With --writes: first wait, at most so long, until no status is pending.",
)
def sandbox(
    folder: Path | None,
    pages_url: str | None,
    *,
    any_ports: bool,
    writes: bool,
    wait: float,
    **addresses: str,
) -> None:
    """Run stand-ins of the services, with a small world, until Ctrl-C.

    They are GitHub, Pagure, a lookaside cache, Copr, Bodhi, FASJSON, Testing Farm and Koji. What
    the builds and tests tell goes to the broker of the settings.
    The folder gets a packit-worker.yaml that names them, for PACKIT_WORKER_CONFIG.
    What is written to them is shown by --writes, or by GET /_sandbox/writes; POST and DELETE
    /_sandbox/faults have them fail and stop failing, as README.md says.
    """
    if any_ports:
        addresses = {name: f"{each.rpartition(':')[0]}:0" for name, each in addresses.items()}
    try:
        place = folder or state_folder() / "sandbox"
        if writes:
            written = _settled_writes(place, wait)
            print_table(_COLUMNS, map(_row, written), "Written to the sandbox")
            return
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        bus = Bus(Settings.from_environ())
        serve(place, addresses, lambda urls: _ready(place, urls, pages_url), bus.send)
    except (ValueError, EmbeddedBrokerError, FileError) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.UsageError(f"{where}{error.strerror or error}") from None


def _ready(place: Path, urls: Mapping[str, str], pages_url: str | None) -> None:
    file = write_settings(place, urls, pages_url)
    answering = ", ".join(f"{name.replace('_', ' ')} at {url}" for name, url in urls.items())
    click.echo(f"{answering}; settings: {file}")


def _settled_writes(place: Path, seconds: float) -> list[dict[str, Any]]:
    """Return what was written, once no status is pending or the time is over."""
    give_up_at = time.monotonic() + seconds
    while True:
        written = _writes(place)
        if not _is_any_pending(written) or time.monotonic() >= give_up_at:
            return written
        time.sleep(_POLL_SECONDS)


def _is_any_pending(written: list[dict[str, Any]]) -> bool:
    newest = {}
    for each in written:
        data = each["data"]
        if each["kind"] == "status":
            name = data.get("context") or data.get("username")
            newest[each["repository"], data["sha"], name] = data.get("state") or data.get("status")
    return "pending" in newest.values()


def _writes(place: Path) -> list[dict[str, Any]]:
    """Ask the stand-ins of the sandbox in a folder what was written to them."""
    import requests  # noqa: PLC0415 - only here

    service = load(place / SETTINGS_FILE, ServiceFile)
    urls = [str(forge.api_url) for forge in service.authentication.values()]
    if service.copr is not None:
        urls.append(str(service.copr.url))
    urls.append(str(service.testing_farm.api_url).removesuffix("/v0.1"))
    if service.dist_git is not None:
        urls.append(str(service.dist_git.lookaside_url).removesuffix("/pkgs"))
    if service.koji is not None:
        urls.append(str(service.koji.web_url))
    answers = [
        requests.get(f"{url}/_sandbox/writes", timeout=_SECONDS).json()
        for url in dict.fromkeys(urls)
    ]
    return [write for answer in answers for write in answer]


def _row(write: dict[str, Any]) -> Iterable[str]:
    """Return a write in a few words; the two forges call the same things otherwise."""
    data = write["data"]
    number = data.get("thread", data.get("id"))
    place = f"@{data['sha'][:8]}" if "sha" in data else f"#{number}" if number else ""
    name = data.get("context") or data.get("username") or data.get("filename") or ""
    text = (
        data.get("description")
        or data.get("comment")
        or data.get("title")
        or data.get("body")
        or ""
    )
    if "environments" in data:  # of Testing Farm
        text = ", ".join(each["os"]["compose"] for each in data["environments"])
    if "chroots" in data:  # of Copr
        text = ", ".join(data["chroots"])
    where = write["repository"]
    if "target" in data:  # of Koji, whose path is that of an upload
        where, text = where.rpartition("/")[2], f"for {data['target']}"
    first = next((line for line in text.splitlines() if line and "<!--" not in line), "")
    state = str(data.get("state") or data.get("status") or "")
    return write["by"], where + place, f"{write['kind']} {name}", state, first

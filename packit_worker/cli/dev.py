"""`packit-worker dev`: everything on one machine, in the foreground."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

import click

from packit_worker.broker import BrokerError, broker_app
from packit_worker.cli.operator import check_stage_2, database_of, load_settings, load_table
from packit_worker.cli.pages import default_address
from packit_worker.embedded import state_folder
from packit_worker.registry import STAGE_1_WORDS
from packit_worker.relay.doors import open_doors
from packit_worker.routing import Routing
from packit_worker.sandbox.settings import SETTINGS_FILE
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

_GRACE = 60  # seconds that a worker gets to finish what it has in hand
_SANDBOX_SECONDS = 60
_PR_SET_PDEATHSIG = 1
# Whom the sandbox's saved payloads speak of, and who may use it.
_APPROVED = "github.com/meadow-tools"


@click.command(
    epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM; 1 a part ended by itself; 2 wrong "
    "settings or no broker."
)
def dev() -> None:
    """Run everything until Ctrl-C: broker, workers of both stages, relay, beat, pages.

    The relay runs if the settings hold a secret of a webhook; those of the sandbox do.
    The broker is the embedded one, unless PACKIT_WORKER_BROKER names another. Without
    PACKIT_WORKER_CONFIG the sandbox runs too, so that nothing outside is asked. What is queued, or
    in hand, at the end is there again the next time.
    """
    routing = load_table()
    # No Event: a handler that sets one while it begins to be waited for waits for itself.
    stop: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: stop.put(number))
    parts = _Parts()
    try:
        with broker_app(None), parts:
            check_stage_2(load_settings())
            pages = _free_address(load_settings())
            if not os.environ.get("PACKIT_WORKER_CONFIG"):
                _start_sandbox(parts, stop, pages)
            elif pages != default_address(load_settings()):
                _tell_of_other(pages, load_settings())
            for name, arguments in (_workers(routing) | _relay()).items():
                parts.start(name, arguments)
            parts.start("pages", ["pages", "--bind", pages])
            click.echo(f"Pages at http://{pages}", err=True)
            click.echo(f"Running: {', '.join(parts.running)}. Ctrl-C stops all.", err=True)
            ended = parts.wait(stop)
    except BrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None
    if ended:
        click.echo(f"Ended by itself: {', '.join(ended)}", err=True)
    raise SystemExit(1 if ended else 0)


def _workers(routing: Routing) -> dict[str, list[str]]:
    """Return the command line of each part, by its name."""
    stage_1 = {routing.routes[word].queue for word in STAGE_1_WORDS}
    slow = {route.slow_queue for route in routing.routes.values() if route.slow_queue}
    stage_2 = [queue for queue in routing.queues if queue not in stage_1 | slow]
    workers = {
        "stage 1 worker": ["worker", "--queues", ",".join(sorted(stage_1))],
        "stage 2 worker": ["worker", "--queues", ",".join(stage_2), "--concurrency", "2"],
    }
    if slow:
        queues = ",".join(sorted(slow))
        workers["slow worker"] = ["worker", "--queues", queues, "--concurrency", "1"]
    return workers | {"beat": ["beat"]}


def _free_address(settings: Settings) -> str:
    """Return where the pages are to listen: where statuses link to, or else at any free port."""
    wanted = default_address(settings)
    host, _, port = wanted.rpartition(":")
    for each in (int(port), 0):
        with suppress(OSError), socket.create_server((host, each)) as listener:
            return f"{host}:{listener.getsockname()[1]}"
    return wanted


def _tell_of_other(pages: str, settings: Settings) -> None:
    click.echo(
        f"Note: statuses link to {settings.service.pages_url} (pages_url), and something else "
        f"listens there; make it http://{pages}, or another free port",
        err=True,
    )


def _relay() -> dict[str, list[str]]:
    """Return the command line of the relay, if the settings hold a secret for it."""
    try:
        doors = open_doors(load_settings().service)
    except FileError as error:
        raise click.UsageError(str(error)) from None
    return {"relay": ["relay", "--processes", "1"]} if doors else {}


def _start_sandbox(parts: "_Parts", stop: SimpleQueue[int], pages: str) -> None:
    """Start the stand-ins, point everything at them, and approve who lives there."""
    folder = state_folder() / "sandbox"
    file = folder / SETTINGS_FILE
    file.unlink(missing_ok=True)
    addresses = ["--any-ports", "--pages-url", f"http://{pages}"]
    part = parts.start("sandbox", ["sandbox", "--folder", str(folder), *addresses])
    if not _appears(file, part, stop):
        return
    os.environ["PACKIT_WORKER_CONFIG"] = str(file)
    from packit_worker.store import allowlist  # noqa: PLC0415 - loads SQLAlchemy

    with database_of(load_settings()).write() as session:
        allowed = allowlist.AllowStatus.APPROVED_MANUALLY
        allowlist.enter(session, _APPROVED, allowed, by="sandbox", now=datetime.now(UTC))


def _appears(file: Path, part: "subprocess.Popen[bytes]", stop: SimpleQueue[int]) -> bool:
    """Wait until the part has written the file; False: the end is wanted before that."""
    give_up_at = time.monotonic() + _SANDBOX_SECONDS
    while not file.exists():
        if not stop.empty():
            return False
        if part.poll() is not None or time.monotonic() > give_up_at:
            raise click.ClickException("the sandbox did not start")
        time.sleep(0.05)
    return True


def _ends_with(parent: int) -> Callable[[], None]:
    """Return what a new process calls, so that it gets SIGTERM when its parent is killed.

    See https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    library = ctypes.CDLL(None)  # loaded before the fork

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before that
            os._exit(1)

    return ask


class _Parts:
    """The processes that run."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        """Start a part.

        In a session of its own: Ctrl-C on the terminal reaches this process only, which then asks
        each part once to finish (a second signal makes a worker drop what it has in hand).
        """
        command = [sys.executable, "-m", "packit_worker", *arguments]
        part = subprocess.Popen(  # noqa: S603 - our own command
            command,
            start_new_session=True,
            preexec_fn=_ends_with(os.getpid()),  # noqa: PLW1509 - no other thread runs here
        )
        self.running[name] = part
        return part

    def wait(self, stop: SimpleQueue[int]) -> list[str]:
        """Wait for a signal, or until a part ends; return the names of those that ended."""
        while True:
            with suppress(Empty):
                stop.get(timeout=0.2)
                return []
            ended = [name for name, part in self.running.items() if part.poll() is not None]
            if ended:
                return ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Ask every part to finish what it has in hand; the sandbox last."""
        for part in reversed(self.running.values()):
            part.terminate()
            try:
                part.wait(_GRACE)
            except subprocess.TimeoutExpired:
                part.kill()  # what it had in hand is not acked, so the broker gives it again

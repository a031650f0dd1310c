"""`packit-worker dev`: everything on one machine, in the foreground."""

import signal
import subprocess
import sys
import threading

import click

from packit_worker.broker import BrokerError, broker_app
from packit_worker.cli.routing_table import load_table
from packit_worker.registry import STAGE_1_WORDS
from packit_worker.routing import Routing

_GRACE = 60  # seconds that a worker gets to finish what it has in hand


@click.command(
    epilog="Exit codes: 0 ended by Ctrl-C or SIGTERM; 1 a part ended by itself; 2 wrong "
    "settings or no broker."
)
def dev() -> None:
    """Run a broker, a stage 1 worker and a stage 2 worker until Ctrl-C.

    The broker is the embedded one, unless PACKIT_WORKER_BROKER names another. What is queued, or
    in hand, at the end is there again the next time.
    """
    routing = load_table()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with broker_app(None):
            raise SystemExit(_run(_parts(routing), stop))
    except BrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None


def _parts(routing: Routing) -> dict[str, list[str]]:
    """Return the command line of each part, by its name."""
    stage_1 = {routing.routes[word].queue for word in STAGE_1_WORDS}
    stage_2 = [queue for queue in routing.queues if queue not in stage_1]
    command = [sys.executable, "-m", "packit_worker", "worker", "--queues"]
    return {
        "stage 1 worker": [*command, ",".join(sorted(stage_1))],
        "stage 2 worker": [*command, ",".join(stage_2), "--concurrency", "2"],
    }


def _run(parts: dict[str, list[str]], stop: threading.Event) -> int:
    # In a session of their own: Ctrl-C on the terminal reaches this process only, which then asks
    # each part once to finish (a second signal would make a worker drop what it has in hand).
    running = {
        name: subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command
        for name, command in parts.items()
    }
    click.echo(f"Running: {', '.join(running)}. Ctrl-C stops all.", err=True)
    while not stop.wait(0.2) and all(part.poll() is None for part in running.values()):
        pass
    ended = [name for name, part in running.items() if part.poll() is not None]
    for part in running.values():
        part.terminate()
    for part in running.values():
        try:
            part.wait(_GRACE)
        except subprocess.TimeoutExpired:
            part.kill()  # what it had in hand is not acked, so the broker gives it again
    if ended:
        click.echo(f"Ended by itself: {', '.join(ended)}", err=True)
    return 1 if ended else 0

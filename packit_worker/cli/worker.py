"""`packit-worker worker`: a Celery worker with the right defaults for the queues it serves."""

import os
from contextlib import ExitStack
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from celery.worker import state

from packit_worker import embedded
from packit_worker.box_time import box_misfit
from packit_worker.broker_url import BrokerUrlError
from packit_worker.cli.operator import check_stage_2, load_settings_of_service, load_table
from packit_worker.registry import STAGE_1_WORDS
from packit_worker.routing import Routing
from packit_worker.settings import Settings
from packit_worker.words import nearest

if TYPE_CHECKING:
    from celery import Celery

_LAST_PORT = 65_535


@click.command(
    epilog="Exit codes: 0 ended by a signal; 1 a failure; 2 wrong usage or settings, or the "
    "embedded broker cannot be started. Another broker that does not answer is waited for."
)
@click.option(
    "--queues", "names", metavar="QUEUE,...", help="Queues of queues.yaml to serve. Default: all."
)
@click.option(
    "--pool",
    type=click.Choice(["prefork", "solo", "threads"]),
    help="How tasks run. Default: solo if all the queues are of stage 1, else prefork.",
)
@click.option("--concurrency", type=click.IntRange(1), help="Processes or threads of the pool.")
@click.option(
    "--loglevel",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="INFO",
    show_default=True,
    help="What is logged.",
)
@click.option(
    "--metrics", metavar="HOST:PORT", help="Serve counters and queues there, for Prometheus."
)
@click.option(
    "--liveness-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to touch every 5 s, while the worker runs and has its broker.",
)
def worker(
    names: str | None,
    pool: str | None,
    concurrency: int | None,
    loglevel: str,
    metrics: str | None,
    liveness_file: Path | None,
) -> None:
    """Run a Celery worker until SIGTERM or Ctrl-C; what it has in hand is finished first.

    With nothing configured the broker is the embedded one; PACKIT_WORKER_BROKER names another.
    `celery -A packit_worker worker` does the same, with Celery's own options.
    """
    routing = load_table()
    queues = _chosen(names, routing)
    is_stage_1 = set(queues) <= {routing.routes[word].queue for word in STAGE_1_WORDS}
    settings = load_settings_of_service()
    address = _address(metrics) if metrics else None
    if liveness_file and not os.access(liveness_file.parent, os.W_OK):
        raise click.UsageError(f"--liveness-file: {liveness_file.parent} cannot be written to")
    try:
        with ExitStack() as held:
            # Held here too, not only by the worker: what is wrong is said before anything runs.
            if not settings.broker:
                held.enter_context(embedded.embedded_broker())
            if not is_stage_1:
                check_stage_2(settings)
                if misfit := box_misfit(settings, routing):
                    click.echo(f"Note: {misfit}", err=True)
            app = _make_app(settings, routing, address, held)
            app.conf.worker_liveness_file = liveness_file and str(liveness_file)
            pool = pool or ("solo" if is_stage_1 else "prefork")
            if is_stage_1:
                # Parsing takes milliseconds: a process of its own for each task would only cost
                # memory.
                app.conf.worker_prefetch_multiplier = 16
            name = f"{'stage1' if is_stage_1 else 'stage2'}-{os.getpid()}@{gethostname()}"
            raise SystemExit(_serve(app, name, queues, pool, concurrency, loglevel))
    except embedded.EmbeddedBrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None
    except BrokerUrlError as error:
        raise click.UsageError(f"PACKIT_WORKER_BROKER {error}") from None


def _make_app(
    settings: Settings, routing: Routing, address: tuple[str, int] | None, held: ExitStack
) -> "Celery":
    """Return the application; what it counts is served at that address while `held` is."""
    if address is not None:
        # Of its own: the files are named after processes, whose numbers other containers have too.
        folder = held.enter_context(TemporaryDirectory(prefix="packit-worker-metrics-"))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when the library is loaded
    from packit_worker.app import create_app  # noqa: PLC0415 - makes the counters

    app = create_app(settings)
    if address is not None:
        from packit_worker import exposing  # noqa: PLC0415 - loads the library

        try:
            held.enter_context(exposing.exposed(app, routing.queues, *address))
        except OSError as error:
            raise click.ClickException(f"--metrics: {error}") from None
    return app


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) <= _LAST_PORT):
        raise click.UsageError("--metrics: expected HOST:PORT")
    return host.strip("[]"), int(port)


def _serve(
    app: "Celery", name: str, queues: list[str], pool: str, concurrency: int | None, loglevel: str
) -> int:
    """Run the worker to its end, and return the exit code."""
    # Not `worker_main`: Celery's own command line is 10 MB of memory, and brings nothing here.
    running = app.Worker(
        hostname=name,
        pool_cls=pool,
        concurrency=concurrency,
        loglevel=loglevel,
        queues=queues,
        without_gossip=True,  # workers need not know of each other
        without_mingle=True,
    )
    running.start()
    # To Celery an end by Ctrl-C is a failure.
    is_asked = state.should_stop is not None
    return 0 if is_asked else int(running.exitcode or 0)


def _chosen(names: str | None, routing: Routing) -> list[str]:
    if names is None:
        return list(routing.queues)
    queues = [name.strip() for name in names.split(",") if name.strip()]
    for name in queues:
        if name not in routing.queues:
            raise click.UsageError(f'unknown queue "{name}"{nearest(name, routing.queues)}')
    if not queues:
        raise click.UsageError("--queues names no queue")
    return queues

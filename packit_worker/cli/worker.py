"""`packit-worker worker`: a Celery worker with the right defaults for the queues it serves."""

import logging
import os
from socket import gethostname

import click
from celery.worker import state

from packit_worker.app import create_app
from packit_worker.cli.routing_table import load_table
from packit_worker.registry import STAGE_1_WORDS
from packit_worker.routing import Routing
from packit_worker.settings import Settings
from packit_worker.words import nearest


@click.command(epilog="Exit codes: 0 ended by a signal; 1 a failure; 2 wrong usage or settings.")
@click.option("--queues", "names", help="Queues to serve, by commas. Default: all.")
@click.option(
    "--pool",
    type=click.Choice(["prefork", "solo", "threads"]),
    help="Celery's pool. Default: solo for stage 1 alone, else prefork.",
)
@click.option("--concurrency", type=click.IntRange(1), help="Processes or threads of the pool.")
@click.option(
    "--loglevel",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="INFO",
    show_default=True,
)
def worker(names: str | None, pool: str | None, concurrency: int | None, loglevel: str) -> None:
    """Run a Celery worker until SIGTERM or Ctrl-C; what it has in hand is finished first.

    With nothing configured the broker is the embedded one; PACKIT_WORKER_BROKER names another.
    `celery -A packit_worker worker` does the same, with Celery's own options.
    """
    routing = load_table()
    queues = _chosen(names, routing)
    is_stage_1 = set(queues) <= {routing.routes[word].queue for word in STAGE_1_WORDS}
    app = create_app(Settings.from_environ())
    if loglevel != "DEBUG":
        # "Task … received": we log what becomes of it, and each line is 5 % of a stage 1 message.
        logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    if is_stage_1:
        # Parsing takes milliseconds: a process of its own for each task would only cost memory.
        app.conf.worker_prefetch_multiplier = 16
    stage = "stage1" if is_stage_1 else "stage2"
    # Not `worker_main`: Celery's own command line is 10 MB of memory, and brings nothing here.
    running = app.Worker(
        hostname=f"{stage}-{os.getpid()}@{gethostname()}",
        pool_cls=pool or ("solo" if is_stage_1 else "prefork"),
        concurrency=concurrency,
        loglevel=loglevel,
        queues=queues,
        without_gossip=True,  # workers need not know of each other
        without_mingle=True,
    )
    running.start()
    # To Celery an end by Ctrl-C is a failure.
    is_asked = state.should_stop is not None
    raise SystemExit(0 if is_asked else running.exitcode)


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

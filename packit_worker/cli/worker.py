"""`packit-worker worker`: a Celery worker with the right defaults for the queues it serves."""

import os

import click

from packit_worker.app import create_app
from packit_worker.cli.routing_table import load_table
from packit_worker.embedded import EmbeddedBrokerError
from packit_worker.registry import STAGE_1_WORDS
from packit_worker.routing import Routing
from packit_worker.settings import Settings
from packit_worker.words import nearest


@click.command(epilog="Exit codes: 0 ended by a signal; 2 wrong usage or settings.")
@click.option("--queues", "names", help="Queues to serve, by commas. Default: all.")
@click.option("--pool", help="Celery's pool. Default: solo for stage 1 alone, else prefork.")
@click.option("--concurrency", type=click.IntRange(1), help="Processes or threads of the pool.")
@click.option("--loglevel", default="INFO", show_default=True)
def worker(names: str | None, pool: str | None, concurrency: int | None, loglevel: str) -> None:
    """Run a Celery worker until SIGTERM or Ctrl-C; what it has in hand is finished first.

    With nothing configured the broker is the embedded one; PACKIT_WORKER_BROKER names another.
    `celery -A packit_worker worker` does the same, with Celery's own options.
    """
    routing = load_table()
    queues = _chosen(names, routing)
    is_stage_1 = set(queues) <= {routing.routes[word].queue for word in STAGE_1_WORDS}
    try:
        app = create_app(Settings.from_environ())
    except EmbeddedBrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None
    if is_stage_1:
        # Parsing takes milliseconds: a process of its own for each task would only cost memory.
        app.conf.worker_prefetch_multiplier = 16
    arguments = ["worker", "--queues", ",".join(queues), "--loglevel", loglevel]
    arguments += ["--pool", pool or ("solo" if is_stage_1 else "prefork")]
    arguments += ["--concurrency", str(concurrency)] if concurrency else []
    stage = "stage1" if is_stage_1 else "stage2"
    arguments += ["--hostname", f"{stage}-{os.getpid()}@%h"]
    arguments += ["--without-gossip", "--without-mingle"]  # workers need not know of each other
    app.worker_main(arguments)


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

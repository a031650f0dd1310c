"""`packit-worker queues`: the routing table, and what waits in each queue."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Column, Table

from packit_worker.cli.operator import load_table
from packit_worker.cli.printing import console
from packit_worker.routing import Routing

_COLUMNS = ("task", "queue", "slow_queue", "soft_time_limit", "time_limit", "attempts")


@click.command(
    epilog="Exit codes: 0 well done, also where no broker answers; 2 the file, or the URL of the "
    "broker, cannot be used."
)
@click.option(
    "--check",
    "file",
    type=click.Path(path_type=Path),
    help="Only check this queues.yaml; no broker is asked.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def queues(file: Path | None, *, is_json: bool) -> None:
    """Show which queue each task goes to, and, where a broker answers, what waits there.

    The age of the oldest message is known on Redis only.
    """
    routing = load_table(file)
    if file is not None:
        click.echo(f"{file}: {len(routing.queues)} queues, {len(routing.routes)} tasks, all well")
        return
    depths, silence = _depths(routing)
    if is_json:
        click.echo(json.dumps(_as_json(routing, depths, silence), indent=2))
        return
    console().print(_task_table(routing), _queue_table(routing, depths))
    if silence:
        click.echo(f"What waits is not known: {silence}", err=True)


def _depths(routing: Routing) -> tuple[dict[str, dict[str, Any]], str | None]:
    """Return what waits in each queue, and why it cannot be told, if so."""
    from packit_worker.broker import (  # noqa: PLC0415 - imports Celery
        BadBrokerError,
        BrokerError,
        broker_app,
    )
    from packit_worker.depth import waiting  # noqa: PLC0415

    try:
        with broker_app(None, may_start=False) as app:
            found = waiting(app, routing.queues)
            return {name: asdict(depth) for name, depth in found.items()}, None
    except BadBrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None
    except BrokerError as error:
        return {}, str(error)


def _as_json(
    routing: Routing, depths: dict[str, dict[str, Any]], silence: str | None
) -> dict[str, Any]:
    return {
        "default": routing.default,
        "tasks": {word: asdict(route) for word, route in routing.routes.items()},
        "queues": {name: depths.get(name) for name in routing.queues},
        "broker_error": silence,
    }


def _task_table(routing: Routing) -> Table:
    table = Table(*map(_folding, _COLUMNS), title="Where tasks go (limits in seconds)")
    for word, route in routing.routes.items():
        cells = asdict(route)
        table.add_row(word, *(str(cells[column] or "") for column in _COLUMNS[1:]))
    return table


def _queue_table(routing: Routing, depths: dict[str, dict[str, Any]]) -> Table:
    table = Table(*map(_folding, ("queue", "waiting", "oldest (s)")), title="What waits")
    for name in routing.queues:
        found = depths.get(name, {"depth": "?", "age": None})
        age = "" if found["age"] is None else str(found["age"])
        table.add_row(
            f"{name} (default)" * (name == routing.default) or name, str(found["depth"]), age
        )
    return table


def _folding(name: str) -> Column:
    """Return a column that breaks a name that is too long, and cuts none."""
    return Column(name, overflow="fold")

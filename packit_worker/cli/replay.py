"""`packit-worker replay`: saved payloads through both stages, each followed to its end."""

import json
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache

import click
from rich.console import Console
from rich.progress import Progress

from packit_worker.cli.operator import engine_of, load_settings, load_table
from packit_worker.cli.payloads import payload_arguments, read_payloads
from packit_worker.cli.printing import print_table
from packit_worker.replaying import Hints, Patience, Replayed, SavedPayload, replay_inline
from packit_worker.routing import Routing
from packit_worker.settings import Settings
from parsers import Options

_COLUMNS = ("payload", "event", "queue", "outcome", "time")
# Of what is behind an outcome, so much that the row stays one line.
_DETAIL_LENGTH = 70


@click.command(
    epilog="Exit codes: 0 every payload came to an end; 1 one is malformed or invalid, or did not "
    "come to its end in time; 2 wrong usage, bad settings, or no broker."
)
@payload_arguments
@click.option("--inline", is_flag=True, help="Run both stages in this process, without a broker.")
@click.option(
    "--broker",
    metavar="URL",
    help="A Redis or RabbitMQ. Default: PACKIT_WORKER_BROKER, else the embedded one.",
)
@click.option("--same-id", is_flag=True, help="Give a payload the same delivery id at each replay.")
@click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    help="Seconds until it gives up on those that have not ended.",
)
@click.option(
    "--no-wait",
    is_flag=True,
    help="Do not wait for what is tried again later, because a service is down or a row missing.",
)
@click.option("--json", "is_json", is_flag=True, help="Print one line of JSON a payload.")
def replay(
    paths: tuple[str, ...],
    source: str | None,
    event_type: str | None,
    broker: str | None,
    timeout: float,
    *,
    inline: bool,
    same_id: bool,
    no_wait: bool,
    is_json: bool,
) -> None:
    """Put the payloads at PATHS through parse_message and follow each to its end.

    PATHS are files, folders (every *.json below), or - for standard input. Unless --inline is
    given, workers must run: `packit-worker dev` starts some.
    """
    if inline and broker:
        raise click.UsageError("--inline uses no broker: leave out --broker, or --inline")
    routing, settings = load_table(), load_settings()
    hints = Hints(source, event_type, keeps_id=same_id)
    payloads = list(read_payloads(paths))
    patience = Patience(timeout, waits=not no_wait)
    with _progress(len(payloads)) as advance:
        if inline:
            results = _inline(payloads, hints, routing, settings, advance)
        else:
            options = settings.options()
            results = _through_broker(payloads, hints, options, broker, patience, advance)
    _print(results, is_json=is_json)
    raise SystemExit(0 if all(result.is_well for result in results) else 1)


def _inline(
    payloads: list[SavedPayload],
    hints: Hints,
    routing: Routing,
    settings: Settings,
    advance: Callable[[], object],
) -> list[Replayed]:
    engine = cache(lambda: engine_of(settings))
    results = []
    for payload in payloads:
        results.append(replay_inline(payload, hints, routing, settings.options(), engine))
        advance()
    return results


def _through_broker(
    payloads: list[SavedPayload],
    hints: Hints,
    options: Options,
    broker: str | None,
    patience: Patience,
    advance: Callable[[], object],
) -> list[Replayed]:
    from packit_worker.broker import BrokerError, broker_app  # noqa: PLC0415 - imports Celery
    from packit_worker.following import replay_through  # noqa: PLC0415

    try:
        with broker_app(broker) as app:
            return replay_through(app, payloads, hints, options, patience, advance)
    except BrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], object]]:
    """Show a bar on a terminal; yield what moves it on by one."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Replaying", total=total)
        yield lambda: progress.advance(task)


def _print(results: list[Replayed], *, is_json: bool) -> None:
    if is_json:
        for result in results:
            click.echo(json.dumps(asdict(result)))
        return
    print_table(_COLUMNS, map(_row, results))


def _row(result: Replayed) -> tuple[str | None, ...]:
    seconds = None if result.seconds is None else f"{result.seconds:.2f} s"
    return result.payload, result.event, result.queue, _ending(result), seconds


def _ending(result: Replayed) -> str:
    """Return how a payload ended: `denied (not-allowed): github.com/acme was never approved`."""
    place = f" at {result.at}" if result.at else ""
    code = f" ({result.code})" if result.code and result.code != result.outcome else ""
    detail = " ".join((result.detail or "").split())
    detail = f": {textwrap.shorten(detail, _DETAIL_LENGTH, placeholder='…')}" if detail else ""
    return f"{result.outcome}{code}{place}{detail}"

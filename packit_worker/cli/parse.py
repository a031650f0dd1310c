"""`packit-worker parse`: what stage 1 makes of payloads. It needs no broker, nor Celery."""

import json
from typing import Any

import click

from packit_worker.cli.operator import load_settings, load_table
from packit_worker.cli.payloads import payload_arguments, read_payloads
from packit_worker.routing import Routing
from packit_worker.stage1 import Intake, take_in
from parsers.result import event_word


@click.command(
    epilog="Exit codes: 0 every payload was parsed or skipped; 1 one is malformed; 2 wrong usage "
    "or settings."
)
@payload_arguments
def parse(paths: tuple[str, ...], source: str | None, event_type: str | None) -> None:
    """Show what stage 1 makes of the payloads at PATHS.

    PATHS are files, folders (every *.json below), or - for standard input.

    Prints one line of JSON a payload: path and outcome (parsed, skipped, malformed). A parsed one
    also has event, task, queue and kwargs, another one code and detail, a malformed one the place
    (at).
    """
    routing, options = load_table(), load_settings().options()
    is_any_malformed = False
    for payload in read_payloads(paths):
        intake = take_in(payload.text, source=source, event_type=event_type, options=options)
        is_any_malformed |= intake.outcome == "malformed"
        click.echo(json.dumps({"path": payload.path, **as_json(intake, routing)}))
    raise SystemExit(1 if is_any_malformed else 0)


def as_json(intake: Intake, routing: Routing) -> dict[str, Any]:
    """Return how stage 1 ended, as the command prints it."""
    if intake.event is None:
        shown = {"outcome": intake.outcome, "code": intake.code, "detail": intake.detail}
        return shown | ({"at": intake.at} if intake.at else {})
    return {
        "outcome": intake.outcome,
        "event": intake.event,
        "task": intake.task,
        "queue": routing.routes[event_word(intake.event)].queue,
        "kwargs": intake.kwargs,
    }

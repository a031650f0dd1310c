"""`packit-worker explain`: what would be decided about payloads, and why."""

import json
from collections.abc import Iterable

import click
from rich.text import Text
from rich.tree import Tree

from packit_worker.cli.operator import engine_to_ask, load_settings, load_table
from packit_worker.cli.payloads import payload_arguments, read_payloads
from packit_worker.cli.printing import console, plain
from packit_worker.decision_tree import VERDICT_WORDS, Line, decided, recognised
from packit_worker.explaining import Explanation
from packit_worker.explaining import explain as explain_intake
from packit_worker.stage1 import take_in
from parsers.result import event_word

_UNDECIDED = 3
_COLOURS = {"go-on": "green", "stop": "red", "wait": "yellow"}


@click.command(
    epilog="Exit codes: 0 explained; 1 a payload is malformed; 2 wrong usage or settings, or no "
    "database; 3 something could not be decided, because a service does not answer."
)
@payload_arguments
@click.option("--offline", is_flag=True, help="Stop before the first question to a forge.")
@click.option("--json", "is_json", is_flag=True, help="Print one line of JSON a payload.")
def explain(
    paths: tuple[str, ...],
    source: str | None,
    event_type: str | None,
    *,
    offline: bool,
    is_json: bool,
) -> None:
    """Print what a worker would decide about the payloads at PATHS, and why.

    It asks the database and, unless --offline, the forges; it writes nothing to either.
    """
    routing, settings = load_table(), load_settings()
    codes = {0}
    with engine_to_ask(settings) as engine:
        for payload in read_payloads(paths):
            intake = take_in(
                payload.text, source=source, event_type=event_type, options=settings.options()
            )
            queue = routing.routes[event_word(intake.event)].queue if intake.event else None
            found = explain_intake(intake, queue, engine, offline=offline)
            codes.add(_exit_code(found))
            if is_json:
                click.echo(json.dumps({"path": payload.path, **found.as_json()}))
            else:
                console().print(_tree(payload.path, found))
    raise SystemExit(1 if 1 in codes else max(codes))


def _exit_code(found: Explanation) -> int:
    if found.intake.outcome == "malformed":
        return 1
    return _UNDECIDED if found.is_undecided else 0


def _tree(path: str, found: Explanation) -> Tree:
    intake = found.intake
    code = found.code if found.code != found.outcome else ""
    tree = Tree(plain(f"{path}: {found.outcome} {code}".strip()))
    if intake.event is None:
        place = f" at {intake.at}" if intake.at else ""
        tree.add(plain(f"{intake.code}{place}: {intake.detail}"))
        return tree
    _add(tree, recognised(intake.event, intake.task or "", intake.kwargs, found.queue))
    _add(tree, decided(found.decision))
    return tree


def _add(tree: Tree, lines: Iterable[Line]) -> None:
    for line in lines:
        mark = (VERDICT_WORDS[line.verdict], _COLOURS[line.verdict]) if line.verdict else ""
        text = Text.assemble(mark, " " if mark else "", plain(line.text))
        _add(tree.add(text), line.below)

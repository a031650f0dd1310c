"""`packit-worker explain`: what would be decided about payloads, and why."""

import json

import click
from rich.text import Text
from rich.tree import Tree

from packit_worker.cli.operator import engine_of, load_settings, load_table
from packit_worker.cli.payloads import payload_arguments, read_payloads
from packit_worker.cli.printing import console, plain
from packit_worker.decision import Step
from packit_worker.explaining import Explanation
from packit_worker.explaining import explain as explain_intake
from packit_worker.stage1 import take_in
from parsers.result import event_word

_MARKS = {"go-on": ("yes", "green"), "stop": ("no", "red"), "wait": ("waits", "yellow")}


@click.command(
    epilog="Exit codes: 0 explained; 1 a payload is malformed; 2 wrong usage or settings."
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

    It asks the database and, unless --offline, the forges; it writes nothing anywhere.
    """
    routing, settings = load_table(), load_settings()
    engine = engine_of(settings)
    is_any_malformed = False
    for payload in read_payloads(paths):
        intake = take_in(
            payload.text, source=source, event_type=event_type, options=settings.options()
        )
        is_any_malformed |= intake.outcome == "malformed"
        queue = routing.routes[event_word(intake.event)].queue if intake.event else None
        found = explain_intake(intake, queue, engine, offline=offline)
        if is_json:
            click.echo(json.dumps({"path": payload.path, **found.as_json()}))
        else:
            console().print(_tree(payload.path, found))
    raise SystemExit(1 if is_any_malformed else 0)


def _tree(path: str, found: Explanation) -> Tree:
    intake = found.intake
    tree = Tree(plain(f"{path}: {found.outcome} {found.code}".strip()))
    if intake.event is None:
        place = f" at {intake.at}" if intake.at else ""
        tree.add(plain(f"{intake.code}{place}: {intake.detail}"))
        return tree
    recognised = tree.add(plain(f"recognised as {intake.event}, task {intake.task}"))
    for name, value in intake.kwargs.items():
        recognised.add(plain(f"{name}: {value!r}"))
    tree.add(plain(f"queue {found.queue}"))
    for step in found.decision.steps:
        _add_step(tree, step)
    for note in found.decision.notes:
        tree.add(plain(f"note: {note}"))
    for pair in found.decision.pairs:
        job = f", job {pair.job}" if pair.job else ""
        branch = tree.add(plain(f"{pair.outcome} {pair.handler}{job}: {pair.why}"))
        for step in pair.steps:
            _add_step(branch, step)
    for passed in found.decision.looked_at:
        tree.add(plain(f"not chosen: {passed}"))
    return tree


def _add_step(tree: Tree, step: Step) -> None:
    code = f" ({step.code})" if step.code else ""
    facts = f": {'; '.join(step.facts)}" if step.facts else ""
    tree.add(Text.assemble(_MARKS[step.verdict], " ", plain(step.name + code + facts)))

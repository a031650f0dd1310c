"""`packit-worker doctor`: tries what the settings say."""

import json
import logging
import os
from dataclasses import asdict

import click
from rich.text import Text

from packit_worker.cli.printing import console, plain
from packit_worker.doctor.examine import SECONDS
from packit_worker.doctor.finding import Finding
from packit_worker.doctor.table import UnknownCheckError, diagnose
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

_COLOURS = {"ok": "green", "note": "yellow", "wrong": "bold red"}


@click.command(epilog="Exit codes: 0 nothing is wrong; 1 something is; 2 wrong usage.")
@click.argument("names", metavar="[CHECK]...", nargs=-1)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1),
    default=SECONDS,
    show_default=True,
    help="What does not answer by then is wrong.",
)
def doctor(names: tuple[str, ...], seconds: float, *, is_json: bool) -> None:
    """Try what the settings say, and say in words what is wrong and what to do about it.

    Broker, database, forges and services are really called; nothing is written to them. CHECK is
    the name of a check or its first word (`broker`, `forge`); without one, everything is tried.
    """
    logging.disable()  # a library's line would tell beforehand, and worse, what is found
    settings, found = _settings()
    try:
        told = {each.check for each in found}
        others = diagnose(settings, names, seconds=seconds)
        found += [each for each in others if each.check not in told]
    except UnknownCheckError as error:
        raise click.UsageError(str(error)) from None
    if is_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    else:
        _print(found)
    raise SystemExit(1 if any(each.verdict == "wrong" for each in found) else 0)


def _settings() -> tuple[Settings, list[Finding]]:
    """Return the settings; of a file that cannot be used, what is wrong, and those without it."""
    try:
        return Settings.from_environ(), []
    except FileError as error:
        rest = {name: text for name, text in os.environ.items() if name != "PACKIT_WORKER_CONFIG"}
        advice = "mend the file; what it says is not tried"
        lines = str(error).splitlines()
        wrong = [Finding("settings", "wrong", line, advice) for line in lines]
        return Settings.from_environ(rest), wrong


def _print(found: list[Finding]) -> None:
    printer = console()
    for each in found:
        verdict = (f"{each.verdict:<6}", _COLOURS[each.verdict])
        text = Text.assemble(verdict, plain(f"{each.check}: {each.fact}"))
        printer.print(text, soft_wrap=True)
        if each.advice:
            printer.print(plain(f"       -> {each.advice}"), soft_wrap=True)

"""The payloads that a command line names: files, folders, standard input."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from packit_worker.replaying import SavedPayload
from packit_worker.words import nearest

_SOURCES = ("github", "pagure", "fedora-messaging", "centosmsg", "testing-farm")
Command = TypeVar("Command", bound=Callable[..., None])


def payload_arguments(command: Command) -> Command:
    """Give a command the arguments PATHS, --source and --event-type."""
    for decorate in (
        click.option("--event-type", help="Their event header (X-GitHub-Event, …) or bus topic."),
        click.option(
            "--source", callback=_check_source, help=f"Who sent them: {', '.join(_SOURCES)}."
        ),
        click.argument("paths", nargs=-1, required=True),
    ):
        command = decorate(command)
    return command


def read_payloads(paths: tuple[str, ...]) -> Iterator[SavedPayload]:
    """Yield each payload: a file, every *.json below a folder (in order), or `-`.

    Raises:
        click.UsageError: a path is not there, or cannot be read, or a folder holds no payload; or
            standard input is named twice.
    """
    if paths.count("-") > 1:
        raise click.UsageError("- stands here twice, and standard input can be read only once")
    for path in paths:
        if path == "-":
            yield SavedPayload(path, sys.stdin.buffer.read())
            continue
        for file in _files(Path(path)):
            try:
                yield SavedPayload(str(file), file.read_bytes())
            except OSError as error:
                raise click.UsageError(f"{file}: {error.strerror}") from None


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*.json") if not file.is_dir())
    if not files:
        raise click.UsageError(f"{path}: no *.json file below this folder")
    return files


def _check_source(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if not value:
        return None
    if value.lower() in _SOURCES:
        return value.lower()
    raise click.BadParameter(f'unknown source "{value}"{nearest(value, _SOURCES)}')

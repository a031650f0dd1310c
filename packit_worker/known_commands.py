"""Which commands of a comment mean something where it was written, and what is told of the rest."""

from collections.abc import Iterator, Mapping, Sequence

from packit_worker.commands import OPTIONS, BadCommand, Command, read_commands
from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.handler import AnySpec
from packit_worker.texts import inert

# Characters that are quoted of one word.
_WORD = 100


def commands_here(
    event: Event, context: Context, handlers: Sequence[AnySpec]
) -> tuple[tuple[Command, ...], tuple[BadCommand, ...]]:
    """Return the commands of a comment that belong here, and the lines that do not.

    Of the lines that are written wrongly the first is told with the usage.
    """
    prefix = context.policy.command_prefix
    here = {name: spec for name, spec in _named(handlers) if type(event) in spec.events}
    elsewhere = {name for name, _ in _named(handlers)} - here.keys()
    good: list[Command] = []
    bad: list[BadCommand] = []
    usage = _usage(prefix, here) if here else ""
    for read in read_commands(context.subject.comment or "", prefix):
        if isinstance(read, Command) and read.name not in here:
            bad.append(BadCommand(read.line, _unknown(read, here, elsewhere, context)))
            continue
        problem = _problem(read, here)
        if problem:
            bad.append(BadCommand(read.line, problem + usage))
            usage = ""
        elif isinstance(read, Command):
            good.append(read)
    return tuple(good), tuple(bad)


def _named(handlers: Sequence[AnySpec]) -> Iterator[tuple[str, AnySpec]]:
    for spec in handlers:
        for name in spec.commands:
            yield name, spec


def _problem(read: Command | BadCommand, here: Mapping[str, AnySpec]) -> str:
    """Return what is wrong with how a command is written; "": nothing."""
    if isinstance(read, BadCommand):
        return read.reason
    spec = here[read.name]
    if read.arguments and not spec.words:
        return f'{inert(read.arguments[0], _WORD)} means nothing after "{read.name}"'
    if read.options and spec.words:
        return f'--{next(iter(read.options))} means nothing after "{read.name}"'
    return ""


def _unknown(
    read: Command, here: Mapping[str, AnySpec], elsewhere: set[str], context: Context
) -> str:
    """Return what is told of a command that does not belong here."""
    if read.name in elsewhere:
        place = "an issue" if context.subject.kind == "issue" else "a pull request"
        return f'"{read.name}" does nothing in {place}'
    return f"unknown command {inert(read.name, _WORD)}; known here: {', '.join(sorted(here))}"


def _usage(prefix: str, here: Mapping[str, AnySpec]) -> str:
    """Return how commands are written, to follow a reason."""
    options = " ".join(f"[--{name} {value}]" for name, value in OPTIONS.items())
    plain = "|".join(sorted(name for name, spec in here.items() if not spec.words))
    lines = [f"`{prefix} {plain} {options}`"] if plain else []
    lines += [f"`{prefix} {name} {spec.words}`" for name, spec in here.items() if spec.words]
    return f"; usage: {' or '.join(lines)}"

"""The command `packit-worker`."""

import logging
from importlib import import_module

import click

from packit_worker import logs
from packit_worker.redaction import Redactor
from packit_worker.words import nearest

# The module of each subcommand, imported when it is asked for: `parse` must not wait for Celery.
_COMMANDS = {
    "allowlist": "Decide who may use the service.",
    "beat": "Send the sweep, which brings back what is due.",
    "db": "Look at the schema of the database, or upgrade it.",
    "dev": "Run everything on this machine, in the foreground.",
    "doctor": "Try what the settings say, and tell what is wrong.",
    "events": "Read the ledger: list, show, requeue.",
    "explain": "Show what would be decided about payloads, and why.",
    "pages": "Serve what commit statuses link to.",
    "parse": "Show what payloads are, without a broker.",
    "queues": "Show the routing table and what waits in each queue.",
    "relay": "Receive webhooks and hand them to stage 1.",
    "replay": "Send saved payloads through both stages and show how each ended.",
    "sandbox": "Run stand-ins of forges and services on loopback.",
    "worker": "Run a Celery worker for some queues, or for all.",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in _COMMANDS:
            ctx.fail(f'no such command "{cmd_name}"{nearest(cmd_name, _COMMANDS)}')
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 well done; 1 it was tried and did not work out: a malformed payload, "
    "nothing of that name, a part that failed; 2 wrong usage, bad settings, no broker or no "
    "database. Each command tells its own.",
)
@click.version_option(package_name="packit-worker")
def main() -> None:
    """Take what git forges and build systems say, and make packaging happen."""
    # Until a worker or a door knows its settings: what goes wrong is told without a secret.
    logs.set_up("human", logging.WARNING, Redactor())

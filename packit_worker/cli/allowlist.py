"""`packit-worker allowlist`: who may use the service."""

import getpass
import json
from datetime import UTC, datetime
from typing import Any

import click

from packit_worker.cli.operator import ledger_session
from packit_worker.cli.printing import print_table

_COLUMNS = ("key", "status", "changed_by", "changed_at")
_STATUSES = ("waiting", "approved_automatically", "approved_manually", "denied")
_key = click.argument("key")
_by = click.option("--by", help="Who decides. Default: your login name.")
_json = click.option("--json", "is_json", is_flag=True, help="Print JSON.")


@click.group(
    epilog="Exit codes: 0 well done; 1 nothing was decided about the key; 2 wrong usage, settings "
    "or key, or no database."
)
def allowlist() -> None:
    """Decide who may use the service.

    A KEY is host[/namespace[/repository]]: github.com/acme, github.com/acme/anvil. Denied wins at
    any level. Letters are compared without their case.
    """


@allowlist.command("list")
@click.option("--status", type=click.Choice(_STATUSES), help="Only these.")
@_json
def list_(status: str | None, *, is_json: bool) -> None:
    """List what was decided, by whom and when."""
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy

    chosen = store.AllowStatus(status) if status else None
    with ledger_session() as session:
        rows = [_row(entry) for entry in store.list_entries(session, status=chosen)]
    if is_json:
        click.echo(json.dumps(rows, indent=2))
        return
    print_table(_COLUMNS, [row.values() for row in rows])


@allowlist.command()
@_key
@_json
def show(key: str, *, is_json: bool) -> None:
    """Print what holds for KEY, and the entry that says so."""
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy

    with ledger_session() as session:
        verdict = store.look_up(session, key)
    if is_json:
        click.echo(json.dumps({"key": key, "status": verdict.status, "entry": verdict.key}))
    else:
        said = f"{verdict.status} by {verdict.key}" if verdict.key else "nothing was decided"
        click.echo(f"{key}: {said}")
    raise SystemExit(0 if verdict.key else 1)


@allowlist.command()
@_key
@_by
def approve(key: str, by: str | None) -> None:
    """Let KEY, and all below it, use the service."""
    _decide(key, "approved_manually", by)


@allowlist.command()
@_key
@_by
def deny(key: str, by: str | None) -> None:
    """Have KEY, and all below it, ignored silently."""
    _decide(key, "denied", by)


@allowlist.command()
@_key
def remove(key: str) -> None:
    """Forget what was decided about KEY itself."""
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy

    with ledger_session(writes=True) as session:
        is_removed = store.forget(session, key)
    click.echo(f"{key}: {'removed' if is_removed else 'nothing was decided'}")
    raise SystemExit(0 if is_removed else 1)


def _decide(key: str, status: str, by: str | None) -> None:
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy

    who = by or getpass.getuser()
    with ledger_session(writes=True) as session:
        chosen = store.AllowStatus(status)
        store.decide(session, key, chosen, by=who, now=datetime.now(UTC))
    click.echo(f"{key}: {status} by {who}")


def _row(entry: Any) -> dict[str, Any]:
    return {
        "key": entry.key,
        "status": entry.status,
        "changed_by": entry.changed_by,
        "changed_at": entry.changed_at.isoformat(),
    }

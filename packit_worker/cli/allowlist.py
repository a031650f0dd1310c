"""`packit-worker allowlist`: who may use the service."""

import getpass
import json
from datetime import UTC, datetime
from typing import Any

import click

from packit_worker.cli.operator import ledger_session, load_settings
from packit_worker.cli.printing import print_table
from packit_worker.words import nearest_word

_COLUMNS = ("key", "status", "changed_by", "changed_at", "note")
DEFAULT_HOST = "github.com"
_STATUSES = ("waiting", "approved_automatically", "approved_manually", "denied", "removed")
_key = click.argument("key")
_any_host = click.option(
    "--any-host", is_flag=True, help="Also a KEY whose host is none of the settings (yet)."
)
_by = click.option("--by", help="Who decides. Default: your login name.")
_json = click.option("--json", "is_json", is_flag=True, help="Print JSON.")


@click.group(
    epilog="Exit codes: 0 well done; 1 nothing was decided about the key; 2 wrong usage, settings "
    "or key, or no database."
)
def allowlist() -> None:
    """Decide who may use the service.

    A KEY is host[/namespace[/repository]]: github.com/acme, github.com/acme/anvil. Its host is one
    of the settings. Denied wins at any level. Letters are compared without their case.
    """


@allowlist.command("list")
@click.option("--status", type=click.Choice(_STATUSES), help="Only these.")
@_json
def list_(status: str | None, *, is_json: bool) -> None:
    """List what was decided, by whom, when, and on what it rests."""
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
    """Print what holds for KEY, the entry that says so, and the installation of its account."""
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy
    from packit_worker.store import installations  # noqa: PLC0415 - loads SQLAlchemy

    with ledger_session() as session:
        verdict = store.look_up(session, store.canonical_key(key))
        # Without a verdict: one that was removed.
        entry = store.get_entry(session, verdict.key or store.canonical_key(key))
        row = installations.newest_of(session, verdict.key) if verdict.key else None
        found = {
            "key": key,
            "status": verdict.status,
            "entry": _row(entry) if entry else None,
            "installation": _installation(row) if row else None,
        }
    if is_json:
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo("\n".join(_lines(key, found)))
    raise SystemExit(0 if verdict.key else 1)


@allowlist.command()
@_key
@_by
@_any_host
@_json
def approve(key: str, by: str | None, *, any_host: bool, is_json: bool) -> None:
    """Let KEY, and all below it, use the service."""
    _check_host(key, any_host=any_host)
    _decide(key, "approved_manually", by, is_json=is_json)


@allowlist.command()
@_key
@_by
@_any_host
@_json
def deny(key: str, by: str | None, *, any_host: bool, is_json: bool) -> None:
    """Have KEY, and all below it, ignored silently."""
    _check_host(key, any_host=any_host)
    _decide(key, "denied", by, is_json=is_json)


@allowlist.command()
@_key
@_by
@_json
def remove(key: str, by: str | None, *, is_json: bool) -> None:
    """Have nothing hold for KEY itself any more; what did, and who removed it, is kept."""
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy

    who = by or getpass.getuser()
    with ledger_session(writes=True) as session:
        is_removed = store.remove(session, key, by=who, now=datetime.now(UTC))
    said = json.dumps({"key": key, "removed": is_removed})
    end = f"removed by {who}" if is_removed else "nothing was decided"
    click.echo(said if is_json else f"{key}: {end}")
    raise SystemExit(0 if is_removed else 1)


def _check_host(key: str, *, any_host: bool) -> None:
    """Refuse a key that no event can have: its first part is no host of the settings.

    Raises:
        click.UsageError: with the nearest key that one can have.
    """
    from packit_worker.store.allowlist import canonical_key  # noqa: PLC0415 - loads SQLAlchemy
    from packit_worker.store.errors import BadKeyError  # noqa: PLC0415 - loads SQLAlchemy

    # Before there are settings, what most events come from.
    hosts = sorted(load_settings().service.authentication) or [DEFAULT_HOST]
    try:
        first, _, rest = canonical_key(key).partition("/")
    except BadKeyError as error:
        raise click.UsageError(str(error)) from None
    if any_host or first in hosts:
        return
    near = nearest_word(first, hosts)
    host = near or (DEFAULT_HOST if DEFAULT_HOST in hosts else hosts[0])
    # Without a host, it is an account or a repository of one.
    below = rest if near or "." in first else f"{first}/{rest}".strip("/").lstrip("@")
    meant = f"{host}/{below}".rstrip("/")
    raise click.UsageError(
        f'{key}: {first} is no host of the settings; did you mean "{meant}"? '
        "--any-host takes it all the same"
    )


def _decide(key: str, status: str, by: str | None, *, is_json: bool) -> None:
    from packit_worker.store import allowlist as store  # noqa: PLC0415 - loads SQLAlchemy
    from packit_worker.store.listing import requeue_beginning  # noqa: PLC0415 - loads SQLAlchemy

    who, now = by or getpass.getuser(), datetime.now(UTC)
    with ledger_session(writes=True) as session:
        chosen = store.AllowStatus(status)
        store.decide(session, key, chosen, by=who, now=now)
        entry = store.get_entry(session, store.canonical_key(key))
        row = _row(entry) if entry else {}
        asked = None
        if chosen in store.APPROVED:
            asked = requeue_beginning(session, store.canonical_key(key), now=now)
    click.echo(json.dumps(row) if is_json else f"{key}: {status} by {who}")
    if asked is not None:
        click.echo(f"The next sweep tells so in {asked}, and closes it", err=True)


def _lines(key: str, found: dict[str, Any]) -> list[str]:
    entry, row = found["entry"], found["installation"]
    if entry is None:
        return [f"{key}: nothing was decided"]
    if found["status"] is None:
        return [f"{key}: nothing holds any more", f"it was {entry['note']}"]
    lines = [f"{key}: {entry['status']} by {entry['key']}"]
    lines.append(f"decided by {entry['changed_by']} at {entry['changed_at']}")
    if entry["note"]:
        lines.append(f"because of {entry['note']}")
    if row is not None:
        lines.append(f"installation {row['id']} by {row['installer']}, {row['state']}")
        lines += [f"talked about in {row['issue']}"] if row["issue"] else []
    return lines


def _row(entry: Any) -> dict[str, Any]:
    return {
        "key": entry.key,
        "status": entry.status,
        "changed_by": entry.changed_by,
        "changed_at": entry.changed_at.isoformat(),
        "note": entry.note or "",
    }


def _installation(row: Any) -> dict[str, Any]:
    state = "ended" if row.deleted_at else "suspended" if row.suspended_at else "active"
    return {
        "id": row.id,
        "account": row.account_login,
        "installer": row.installer_login,
        "state": state,
        "issue": row.issue_url,
    }

"""`packit-worker events`: what the ledger knows."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import click
import msgspec

from packit_worker.cli.operator import ledger_session
from packit_worker.cli.printing import print_table
from packit_worker.decision import Decision
from packit_worker.words import nearest, nearest_word

_EVENT = ("id", "task", "repository", "outcome", "received_at", "ended_at", "attempts")
_WHY = ("code", "detail", "next_attempt_at")
# So much of a fact is told in a list; `show` tells all.
_DETAIL_LENGTH = 80
_STAGE_1 = ("id", "outcome", "code", "detail", "source", "event_type", "recorded_at")
_EVENT_ALL = (*_EVENT, "kwargs", "decision", "correlation_id", "sent_at", "next_attempt_at")
_STAGE_1_ALL = (*_STAGE_1, "repository", "delivery_id", "correlation_id", "sent_at")
_REQUEUED = {
    "due": "the next sweep sends it",
    "in-progress": "a worker has it{until}; nothing was done",
    "ended": "it ended; --force makes it a new run",
}
# How events and messages end; `open`: not yet.
_OUTCOMES = (
    "bug",
    "denied",
    "done",
    "failed",
    "gave-up",
    "invalid",
    "malformed",
    "open",
    "skipped",
)
_MOST_HOURS = 87_600  # ten years
_MOST_ROWS = 100_000
_JOB_RUN = ("handler", "job", "state", "attempts", "detail", "last_error", "next_attempt_at")


_event_id = click.argument("event_id", metavar="ID")


@click.group(
    epilog="Exit codes: 0 well done; 1 no such event, or it is not sent again; 2 wrong usage or "
    "settings, or no database."
)
def events() -> None:
    """Read the ledger: events, how they ended and why, and what never became an event."""


def _is_outcome(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in _OUTCOMES:
        raise click.BadParameter(f'"{value}" is none{nearest(value, _OUTCOMES)}')
    return value


class _Hours(click.FloatRange):
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        hours = float(super().convert(value, param, ctx))
        if math.isnan(hours):  # compares with no end of the range
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return hours


@events.command("list")
@click.option("--repository", help="host/namespace/name")
@click.option("--outcome", callback=_is_outcome, help=f"One of: {', '.join(_OUTCOMES)}.")
@click.option("--hours", type=_Hours(0, _MOST_HOURS), help="Only those of so many hours.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, _MOST_ROWS), help="Of each."
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def list_(
    repository: str | None,
    outcome: str | None,
    hours: float | None,
    limit: int,
    *,
    is_json: bool,
) -> None:
    """List events, the newest first, and messages that led to none."""
    from packit_worker.store import listing, outcomes  # noqa: PLC0415 - loads SQLAlchemy

    since = None if hours is None else datetime.now(UTC) - timedelta(hours=hours)
    asked: Any = {
        "repository": repository,
        "outcome": outcome,
        "since": since,
        "limit": limit,
    }
    with ledger_session() as session:
        found = [_row(each, _EVENT) | _why(each) for each in listing.list_events(session, **asked)]
        none = [_row(each, _STAGE_1) for each in outcomes.list_outcomes(session, **asked)]
        if repository is not None and not found and not none:
            _tell_unknown(session, repository)
    if is_json:
        click.echo(json.dumps({"events": found, "stage1": none}, indent=2))
        return
    print_table((*_EVENT, *_WHY), [each.values() for each in found], "Events")
    print_table(_STAGE_1, [each.values() for each in none], "Messages that led to no event")


@events.command()
@_event_id
def show(event_id: str) -> None:
    """Print all that is known of an event, or of a message that led to none, as JSON.

    ID is the whole id, or its beginning: at least eight characters that no other begins with.
    """
    from packit_worker.store import listing, outcomes  # noqa: PLC0415 - loads SQLAlchemy
    from packit_worker.store.errors import NotFoundError  # noqa: PLC0415

    with ledger_session() as session:
        event_id = _whole(session, event_id)
        none = outcomes.find_outcome(session, event_id)
        if none is not None:
            click.echo(json.dumps({"stage1": _row(none, _STAGE_1_ALL)}, indent=2))
            return
        try:
            shown = listing.show_event(session, event_id)
        except NotFoundError as error:
            _not_found(error)
        found = {
            "event": _row(shown.event, _EVENT_ALL),
            "job_runs": [_row(run, _JOB_RUN) for run in shown.job_runs],
        }
    click.echo(json.dumps(found, indent=2))


@events.command()
@_event_id
@click.option("--force", is_flag=True, help="Also an event that ended: it becomes a new run.")
def requeue(event_id: str, *, force: bool) -> None:
    """Have the next sweep send an event again; ID is as for `show`."""
    from packit_worker.store import listing, outcomes  # noqa: PLC0415 - loads SQLAlchemy
    from packit_worker.store.errors import NotFoundError  # noqa: PLC0415

    until = ""
    with ledger_session(writes=True) as session:
        event_id = _whole(session, event_id)
        none = outcomes.find_outcome(session, event_id)
        if none is not None:
            click.echo(
                f"{event_id}: it led to no event ({none.outcome}: {none.code}), and its payload is"
                " not kept: `packit-worker replay` sends a saved one",
                err=True,
            )
            raise SystemExit(1)
        try:
            answer = listing.requeue(session, event_id, now=datetime.now(UTC), force=force)
            held_until = listing.show_event(session, event_id).event.lease_until
            until = f" until {held_until:%H:%M:%S} UTC, or longer" if held_until else ""
        except NotFoundError as error:
            _not_found(error)
    click.echo(f"{event_id}: {_REQUEUED[answer.value].format(until=until)}")
    raise SystemExit(0 if answer is listing.Requeued.DUE else 1)


def _tell_unknown(session: Any, repository: str) -> None:
    """Say on stderr if the ledger never heard of a repository, and which one may be meant."""
    from packit_worker.store import listing  # noqa: PLC0415 - loads SQLAlchemy

    if not listing.knows_repository(session, repository):
        near = nearest_word(repository, listing.repositories(session))
        meant = f'; did you mean "{near}"?' if near else ""
        click.echo(f"Note: the ledger knows nothing of {repository}{meant}", err=True)


def _whole(session: Any, event_id: str) -> str:
    """Return the id that begins so, as the ledger spells it; what is none stays as it is."""
    from packit_worker.store import listing  # noqa: PLC0415 - loads SQLAlchemy

    typed = event_id.strip()
    found = listing.ids_beginning(session, typed)
    if typed in found:
        return typed
    if len(found) > 1:
        raise click.UsageError(f"{typed}: several begin so: {', '.join(found)}")
    return found[0] if found else typed


def _why(event: Any) -> dict[str, Any]:
    """Return why an event ended so, or what it waits for and until when."""
    try:
        code, detail = Decision.from_json(event.decision).why(event.outcome)
    except msgspec.ValidationError:  # of another version
        code, detail = "", ""
    at = event.next_attempt_at if event.outcome is None else None
    short = " ".join(detail.split())
    if len(short) > _DETAIL_LENGTH:
        short = f"{short[: _DETAIL_LENGTH - 1]}…"
    return {"code": code, "detail": short, "next_attempt_at": at.isoformat() if at else None}


def _not_found(error: Exception) -> NoReturn:
    click.echo(f"Error: {error}", err=True)
    raise SystemExit(1) from None


def _row(row: Any, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }

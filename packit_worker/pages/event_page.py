"""What the page of an event says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from packit_worker.decision import Decision
from packit_worker.decision_tree import Line
from packit_worker.pages import links
from packit_worker.pages.links import Link
from packit_worker.pages.run_page import (
    Badge,
    Log,
    Moment,
    badge_of,
    badge_of_handler,
    badge_of_run,
    log_of,
    run_link,
    tries_of,
)
from packit_worker.pages.tree import decision_of, event_name, tree_of
from packit_worker.pages.wording import EVENTS, duration
from packit_worker.sentences import sentence, sentence_of
from packit_worker.store.public import PublicEvent, PublicOutcome

_BAD = ("bug", "gave-up", "failed", "denied")
_BAD_RUNS = ("failure", "error", "gave-up", "unknown-if-submitted")


@dataclass(frozen=True, slots=True)
class Handled:
    """One handler and job: how it stands, how often it was tried, and its runs."""

    name: str
    job: str
    badge: Badge
    tries: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Everything that the template shows, in its order."""

    heading: str
    badge: Badge
    is_bad: bool
    told: Sequence[str]
    failed: tuple[Link, Badge] | None
    log: Log | None
    facts: Sequence[tuple[str, Link]]
    times: Sequence[Moment]
    handled: Sequence[Handled]
    runs: Sequence[tuple[Link, Badge]]
    tree: Sequence[Line]


def event_page(found: PublicEvent, prefix: str) -> EventPage:
    """Return the page of an event; `prefix` begins a command."""
    event, decision = found.event, decision_of(found.event)
    failed = next((run for run in found.runs if run.known_state in _BAD_RUNS), None)
    name = event_name(event)
    return EventPage(
        heading=EVENTS.get(name, name),
        badge=badge_of(event.outcome),
        is_bad=event.outcome in _BAD or failed is not None,
        told=_told(event, decision, prefix),
        failed=(run_link(failed), badge_of_run(failed)) if failed else None,
        log=log_of(failed, is_bad=True) if failed else None,
        facts=_facts(found),
        times=_times(event),
        handled=[
            Handled(each.handler, each.job, badge_of_handler(each), tries_of(each))
            for each in found.job_runs
            if each.generation == event.generation
        ],
        runs=[(run_link(run), badge_of_run(run)) for run in found.runs],
        tree=tree_of(event),
    )


def outcome_page(found: PublicOutcome, prefix: str) -> EventPage:
    """Return the page of a message that led to no event; `prefix` begins a command."""
    one = found.outcome
    facts = [("Repository", links.repository(found.project)), ("Event", Link(one.id))]
    facts += [("Delivery", Link(one.delivery_id))] if one.delivery_id else []
    kind = " ".join(part for part in (one.source, one.event_type) if part)
    why = Line(f"stage 1 ({one.code}){f': {one.detail}' if one.detail else ''}", "stop")
    moments = [Moment("Sent", one.sent_at)] if one.sent_at else []
    return EventPage(
        heading="Message that started nothing",
        badge=badge_of(one.outcome),
        is_bad=False,
        told=[sentence(one.code, one.detail or "", one.id, prefix)],
        failed=None,
        log=None,
        facts=facts,
        times=[*moments, Moment("Recorded", one.recorded_at)],
        handled=(),
        runs=(),
        tree=[Line(f"came as {kind or 'it is, without a type'}"), why],
    )


def _told(event: Any, decision: Decision, prefix: str) -> list[str]:
    """Return what became of the event, as whoever asks for it is told."""
    stop = decision.stop
    if stop is not None and stop.verdict == "wait":
        return [f"Waits: {stop.code} ({'; '.join(stop.facts) or stop.name}). It is tried again."]
    if stop is not None:
        detail = stop.facts[-1] if stop.facts else ""
        return [sentence(stop.code, detail, event.id, prefix)]
    pairs = [pair for pair in decision.pairs if pair.outcome in _BAD]
    pairs = pairs or [pair for pair in decision.pairs if pair.outcome not in ("", "done")]
    told = [sentence_of(pair, event.id, prefix) for pair in pairs]
    return list(dict.fromkeys(told))


def _facts(found: PublicEvent) -> list[tuple[str, Link]]:
    event = found.event
    facts = [("Repository", links.repository(found.project)), ("Event", Link(event.id))]
    if event.delivery_id:
        facts.append(("Delivery", Link(event.delivery_id)))
    return [*facts, ("Attempts", Link(str(event.attempts)))]


def _times(event: Any) -> list[Moment]:
    moments = [Moment("Sent", event.sent_at)] if event.sent_at else []
    waited = duration(event.sent_at, event.received_at) if event.sent_at else ""
    note = f"{waited} in the queue" if waited else ""
    moments.append(Moment("Taken by a worker", event.received_at, note))
    if event.ended_at:
        took = duration(event.received_at, event.ended_at)
        moments.append(Moment("Ended", event.ended_at, f"it took {took}"))
    elif event.next_attempt_at and not event.lease_owner:
        moments.append(Moment("Tried again", event.next_attempt_at))
    return moments

"""What the page of a build or test run says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from packit_worker.decision_tree import Line
from packit_worker.ending import outcome_of
from packit_worker.pages import links
from packit_worker.pages.first_error import FirstError, clean_lines, first_error
from packit_worker.pages.links import Link
from packit_worker.pages.tree import tree_of
from packit_worker.pages.wording import (
    KINDS,
    NOT_AT_FAULT,
    ON_THE_PAGE,
    OUTCOME_COLOURS,
    RUN_STATES,
    duration,
)
from packit_worker.store.job_states import JobState
from packit_worker.store.public import PublicRun
from packit_worker.store.types import LOG_BYTES

_SERVICES = {
    "srpm-build": "Copr",
    "copr-build": "Copr",
    "koji-build": "Koji",
    "test-run": "Testing Farm",
}
_FINAL_BAD = ("failure", "error", "gave-up", "unknown-if-submitted")


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, and the kind of its colour: open, good, bad, neutral."""

    word: str
    colour: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, and what is to know besides."""

    name: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """The excerpt of a log, and the first error in it.

    Attributes:
        lines: of the excerpt.
        error: where it went wrong; None for a run that did not fail.
        is_cut: whether only the end of the log was kept.
        of: whose log it is, where it is not the run's own.
    """

    lines: Sequence[str]
    error: FirstError | None
    is_cut: bool
    of: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """Everything that the template shows, in its order."""

    heading: str
    badge: Badge
    summary: str
    fault: str
    is_bad: bool
    log: Log | None
    elsewhere: Sequence[Link]
    facts: Sequence[tuple[str, Link]]
    times: Sequence[Moment]
    handler: tuple[str, Badge] | None
    tries: Sequence[tuple[str, str]]
    beside: Sequence[tuple[Link, Badge]]
    event: Link | None
    tree: Sequence[Line]


def run_page(found: PublicRun, forges: Mapping[str, str]) -> RunPage:
    """Return the page of a run; `forges` says which API each host speaks."""
    run = found.run
    word, colour, fault = RUN_STATES.get(run.known_state, (run.known_state, "neutral", ""))
    text = run.known_text or ""
    if run.known_state == "error" and not text.startswith(NOT_AT_FAULT):
        fault = ""
    is_bad = run.known_state in _FINAL_BAD
    kind = KINDS.get(run.kind, run.kind)
    job_run = found.job_run
    return RunPage(
        heading=f"{kind} for {run.target}" if run.target else kind,
        badge=Badge(word, colour),
        summary=ON_THE_PAGE.sub("", text),
        fault=fault,
        is_bad=is_bad,
        log=_log(found, is_bad=is_bad),
        elsewhere=_elsewhere(run),
        facts=_facts(found, forges),
        times=_times(run),
        handler=(job_run.handler, badge_of_handler(job_run)) if job_run else None,
        tries=tries_of(job_run) if job_run else (),
        beside=[(run_link(each), badge_of_run(each)) for each in found.beside if each.id != run.id],
        event=Link(found.event.id, f"events/{found.event.id}") if found.event else None,
        tree=tree_of(found.event) if found.event else (),
    )


def run_link(run: Any) -> Link:
    """Return a run as a link to its page."""
    kind = KINDS.get(run.kind, run.kind)
    return Link(f"{kind} for {run.target}" if run.target else kind, f"runs/{run.id}")


def badge_of_run(run: Any) -> Badge:
    """Return the badge of a run's state."""
    word, colour, _ = RUN_STATES.get(run.known_state, (run.known_state, "neutral", ""))
    return Badge(word, colour)


def badge_of(outcome: str | None) -> Badge:
    """Return the badge of an outcome of an event, or of a state of a handler."""
    if outcome is None:
        return Badge("not ended", "open")
    is_open = outcome in ("planned", "started", "waiting")
    return Badge(outcome, "open" if is_open else OUTCOME_COLOURS.get(outcome, "neutral"))


def badge_of_handler(job_run: Any) -> Badge:
    """Return the badge of a handler's run; whoever was told no reads so, and not `skipped`."""
    is_skipped = job_run.state == JobState.SKIPPED
    code = (job_run.detail or "").partition(": ")[0]
    return badge_of(outcome_of(code) if is_skipped else job_run.state)


def tries_of(job_run: Any) -> list[tuple[str, str]]:
    """Return how often a handler was tried, and what stood in its way."""
    rows = [("Attempts", str(job_run.attempts))]
    if job_run.detail:
        rows.append(("Ended with", job_run.detail))
    if job_run.last_error:
        rows.append(("Last obstacle", job_run.last_error))
    if job_run.next_attempt_at and not job_run.ended_at:
        rows.append(("Tried again at", f"{job_run.next_attempt_at:%H:%M:%S} UTC"))
    return rows


def log_of(run: Any, *, is_bad: bool, of: Link | None = None) -> Log | None:
    """Return the log of a run, if one was kept."""
    lines = clean_lines(run.log_excerpt or "")
    if not lines:
        return None
    is_cut = len(run.log_excerpt.encode(errors="replace")) > LOG_BYTES - 4
    return Log(lines, first_error(lines) if is_bad else None, is_cut, of)


def _log(found: PublicRun, *, is_bad: bool) -> Log | None:
    """Return the run's own log, or, where it has none, that of its source package."""
    own = log_of(found.run, is_bad=is_bad)
    source = found.source
    if own is not None or source is None or source.known_state not in _FINAL_BAD:
        return own
    return log_of(source, is_bad=is_bad, of=run_link(source))


def _elsewhere(run: Any) -> list[Link]:
    service = _SERVICES.get(run.kind, "the service")
    number = f" ({run.outside_id})" if run.outside_id else ""
    own = links.web(run.web_url)
    found = [Link(f"Open in {service}{number}", own)] if own else []
    return found + links.of_details(run.details) + links.logs_of_arches(run.details)


def _facts(found: PublicRun, forges: Mapping[str, str]) -> list[tuple[str, Link]]:
    run, trigger = found.run, found.trigger
    facts = [
        ("Repository", links.repository(found.project)),
        ("Commit", links.on_forge(found.project, "commit", run.commit_sha, forges)),
    ]
    if trigger is not None:
        facts.append(("For", links.on_forge(found.project, trigger.kind, trigger.ref, forges)))
    if run.context:
        facts.append(("Commit status", Link(run.context)))
    if found.source is not None:
        facts.append(("Made of", run_link(found.source)))
    facts.append(("Attempt", Link(str(run.attempt))))
    if run.previous_id:
        facts.append(("Run before", Link(f"run {run.previous_id}", f"runs/{run.previous_id}")))
    if run.superseded_by_id:
        newer = Link(f"run {run.superseded_by_id}", f"runs/{run.superseded_by_id}")
        facts.append(("Superseded by", newer))
    return facts


def _times(run: Any) -> list[Moment]:
    service = _SERVICES.get(run.kind, "the service")
    moments = [Moment("Accepted", run.created_at)]
    if run.submitted_at:
        moments.append(Moment(f"Submitted to {service}", run.submitted_at))
    if run.started_at:
        # The clock of a service may be behind ours.
        waited = duration(run.created_at, run.started_at) if run.started_at > run.created_at else ""
        note = f"{waited} after it was accepted" if waited else ""
        moments.append(Moment("Started", run.started_at, note))
    if run.ended_at:
        took = duration(run.started_at, run.ended_at) if run.started_at else ""
        moments.append(Moment("Ended", run.ended_at, f"it took {took}" if took else ""))
    if run.reported_at:
        is_behind = run.report_due_at is not None
        note = f"as {run.reported_state}" + ("; a newer state is due" if is_behind else "")
        moments.append(Moment("Commit status written", run.reported_at, note))
    return moments

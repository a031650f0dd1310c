"""What would be decided about a payload, and why; nothing is written anywhere."""

from dataclasses import dataclass, field, replace
from typing import Any

from packit_worker.context import Context
from packit_worker.deciding import NO_ROW_YET, decide, decide_offline, first_no
from packit_worker.decision import Decision, PairDecision
from packit_worker.ending import outcome_of
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event, ValidationError
from packit_worker.pipeline import Engine
from packit_worker.recalling import recall
from packit_worker.replaying import typed
from packit_worker.selection import Pair
from packit_worker.stage1 import Intake
from packit_worker.subject import subject_of


@dataclass(slots=True)
class Explanation:
    """The decision about one payload.

    Attributes:
        intake: how stage 1 ends for it.
        queue: where its task would go.
        decision: what stage 2 would decide.
        outcome: `run`, or how the event would end.
        code: why.
    """

    intake: Intake
    queue: str | None
    decision: Decision = field(default_factory=Decision)
    outcome: str = ""
    code: str = ""

    @property
    def is_undecided(self) -> bool:
        """Whether a service did not answer, so that something is left open."""
        steps = [
            *self.decision.steps,
            *(each for pair in self.decision.pairs for each in pair.steps),
        ]
        return any(step.verdict == "wait" and step.code != NO_ROW_YET for step in steps)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        intake = self.intake
        return {
            "outcome": self.outcome,
            "code": self.code,
            "event": intake.event,
            "task": intake.task,
            "queue": self.queue,
            "kwargs": intake.kwargs,
            "detail": intake.detail,
            "at": intake.at,
            "decision": self.decision.as_json(),
        }


def explain(intake: Intake, queue: str | None, engine: Engine, *, offline: bool) -> Explanation:
    """Ask the questions that a worker would ask, and write nothing.

    Args:
        intake: how stage 1 ended.
        queue: where the task goes.
        engine: what a worker would use.
        offline: stop before the first question to a forge.
    """
    found = Explanation(intake, queue, outcome=intake.outcome, code=intake.code or "")
    if intake.event is None:
        return found
    try:
        event = typed(intake)
    except ValidationError as error:
        found.outcome, found.code = "invalid", str(error)
        return found
    context = _context(event, engine, found.decision)
    try:
        if offline:
            stop = decide_offline(event, context).stop
            found.outcome = outcome_of(stop.code) if stop else "offline"
            found.code = stop.code if stop else ""
        else:
            _ask(event, context, engine, found)
    except TransientError as error:
        found.decision.waits(error.reason, "origin" if error.reason == NO_ROW_YET else "forge")
        found.outcome, found.code = "waiting", error.reason
    return found


def _context(event: Event, engine: Engine, decision: Decision) -> Context:
    subject = subject_of(event)
    with engine.ledger.database.read() as session:
        known = recall(session, subject)
    facts = engine.facts(known, decision)
    return Context(
        subject=subject,
        policy=engine.policy,
        facts=facts,
        decision=decision,
        services=engine.services,
    )


def _ask(event: Event, context: Context, engine: Engine, found: Explanation) -> None:
    verdict = decide(event, context, engine.handlers, engine.reader)
    if verdict.stop is not None:
        found.outcome, found.code = outcome_of(verdict.stop.code), verdict.stop.code
        return
    context = verdict.context
    pairs = [_check(pair, event, context) for pair in verdict.pairs]
    found.decision.pairs.extend(pairs)
    first = next((pair for pair in pairs if pair.outcome in ("run", "waiting")), pairs[0])
    first = next((pair for pair in pairs if pair.outcome == "run"), first)
    found.outcome, found.code = first.outcome, first.code


def _check(pair: Pair, event: Event, context: Context) -> PairDecision:
    decided = PairDecision(pair.spec.name, pair.job_name, pair.why, outcome="run")
    asked = replace(context, job=pair.job, command=pair.command)
    try:
        skip = first_no(pair, event, asked, decided)
    except TransientError as error:
        decided.outcome, decided.code = "waiting", error.reason
    except RefusedError as error:
        decided.outcome, decided.code, decided.detail = "failed", "refused", str(error)
    else:
        if skip is not None:
            decided.outcome, decided.code = outcome_of(skip.code), skip.code
            decided.detail = skip.detail
    return decided

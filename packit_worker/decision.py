"""The record of what was decided about an event, step by step, with stable codes.

It is stored, shown by the commands, and answers "why was nothing built?".
"""

import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from packit_worker.logs import fields
from parsers.result import Skip

Verdict = Literal["go-on", "stop", "wait"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One question about the event, or about one handler and job.

    Attributes:
        name: the check or step: `visibility`, `allowlist`, …
        verdict: whether the event went on, stopped, or waits for a service.
        code: why it stopped or waits; "" where it went on.
        facts: what the verdict rests on, for people.
    """

    name: str
    verdict: Verdict
    code: str = ""
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class PairDecision:
    """What was decided about one handler and one job.

    Attributes:
        handler: its name in the registry.
        job: the name of the job in the package config; "" for a handler that needs none.
        why: why it was chosen.
        steps: its own checks.
        outcome: how it ended: `done`, `skipped`, `failed`, …; "" while it has not.
        code: why, where it was not done.
        detail: the fact behind the code, for people.
        again_at: when it is tried again, while it waits for a service.
        is_told: whether statuses of its builds or tests say so already.
        has_rows: whether it made builds or tests, whose own statuses tell how they end.
    """

    handler: str
    job: str
    why: str
    steps: list[Step] = field(default_factory=list)
    outcome: str = ""
    code: str = ""
    detail: str = ""
    again_at: datetime | None = None
    is_told: bool = False
    has_rows: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        again_at = self.again_at.isoformat() if self.again_at else None
        return asdict(self) | {"again_at": again_at}


@dataclass(slots=True)
class Decision:
    """Everything that was decided about one event.

    Attributes:
        steps: what was asked of the event as a whole, in order.
        notes: what people should know besides: where the config was read, old spellings.
        looked_at: every handler and job that was looked at and not chosen, with the reason.
        pairs: what was chosen, in the order in which it runs.
        commit: for which it was chosen: of a comment, the head when it was read.
    """

    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    pairs: list[PairDecision] = field(default_factory=list)
    commit: str | None = None
    _facts: list[str] = field(default_factory=list)

    def fact(self, text: str) -> None:
        """Note a fact that the step under way rests on."""
        self._facts.append(text)

    def close_step(self, name: str, skip: Skip | None, pair: PairDecision | None = None) -> None:
        """End the step under way: its facts are those noted since the last one."""
        steps = self.steps if pair is None else pair.steps
        facts = tuple(self._facts)
        if skip and skip.detail and skip.detail not in facts:
            facts += (skip.detail,)
        verdict: Verdict = "go-on" if skip is None else "stop"
        step = Step(name, verdict, skip.code if skip else "", facts)
        steps.append(step)
        _log(step, pair)
        self._facts.clear()

    def waits(self, code: str, name: str = "forge", pair: PairDecision | None = None) -> None:
        """End the step under way: a service does not answer."""
        steps = self.steps if pair is None else pair.steps
        step = Step(name, "wait", code, tuple(self._facts))
        steps.append(step)
        _log(step, pair)
        self._facts.clear()

    def close_run(self, pair: PairDecision, verdict: Verdict, code: str = "") -> None:
        """End a handler's run: what it noted, if it did, is a step of its own."""
        if not self._facts:
            return
        pair.steps.append(Step("run", verdict, code, tuple(self._facts)))
        _log(pair.steps[-1], pair)
        self._facts.clear()

    @property
    def stop(self) -> Step | None:
        """The step at which the event as a whole stopped or waits."""
        return next((step for step in self.steps if step.verdict != "go-on"), None)

    def why(self, outcome: str | None) -> tuple[str, str]:
        """Return code and fact of how the event ended, or of what it waits for; "" if it is done.

        Args:
            outcome: of the event; None: it has not ended.
        """
        stop = self.stop
        if outcome == "done":
            return "", ""
        if stop is not None and not self.pairs:
            return stop.code, stop.facts[-1] if stop.facts else ""
        pairs = [each for each in self.pairs if each.outcome == (outcome or "waiting")]
        return (pairs[0].code, pairs[0].detail) if pairs else ("", "")

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> "Decision":
        """Return the decision that `as_json` gave; keys that this version does not know are left.

        Raises:
            msgspec.ValidationError: it is none.
        """
        return msgspec.convert(value or {}, cls)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "steps": [asdict(step) for step in self.steps],
            "notes": self.notes,
            "looked_at": self.looked_at,
            "pairs": [pair.as_json() for pair in self.pairs],
            "commit": self.commit,
        }


def _log(step: Step, pair: PairDecision | None) -> None:
    whose = {"handler": pair.handler, "job": pair.job} if pair else {}
    told = fields(**whose, **asdict(step) | {"facts": list(step.facts)})
    log.debug("%s: %s %s", step.name, step.verdict, step.code, extra=told)

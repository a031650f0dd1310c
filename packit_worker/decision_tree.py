"""A decision as a tree of lines: what the commands print and the pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packit_worker.decision import Decision, PairDecision, Step, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and what stands below it.

    Attributes:
        text: words of ours and of others; not escaped.
        verdict: of a step; None for any other line.
        below: the lines below it.
    """

    text: str
    verdict: Verdict | None = None
    below: Sequence["Line"] = ()


# What stands before a line that has a verdict.
VERDICT_WORDS: dict[Verdict, str] = {"go-on": "yes", "stop": "no", "wait": "waits"}


def recognised(event: str, task: str, kwargs: Mapping[str, Any], queue: str | None) -> list[Line]:
    """Return what a message was recognised as, and where its task goes."""
    fields = [Line(f"{name}: {value!r}") for name, value in kwargs.items()]
    lines = [Line(f"recognised as {event}, task {task}", below=fields)]
    return [*lines, Line(f"queue {queue}")] if queue else lines


def decided(decision: Decision) -> list[Line]:
    """Return every step, what was chosen, and what was looked at besides."""
    return [
        *map(_step, decision.steps),
        *(Line(f"note: {note}") for note in decision.notes),
        *map(_pair, decision.pairs),
        *(Line(f"not chosen: {passed}") for passed in decision.looked_at),
    ]


def _pair(pair: PairDecision) -> Line:
    job = f", job {pair.job}" if pair.job else ""
    ending = f" ({pair.code})" if pair.code else ""
    text = f"{pair.outcome or 'open'}{ending} {pair.handler}{job}: {pair.why}"
    below = [_step(step) for step in pair.steps]
    if pair.detail and not any(pair.detail in step.facts for step in pair.steps):
        below.append(Line(pair.detail))
    return Line(text, below=below)


def _step(step: Step) -> Line:
    code = f" ({step.code})" if step.code else ""
    facts = f": {'; '.join(step.facts)}" if step.facts else ""
    return Line(step.name + code + facts, step.verdict)

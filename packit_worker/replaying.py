"""Saved payloads through both stages: in this process, or through a broker and its workers."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from packit_worker.events.base import Event, ValidationError
from packit_worker.identity import base_id, follow_up_id
from packit_worker.registry import EVENTS
from packit_worker.routing import Routing
from packit_worker.stage1 import (
    RECORD_OUTCOME,
    Intake,
    outcome_of_stage_1,
    recorded_texts,
    take_in,
)
from packit_worker.subject import subject_of
from parsers import Options
from parsers.result import event_word

if TYPE_CHECKING:
    from packit_worker.pipeline import Engine

NO_ANSWER = "no-answer"
# Everything else is an end that a user may expect.
_FAILED = frozenset({"malformed", "invalid", "bug", NO_ANSWER})


@dataclass(frozen=True, slots=True)
class SavedPayload:
    """A raw payload and the name under which it is reported: its path, or `-`."""

    path: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Hints:
    """What a door would have known of the payloads.

    Attributes:
        source: who sent them.
        event_type: their event header or topic.
        keeps_id: whether the same payload gets the same delivery id at each replay.
    """

    source: str | None = None
    event_type: str | None = None
    keeps_id: bool = False

    def delivery_id(self, payload: SavedPayload, options: Options) -> str | None:
        """Return a fresh id; or the same for the same payload, None where its envelope has one."""
        if not self.keeps_id:
            return f"replay-{uuid4()}"
        if take_in(payload.text, source=None, event_type=None, options=options).delivery_id:
            return None
        return f"replay-{hashlib.sha256(payload.text).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a payload is followed.

    Attributes:
        timeout: seconds to wait for the ends, after all are sent.
        waits: whether an event that is tried again later is followed on.
    """

    timeout: float
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Replayed:
    """How the replay of one payload ended.

    Attributes:
        outcome: how the last stage it reached ended, or `no-answer`.
        code: why nothing followed.
        seconds: from sending it to its end.
    """

    payload: str
    event: str | None = None
    queue: str | None = None
    outcome: str = NO_ANSWER
    code: str | None = None
    detail: str | None = None
    at: str | None = None
    seconds: float | None = None

    @property
    def is_well(self) -> bool:
        """Whether it came to an end, and not to an error."""
        return self.outcome not in _FAILED


def replay_inline(
    payload: SavedPayload,
    hints: Hints,
    routing: Routing,
    options: Options,
    engine: Callable[[], "Engine"],
) -> Replayed:
    """Run both stages here, without a broker; `engine` is called when stage 2 is reached."""
    started = time.monotonic()
    intake = take_in(
        payload.text, source=hints.source, event_type=hints.event_type, options=options
    )
    end = stage_1_end(payload.path, intake, routing)
    sender_id = hints.delivery_id(payload, options) or intake.delivery_id
    base = base_id(hints.source, sender_id, payload.path)
    if intake.event and intake.task:
        event_id = follow_up_id(base, intake.task)
        end = replace(end, **_stage_2(intake, event_id, routing, engine))
    elif intake.is_asked:
        _record(intake, hints, sender_id, base, engine)
    return replace(end, seconds=time.monotonic() - started)


def stage_1_end(path: str, intake: Intake, routing: Routing) -> Replayed:
    """Return what is known of a payload after stage 1."""
    queue = routing.routes[event_word(intake.event)].queue if intake.event else None
    return Replayed(
        path, intake.event, queue, intake.outcome, intake.code, intake.detail, intake.at
    )


def typed(intake: Intake) -> Event:
    """Return the typed event of a payload that stage 1 parsed.

    Raises:
        ValidationError: its kwargs do not make the event.
    """
    event_type = next(event for event in EVENTS if event.__name__ == intake.event)
    return event_type.from_kwargs(intake.kwargs)


def _record(
    intake: Intake,
    hints: "Hints",
    sender_id: str | None,
    base: UUID,
    engine: Callable[[], "Engine"],
) -> None:
    """Keep how stage 1 ended, as the task of a worker does."""
    known = {"source": hints.source, "event_type": hints.event_type, "delivery_id": sender_id}
    arguments = outcome_of_stage_1(intake) | known
    event_id = follow_up_id(base, RECORD_OUTCOME)
    engine().ledger.record_outcome(event_id, recorded_texts(arguments), event_id, None)


def _stage_2(
    intake: Intake, event_id: str, routing: Routing, engine: Callable[[], "Engine"]
) -> dict[str, Any]:
    from packit_worker.ending import Limits  # noqa: PLC0415 - loads the store
    from packit_worker.store.claims import Delivery  # noqa: PLC0415

    try:
        event = typed(intake)
    except ValidationError as error:
        return {"outcome": "invalid", "detail": str(error)}
    limits = Limits.of(routing.routes[event.word()])
    repository = subject_of(event).repository
    delivery = Delivery(
        event_id=event_id,
        task=event.task(),
        kwargs=intake.kwargs,
        repository=str(repository) if repository else None,
        sent_at=datetime.now(UTC),
    )
    reached = engine().process(event, delivery, limits)
    return {"outcome": reached.outcome, "code": reached.code, "detail": reached.detail}

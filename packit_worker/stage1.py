"""Stage 1, one payload: parse it and say how that ended. The worker and the commands share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from packit_worker.forge import host_of
from parsers import (
    MalformedError,
    Options,
    Parsed,
    claimed_repository,
    delivery_id,
    load,
    parse,
)
from parsers.comments import comment_text
from parsers.result import Json

MALFORMED = "malformed"
# The task that keeps how stage 1 ended for a message that led to no event.
RECORD_OUTCOME = "task.record_outcome"
_RECORDED = ("outcome", "code", "detail", "source", "event_type", "delivery_id", "repository")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How stage 1 ended for one payload.

    Attributes:
        outcome: `parsed`, `skipped` or `malformed`.
        event: name of the typed event; parsed only, as are `task` and `kwargs`.
        task: the task of stage 2 that takes it.
        kwargs: the plain JSON fields of the event.
        code: why nothing follows: the code of the skip, or `malformed`.
        detail: the fact that the code rests on, for people.
        at: where in the payload the sender broke its promise; malformed only.
        delivery_id: the id that a bus gave the message, if it lay in its envelope.
        is_asked: whether a person may ask what became of it, so that it is worth recording.
        repository: `host/namespace/name`, as the payload claims.
    """

    outcome: Literal["parsed", "skipped", "malformed"]
    event: str | None = None
    task: str | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    detail: str | None = None
    at: str | None = None
    delivery_id: str | None = None
    is_asked: bool = False
    repository: str | None = None


def take_in(
    payload: Json, *, source: str | None, event_type: str | None, options: Options
) -> Intake:
    """Parse a payload (a JSON object or its text) and say how that ended; raise nothing."""
    event: Json = None
    envelope_id = None
    try:
        event = load(payload) if isinstance(payload, str | bytes) else payload
        envelope_id = delivery_id(event)
        outcome = parse(event, source=source, event_type=event_type, options=options)
    except MalformedError as error:
        return Intake(
            outcome="malformed",
            code=MALFORMED,
            detail=error.reason,
            at=error.path,
            delivery_id=envelope_id,
            is_asked=True,
            repository=claimed_repository(event),
        )
    if isinstance(outcome, Parsed):
        return Intake(
            outcome="parsed",
            event=outcome.event,
            task=outcome.task,
            kwargs=outcome.kwargs,
            delivery_id=envelope_id,
            repository=_repository(outcome.kwargs),
        )
    is_command = options.command_prefix.casefold() in comment_text(event).casefold()
    return Intake(
        outcome="skipped",
        code=outcome.code,
        detail=outcome.detail,
        delivery_id=envelope_id,
        is_asked=is_command or outcome.code == "unknown-event",
        repository=claimed_repository(event),
    )


def _repository(kwargs: dict[str, Any]) -> str | None:
    """Return the repository of a typed event, as stage 2 spells it; None: it names none."""
    prefix = "repo" if "repo_name" in kwargs else "target_repo"
    if f"{prefix}_name" not in kwargs:
        return None
    path = (host_of(kwargs["https_url"]), kwargs[f"{prefix}_namespace"], kwargs[f"{prefix}_name"])
    return "/".join(part for part in path if part)


def outcome_of_stage_1(intake: Intake) -> dict[str, str | None]:
    """Return the arguments of `task.record_outcome`, without what the sender told of itself."""
    names = ("outcome", "code", "detail", "at", "repository")
    return {name: getattr(intake, name) for name in names}


def recorded_texts(arguments: Mapping[str, object]) -> dict[str, str]:
    """Return what is kept of the arguments of `task.record_outcome`; others are left."""
    texts = {name: str(arguments[name]) for name in _RECORDED if arguments.get(name) is not None}
    if arguments.get("at"):
        texts["detail"] = f"{arguments['at']}: {texts.get('detail', '')}"
    return texts

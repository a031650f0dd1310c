"""The tasks of stage 2: one an event, and the record of what led to none.

What they need (packit, ogr, SQLAlchemy) is loaded when the first of them runs.
"""

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from celery import Task
from celery.exceptions import Reject
from kombu.exceptions import OperationalError

from packit_worker import sentry
from packit_worker.engine_room import NOT_READY, EngineRoom, NotReadyError
from packit_worker.events.base import Event, ValidationError
from packit_worker.follow import tell
from packit_worker.headers import SENT_AT, Trail
from packit_worker.logs import about, fields
from packit_worker.metrics import STAGE_2
from packit_worker.routing import Route
from packit_worker.sending import send, send_record
from packit_worker.stage1 import recorded_texts
from packit_worker.subject import subject_of

if TYPE_CHECKING:
    from packit_worker.ending import End, Limits, Resend
    from packit_worker.store.claims import Delivery

# Seconds until a message is tried again that cannot be worked on here, through no fault of its own.
_DELAY = 10

log = logging.getLogger(__name__)


def process_with(event_type: type[Event], route: Route, room: EngineRoom) -> Callable[..., None]:
    """Return the task of an event."""

    def process(task: Task[..., None], trail: Trail, /, *unnamed: object, **kwargs: object) -> None:
        """Stage 2: rebuild the typed event and walk it through checks and handlers."""
        try:
            if unnamed:
                raise ValidationError("$", "arguments without a name")  # noqa: TRY301 - as others
            event = event_type.from_kwargs(kwargs)
        except ValidationError as error:
            STAGE_2.labels(event_type.__name__, "invalid").inc()
            log.error(  # noqa: TRY400 - the text says it all
                "%s: invalid: %s", task.name, error, extra=fields(outcome="invalid")
            )
            sentry.tag(event=event_type.__name__, outcome="invalid")
            sentry.report_failure(str(task.name), "invalid", outcome="invalid")
            tell(task.app, trail, stage=2, outcome="invalid", detail=str(error))
            _record_invalid(task, error, trail)
            return
        repository = _repository(event)
        sentry.tag(event=event_type.__name__, repository=repository)
        with about(repository=repository):
            end = _walk(task, event, _delivery(task, kwargs, repository, trail), route, room)
        with about(repository=end.repository or repository):
            STAGE_2.labels(event_type.__name__, end.outcome).inc()
            outcome = NOT_READY if end.code == NOT_READY else end.outcome
            sentry.tag(outcome=outcome, code=end.code)
            if end.code == NOT_READY:
                _put_off(task, kwargs, end.detail, trail)
            else:
                _log_end(event_type, end)
            if end.resend:
                _send_again(task, kwargs, route, end.resend, trail)
        tell(task.app, trail, stage=2, outcome=end.outcome, code=end.code, detail=end.detail)

    return process


def _record_invalid(task: Task[..., None], error: ValidationError, trail: Trail) -> None:
    task_id = str(task.request.id)
    detail = f"{task.name}, id {task_id}: {error}"
    try:
        send_record(task.app, trail, task_id, "invalid-arguments", detail)
    except OperationalError as lost:
        raise Reject(lost, requeue=True) from lost  # as below


def _repository(event: Event) -> str | None:
    repository = subject_of(event).repository
    return str(repository) if repository else None


def _log_end(event_type: type[Event], end: "End") -> None:
    known = {"event": event_type.__name__, "outcome": end.outcome, "code": end.code}
    handlers = [f"{pair.handler} {pair.outcome} {pair.code}".strip() for pair in end.pairs]
    again_at = end.again_at.isoformat(timespec="seconds") if end.again_at else ""
    told = fields(**known, detail=end.detail, handlers=handlers, again_at=again_at)
    until = f"until {again_at}" if again_at else ""
    log.info("%s", " ".join(filter(None, [*known.values(), until])), extra=told)


def _walk(
    task: Task[..., None], event: Event, delivery: "Delivery", route: Route, room: EngineRoom
) -> "End":
    from packit_worker.ending import End  # noqa: PLC0415 - see above
    from packit_worker.store.errors import (  # noqa: PLC0415 - see above
        LostLeaseError,
        StoreUnavailableError,
    )

    try:
        return room.engine().process(event, delivery, _limits(task, route))
    except (NotReadyError, StoreUnavailableError) as error:
        return End("waiting", NOT_READY, str(error))
    except LostLeaseError:
        return End("in-progress", detail="another worker took it over")


def _delivery(
    task: Task[..., None], kwargs: dict[str, Any], repository: str | None, trail: Trail
) -> "Delivery":
    from packit_worker.store.claims import Delivery  # noqa: PLC0415 - see above

    return Delivery(
        event_id=str(task.request.id),
        task=str(task.name),
        kwargs=kwargs,
        correlation_id=trail.correlation_id,
        repository=repository,
        trace=trail.trace,
        sent_at=_sent_at(task.request),
    )


def _sent_at(request: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(getattr(request, SENT_AT)).astimezone(UTC)
    except (AttributeError, TypeError, ValueError):
        return None


def _limits(task: Task[..., None], route: Route) -> "Limits":
    from packit_worker.ending import Limits  # noqa: PLC0415 - see above

    here = (task.request.delivery_info or {}).get("routing_key")
    return Limits.of(route, has_slow_queue=route.slow_queue not in (None, here))


def _send_again(
    task: Task[..., None], kwargs: dict[str, Any], route: Route, resend: "Resend", trail: Trail
) -> None:
    """Send the same message, with the same id: to the slow queue, or after some seconds.

    If it is lost, the sweep sends another: the ledger knows when.
    """
    queue = route.slow_queue if resend.is_slow else route.queue
    _send(task, kwargs, trail.headers(), queue=queue, countdown=resend.countdown)


def _put_off(task: Task[..., None], kwargs: dict[str, Any], why: object, trail: Trail) -> None:
    """Send the same message for a little later: the ledger may know nothing of it.

    Not by Celery's own retry: that gives up in the end, and drops the message where the broker is
    down.
    """
    log.warning("put off for %s s: %s", _DELAY, why)
    sent_at = getattr(task.request, SENT_AT, None)
    headers = trail.headers() | ({SENT_AT: sent_at} if sent_at else {})
    _send(task, kwargs, headers, countdown=_DELAY)


def _send(
    task: Task[..., None],
    kwargs: dict[str, Any],
    headers: dict[str, str],
    *,
    queue: str | None = None,
    countdown: float,
) -> None:
    try:
        send(
            task.app,
            str(task.name),
            kwargs,
            headers,
            task_id=str(task.request.id),
            queue=queue,
            # Whole seconds: on RabbitMQ less than one is refused, and the rest cut off.
            countdown=math.ceil(countdown) or None,
        )
    except OperationalError as error:
        # The message in hand goes back to the broker, which has it until it is acked.
        raise Reject(error, requeue=True) from error


def record_outcome_with(room: EngineRoom) -> Callable[..., None]:
    """Return the task that keeps how stage 1 ended where a person may ask about it."""

    def record_outcome(task: Task[..., None], trail: Trail, /, **kwargs: object) -> None:
        """Keep the outcome; the same message twice is one row."""
        from packit_worker.store.errors import (  # noqa: PLC0415 - see above
            StoreUnavailableError,
        )

        texts = recorded_texts(kwargs)
        try:
            room.engine().ledger.record_outcome(
                str(task.request.id), texts, trail.correlation_id, _sent_at(task.request)
            )
        except (NotReadyError, StoreUnavailableError) as error:
            sentry.tag(outcome=NOT_READY)
            _put_off(task, kwargs, error, trail)
            return
        sentry.tag(outcome="recorded", repository=texts.get("repository"))
        with about(repository=texts.get("repository")):
            log.info("recorded %s %s", texts.get("outcome"), texts.get("code"))

    return record_outcome

"""The task of the sweep: it sends again what is due, and what services should have told us."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, Task

from packit_worker import sentry
from packit_worker.engine_room import NOT_READY, EngineRoom, NotReadyError
from packit_worker.events.base import Event
from packit_worker.headers import Trail, trace_of
from packit_worker.identity import base_id, follow_up_id
from packit_worker.logs import about
from packit_worker.sending import send

SWEEP = "task.sweep"
# How long a message that the sweep sent may take before it sends another.
_AGAIN = timedelta(minutes=5)

log = logging.getLogger(__name__)


def sweep_with(room: EngineRoom) -> Callable[..., None]:
    """Return the task that sends again what is due, and looks after what is open outside."""

    def sweep(task: Task[..., None], _trail: Trail, /, **_others: object) -> None:
        """Send what is due; one sweeper at a time."""
        from packit_worker.store.errors import StoreUnavailableError  # noqa: PLC0415 - heavy

        try:
            engine = room.engine()
            with engine.ledger.due_events(again_after=_AGAIN) as events:
                for event in events:
                    trace = trace_of(event.trace or {})
                    _resend(task.app, event, Trail(event.correlation_id or event.id, trace=trace))
            missed = engine.sweep()
            for each in missed:
                _send_missed(task.app, each)
            sentry.tag(outcome="sent-again" if events or missed else "nothing-due")
        except (NotReadyError, StoreUnavailableError) as error:
            sentry.tag(outcome=NOT_READY)
            log.warning("no sweep: %s", error)  # the next one is due soon

    return sweep


def _resend(app: Celery, event: Any, trail: Trail) -> None:
    ids = {"event_id": event.id, "repository": event.repository}
    with about(correlation_id=trail.correlation_id, **ids):
        log.info("%s is due again", event.task)
    send(app, event.task, event.kwargs, trail.headers(), task_id=event.id)


def _send_missed(app: Celery, event: Event) -> None:
    """Send what a service should have told us. The same news within the hour is one event."""
    kwargs = event.as_kwargs()
    hour = f"{datetime.now(UTC):%Y-%m-%dT%H}"
    base = base_id("sweep", json.dumps([event.task(), kwargs, hour], sort_keys=True), "")
    event_id = follow_up_id(base, event.task())
    with about(correlation_id=event_id, event_id=event_id):
        log.info("%s was never told: sent by the sweep", event.task())
    send(app, event.task(), kwargs, Trail(event_id).headers(), task_id=event_id)

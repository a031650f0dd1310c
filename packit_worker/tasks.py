"""The Celery tasks: parse_message, record_outcome, one for each event, and the sweep."""

import logging
from collections.abc import Callable
from typing import Any

from celery import Celery, Task
from celery.exceptions import Reject
from kombu.exceptions import OperationalError

from packit_worker import sentry
from packit_worker.engine_room import EngineRoom
from packit_worker.follow import tell
from packit_worker.handler import AnySpec
from packit_worker.headers import Trail
from packit_worker.identity import base_id, follow_up_id
from packit_worker.logs import about, fields
from packit_worker.metrics import IGNORED_ARGUMENTS, STAGE_1
from packit_worker.observing import observed, report_losses
from packit_worker.registry import EVENTS
from packit_worker.routing import Routing
from packit_worker.sending import send
from packit_worker.settings import Settings
from packit_worker.stage1 import RECORD_OUTCOME, Intake, outcome_of_stage_1, take_in
from packit_worker.stage2_tasks import process_with, record_outcome_with
from packit_worker.sweep_task import SWEEP, sweep_with
from parsers import Options
from parsers.result import Json

PARSE_MESSAGE = "task.parse_message"
# The name under which packit-service's relay and bus consumer send.
FOREIGN_PARSE_MESSAGE = "task.steve_jobs.process_message"
# The id of such a task says nothing: many are sent for one event, or one for many.
_NO_EVENT = ("parse_message", "sweep")

log = logging.getLogger(__name__)


def register_tasks(
    app: Celery, routing: Routing, settings: Settings, handlers: tuple[AnySpec, ...]
) -> None:
    """Give an application its tasks, with the limits that queues.yaml sets."""
    room = EngineRoom(settings, handlers)

    def register(name: str, word: str, run: Callable[..., None]) -> None:
        route = routing.routes[word]
        app.task(
            name=name,
            bind=True,
            shared=False,
            typing=False,  # what comes over the wire is checked by what runs
            # The soft limit is of each job run, so the engine sets it.
            time_limit=route.time_limit,
            max_retries=route.attempts - 1,
            # A message whose process was killed comes back at once: Celery would wait for 180 s,
            # longer than Redis leaves a message unacked.
            default_retry_delay=0,
        )(observed(run, is_event=word not in _NO_EVENT))

    for name in (PARSE_MESSAGE, FOREIGN_PARSE_MESSAGE):
        register(name, "parse_message", _parse_message_with(settings.options()))
    report_losses((PARSE_MESSAGE, FOREIGN_PARSE_MESSAGE, RECORD_OUTCOME))
    register(RECORD_OUTCOME, "record_outcome", record_outcome_with(room))
    register(SWEEP, "sweep", sweep_with(room))
    for event in EVENTS:
        route = routing.routes[event.word()]
        register(event.task(), event.word(), process_with(event, route, room))


def _parse_message_with(options: Options) -> Callable[..., None]:
    def parse_message(
        task: Task[..., None],
        trail: Trail,
        /,  # a foreign keyword argument may be called `task` too
        event: Json = None,
        source: Json = None,
        event_type: Json = None,
        delivery_id: Json = None,
        topic: Json = None,
        **others: object,
    ) -> None:
        """Stage 1: parse a raw payload and send the task that follows from it."""
        if others:
            IGNORED_ARGUMENTS.inc(len(others))
        # Ids are made of it: it is the same sender in any case.
        sender = (_text(source) or "").lower() or None
        hints = {"source": sender, "event_type": _text(event_type) or _text(topic)}
        intake = take_in(event, **hints, options=options)
        STAGE_1.labels(intake.outcome, intake.code or "").inc()
        hints["delivery_id"] = _text(delivery_id) or intake.delivery_id
        _follow_up(task, intake, hints, trail)

    return parse_message


def _follow_up(
    task: Task[..., None], intake: Intake, hints: dict[str, str | None], trail: Trail
) -> None:
    """Log how stage 1 ended, send what follows from it, and tell who waits."""
    base = base_id(hints["source"], hints["delivery_id"], str(task.request.id))
    follow_up = intake.task or (RECORD_OUTCOME if intake.is_asked else None)
    event_id = follow_up_id(base, follow_up) if follow_up else None
    told = _told(intake)
    arrow = f"-> {intake.task}" if intake.task else f"{intake.code}: {intake.detail}"
    # Told before it is sent: the end of stage 2 must not overtake the end of stage 1.
    tell(task.app, trail, stage=1, **told)
    if follow_up and event_id:
        record = outcome_of_stage_1(intake) | hints
        _send(task.app, follow_up, intake.kwargs if intake.task else record, event_id, trail)
    sentry.tag(event=intake.event, outcome=intake.outcome, repository=intake.repository)
    with about(event_id=event_id, repository=intake.repository):
        log.info(
            "%s %s %s", intake.outcome, intake.event or "", arrow, extra=fields(**told, **hints)
        )


def _told(intake: Intake) -> dict[str, str | None]:
    names = ("outcome", "event", "task", "code", "detail", "at")
    return {name: getattr(intake, name) for name in names}


def _send(app: Celery, task: str, kwargs: dict[str, Any], task_id: str, trail: Trail) -> None:
    try:
        send(app, task, kwargs, trail.headers(), task_id=task_id)
    except OperationalError as error:
        # The message that caused this one goes back to the broker, which has it until it is acked.
        raise Reject(error, requeue=True) from error


def _text(value: Json) -> str | None:
    """Return an argument that is a text, or None: a relay may send what it likes."""
    return value if isinstance(value, str) and value else None

"""How a door hands a payload to stage 1: it is with the broker, or the sender soon hears that not.

Both doors, the relay and the bus consumer, send the way `replay` does.
"""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from celery import Celery

from packit_worker import sentry
from packit_worker.app import create_app
from packit_worker.broker_url import is_redis
from packit_worker.headers import Trail
from packit_worker.identity import base_id, follow_up_id
from packit_worker.sending import send
from packit_worker.settings import Settings
from packit_worker.stage1 import RECORD_OUTCOME, Intake
from packit_worker.tasks import PARSE_MESSAGE
from parsers.result import Json

# Seconds that the broker may take for one answer. GitHub hangs up after 10, and a request may have
# waited for one of another before.
ANSWER_SECONDS = 2
# A failure that comes sooner is of a connection that died since it was used last: once more.
_QUICK_SECONDS = 0.5
_ON_REDIS = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
_ON_RABBITMQ = {"read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
_SECRET_KEYS = frozenset({"token", "secret", "api_key"})
# kombu would try to connect for ever.
_ONE_ATTEMPT = {"max_retries": 0}


class BrokerDownError(Exception):
    """The broker did not say that it has the message. It may have it none the less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPayload:
    """What a door took in.

    Attributes:
        text: the payload, JSON, without secrets.
        source: who sent it.
        event_type: the forge's event header, or the bus topic.
        delivery_id: the sender's own id.
    """

    text: str
    source: str
    event_type: str | None = None
    delivery_id: str | None = None


def door_app(settings: Settings, senders: int) -> Celery:
    """Return an application whose broker has little time to answer.

    Args:
        settings: the operator's.
        senders: how many threads send at a time; each has a connection of its own.

    Raises:
        RoutingError: queues.yaml cannot be used.
        BrokerUrlError: nor can the broker's URL.
    """
    app = create_app(settings)
    limits = _ON_REDIS if is_redis(app.conf.broker_url) else _ON_RABBITMQ
    app.conf.broker_transport_options = app.conf.broker_transport_options | limits | _ONE_ATTEMPT
    app.conf.broker_connection_timeout = ANSWER_SECONDS
    app.conf.broker_pool_limit = senders
    return app


def deliver(app: Celery, payload: RawPayload) -> str:
    """Send a payload to `task.parse_message`; return the id of that task.

    Raises:
        BrokerDownError: the broker did not say within seconds that it has it.
    """
    task_id = str(uuid4())
    name = f"deliver {payload.source}"
    with sentry.transaction(name, Trail(task_id), op="queue.publish") as trail:
        _deliver(app, payload, trail)
    return task_id


def _deliver(app: Celery, payload: RawPayload, trail: Trail) -> None:
    kwargs = {
        "event": payload.text,
        "source": payload.source,
        "event_type": payload.event_type,
        "delivery_id": payload.delivery_id,
    }
    started = time.monotonic()
    try:
        _send(app, kwargs, trail)
    except Exception as error:
        if time.monotonic() - started > _QUICK_SECONDS:
            raise _told(error) from error
        try:
            _send(app, kwargs, trail)
        except Exception as again:
            raise _told(again) from again


def event_id(payload: RawPayload, intake: Intake, task_id: str) -> str:
    """Return the id under which it is told what became of a payload; stage 1 makes the same.

    Args:
        payload: what was delivered.
        intake: what it is.
        task_id: what `deliver` returned.
    """
    base = base_id(payload.source, payload.delivery_id, task_id)
    return follow_up_id(base, intake.task or RECORD_OUTCOME)


def without_secrets(payload: Json) -> Json:
    """Return JSON without what lies under `token`, `secret` or `api_key`, at any depth."""
    if isinstance(payload, dict):
        kept = {key: value for key, value in payload.items() if key.lower() not in _SECRET_KEYS}
        return {key: without_secrets(value) for key, value in kept.items()}
    if isinstance(payload, list):
        return [without_secrets(value) for value in payload]
    return payload


def _send(app: Celery, kwargs: dict[str, Any], trail: Trail) -> None:
    send(
        app,
        PARSE_MESSAGE,
        kwargs,
        trail.headers(),
        task_id=trail.correlation_id,
        compression="zstd",
        confirm_timeout=ANSWER_SECONDS,
        retry=False,
    )


def _told(error: Exception) -> BrokerDownError:
    return BrokerDownError(f"{type(error).__name__}: {error}")

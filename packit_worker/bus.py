"""The door of the message bus: the callback of `fedora-messaging consume`.

https://fedora-messaging.readthedocs.io. Which topics come is said in its own configuration, of
which files/fedora-messaging.toml is a sample.
"""

import atexit
import json
import logging
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from fedora_messaging import config
from fedora_messaging.exceptions import Nack
from fedora_messaging.message import Message

from packit_worker import logs, sentry
from packit_worker.broker_url import BrokerUrlError
from packit_worker.bus_reading import drop_unreadable
from packit_worker.delivering import (
    BrokerDownError,
    RawPayload,
    deliver,
    door_app,
    event_id,
    without_secrets,
)
from packit_worker.embedded import EmbeddedBrokerError, embedded_broker
from packit_worker.logs import fields
from packit_worker.processes import redactor_of, start_sentry
from packit_worker.routing import RoutingError
from packit_worker.sentry import BadDsnError
from packit_worker.settings import Settings
from packit_worker.stage1 import Intake, take_in
from packit_worker.words import nearest
from packit_worker.yaml_file import FileError

_SOURCE = "fedora-messaging"
# `copr` of org.fedoraproject.prod.copr.build.end.
_APPLICATION = re.compile(r"(?:[a-z]+\.[a-z]+\.[a-z]+\.)??(copr|buildsys)\.")
# Whom a build belongs to.
_OWNER_KEYS = {"copr": ("user", "owner"), "buildsys": ("owner",)}
_CONFIG_KEYS = ("liveness_file",)
# Seconds before a message is given back: the bus sends it again at once.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0

log = logging.getLogger(__name__)


class Consumer:
    """Hands the messages that concern us to stage 1.

    A message is acknowledged once the broker has it, or once it is known to be of no interest. If
    the broker does not take it, the bus keeps it. Whatever is in a message, nothing else is raised:
    fedora-messaging would end.
    """

    def __init__(self) -> None:
        """Read the settings, and `[consumer_config]` of fedora-messaging.

        Raises:
            ValueError: they cannot be used; fedora-messaging prints the text.
        """
        self._held = ExitStack()
        self._pause = _FIRST_PAUSE
        try:
            self._liveness = _liveness_file(config.conf["consumer_config"])
            settings = Settings.from_environ()
            policy = settings.policy()
            drop_unreadable()
            logs.take_over(settings.service.log_format, redactor_of(settings))
            start_sentry(settings)
            atexit.register(sentry.flush)
            if settings.broker is None:
                self._held.enter_context(embedded_broker())
            self._app = door_app(settings, senders=1)
        except (FileError, RoutingError, EmbeddedBrokerError, BadDsnError) as error:
            raise ValueError(str(error)) from None
        except BrokerUrlError as error:
            raise ValueError(f"PACKIT_WORKER_BROKER {error}") from None
        self._options = settings.options()
        self._owners = {"copr": policy.copr_user, "buildsys": policy.koji_user}

    def __call__(self, message: Message) -> None:
        """Take a message.

        Raises:
            fedora_messaging.exceptions.Nack: the broker did not say that it has it.
        """
        try:
            taken = self._taken_in(message)
        except Exception as error:  # noqa: BLE001 - a message must not end the consumer
            log.error(  # noqa: TRY400 - the trace may quote the message
                "dropped %s %s: %s", message.topic, message.id, type(error).__name__
            )
            if not isinstance(error, RecursionError):  # that is a message nested too deep
                sentry.report_bug("the bus consumer", error)
            taken = None
        if taken is not None:
            self._hand_on(*taken)
        if self._liveness is not None:
            self._liveness.touch()

    def _taken_in(self, message: Message) -> tuple[RawPayload, Intake] | None:
        """Return what is to be handed on, and what it is; None: it is of no interest."""
        app = _APPLICATION.match(message.topic)
        if app and not self._is_ours(app[1], message.body):
            return None
        body = without_secrets(message.body)
        intake = take_in(body, source=_SOURCE, event_type=message.topic, options=self._options)
        if not _is_of_interest(intake):
            return None
        raw = RawPayload(
            text=json.dumps(body),
            source=_SOURCE,
            event_type=message.topic,
            delivery_id=message.id,
        )
        return raw, intake

    def _is_ours(self, app: str, body: Mapping[str, Any]) -> bool:
        ours = self._owners[app]
        return any(body.get(key) == ours for key in _OWNER_KEYS[app])

    def _hand_on(self, payload: RawPayload, intake: Intake) -> None:
        try:
            task_id = deliver(self._app, payload)
        except BrokerDownError as error:
            log.warning("the broker does not take %s: %s", payload.delivery_id, error)
            time.sleep(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            raise Nack from None
        self._pause = _FIRST_PAUSE
        with logs.about(
            correlation_id=task_id,
            event_id=event_id(payload, intake, task_id),
            repository=intake.repository,
        ):
            line = (payload.event_type, payload.delivery_id)
            told = {"outcome": "accepted", "event": intake.event, "delivery_id": line[1]}
            log.info("accepted %s %s", *line, extra=fields(**told))


def _is_of_interest(intake: Intake) -> bool:
    """Whether something follows, or a person may ask why not; the bus is full of unknown types."""
    return intake.outcome != "skipped" or (intake.is_asked and intake.code != "unknown-event")


def _liveness_file(consumer_config: Mapping[str, Any]) -> Path | None:
    """Return the file that is touched after each message.

    Raises:
        ValueError: there is another key, or a value of another type.
    """
    for key in consumer_config:
        if key not in _CONFIG_KEYS:
            raise ValueError(f'consumer_config: unknown key "{key}"{nearest(key, _CONFIG_KEYS)}')
    file = consumer_config.get("liveness_file")
    if file is not None and not isinstance(file, str):
        raise ValueError("consumer_config.liveness_file: expected a path")
    return Path(file) if file else None

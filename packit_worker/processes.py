"""What a worker and a beat of this application do when they start: they log as the settings say."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from celery import Celery, signals
from msgspec import structs

from packit_worker import logs
from packit_worker.redaction import Redactor
from packit_worker.secret import Secret
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

_UID = "packit_worker"


def log_as_set(app: Celery, settings: Settings) -> None:
    """Have the workers and the beat of an application log as the settings say."""

    def set_up_logs(loglevel: int, logfile: str | None = None, **_others: object) -> None:
        logs.set_up(settings.service.log_format, loglevel, redactor_of(settings), file=logfile)
        # What a library prints is a line too.
        app.log.redirect_stdouts_to_logger(logging.getLogger("celery.redirected"), logging.WARNING)

    def begin(instance: Any, **_others: object) -> None:
        # For what is logged before Celery's own start.
        set_up_logs(logging.WARNING)
        # Celery's banner is no JSON.
        instance.quiet = instance.quiet or settings.service.log_format == "json"

    receivers = ((signals.setup_logging, set_up_logs), (signals.celeryd_init, begin))
    for signal, receiver in receivers:
        # The last application made in a process is the one that runs there.
        signal.disconnect(dispatch_uid=_UID)
        signal.connect(receiver, weak=False, dispatch_uid=_UID)


def redactor_of(settings: Settings) -> Redactor:
    """Return what hides every secret of the settings that this process can read."""
    urls = (settings.broker, settings.database)
    passwords = [_password(url) for url in urls if url]
    named = _secrets(settings.service, "")
    return Redactor.of(*passwords, *(unquote(each) for each in passwords if each), *named)


def _password(url: str) -> str | None:
    with suppress(ValueError):
        return urlsplit(url).password
    return None


def _secrets(value: Any, key: str) -> Iterator[str]:
    """Yield every secret below a part of the settings, and the passwords in them that are URLs."""
    if isinstance(value, Secret):
        # Whoever needs it says what is wrong with it.
        with suppress(FileError):
            text = value.read(key)
            yield text
            yield _password(text) or ""
    elif isinstance(value, msgspec.Struct):
        yield from _secrets(structs.asdict(value), key)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _secrets(inner, name)

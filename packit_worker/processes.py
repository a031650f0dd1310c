"""What the processes of an application do when they start: log and report as the settings say."""

import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from celery import Celery, signals

from packit_worker import logs, sentry
from packit_worker.redaction import Redactor
from packit_worker.secret import secrets_in
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

_UID = "packit_worker"
# Secrets whose other parts may be told: without the address nobody knows what does not answer.
_URLS = ("broker", "database")

log = logging.getLogger(__name__)


def observe(app: Celery, settings: Settings) -> None:
    """Have the workers and the beat of an application log and report as the settings say."""

    def set_up_logs(loglevel: int, logfile: str | None = None, **_others: object) -> None:
        logs.set_up(settings.service.log_format, loglevel, redactor_of(settings), file=logfile)
        # What a library prints is a line too.
        app.log.redirect_stdouts_to_logger(logging.getLogger("celery.redirected"), logging.WARNING)

    def begin(instance: Any, **_others: object) -> None:
        try:
            start_sentry(settings)
        except (FileError, sentry.BadDsnError) as error:
            # Celery would log any exception, and go on.
            sys.stderr.write(f"Error: {error}\n")
            raise SystemExit(2) from None
        # For what is logged before Celery's own start.
        set_up_logs(logging.WARNING)
        if settings.service.log_format == "json":
            _silence(instance)

    def end(**_others: object) -> None:
        sentry.flush()

    receivers = (
        (signals.setup_logging, set_up_logs),
        (signals.celeryd_init, begin),
        (signals.worker_ready, _tell_visibility),
        (signals.worker_process_shutdown, end),
        (signals.worker_shutdown, end),
    )
    for signal, receiver in receivers:
        # The last application made in a process is the one that runs there.
        signal.disconnect(dispatch_uid=_UID)
        signal.connect(receiver, weak=False, dispatch_uid=_UID)


def _tell_visibility(sender: Any, **_others: object) -> None:
    # That of the channel: what holds, whatever the settings say. RabbitMQ has none.
    seconds = getattr(sender.task_consumer.channel, "visibility_timeout", None)
    if seconds is not None:
        log.info("visibility timeout: %s s", seconds)


def _silence(worker: Any) -> None:
    """Have Celery say nothing past the log: its banner is no JSON, nor how it says that it ends."""
    worker.quiet = True
    # As in a process that has none.
    sys.__stdout__ = None  # type: ignore[misc]
    signals.worker_shutting_down.connect(_tell_end, weak=False, dispatch_uid=_UID)


def _tell_end(sig: str, how: str, **_others: object) -> None:
    log.info("%s shutdown begins (%s)", how, sig)


def start_sentry(settings: Settings) -> None:
    """Report to Sentry from now on, if the settings say where to.

    Raises:
        FileError: the file or variable that should hold the DSN cannot be used.
        BadDsnError: it holds none.
    """
    dsn = settings.sentry_dsn()
    if dsn:
        sentry.start(
            dsn,
            deployment=settings.service.deployment,
            sample_rate=settings.service.sentry_traces_sample_rate,
            redactor=redactor_of(settings),
        )


def redactor_of(settings: Settings) -> Redactor:
    """Return what hides every secret of the settings that this process can read."""
    urls = (settings.broker, settings.database)
    passwords = [password for url in urls if url for password in _passwords(url)]
    named = _secrets(settings)
    return Redactor.of(*passwords, *(unquote(each) for each in passwords), *named, settings.sentry)


def _passwords(text: str) -> Iterator[str]:
    """Yield the passwords in a URL, or in several; all of what cannot be taken apart."""
    for url in text.split(";"):  # kombu takes several
        try:
            parts = urlsplit(url)
            password = parts.password
        except ValueError:
            yield url
            continue
        yield from [value for name, value in parse_qsl(parts.query) if "pass" in name.lower()]
        if password:
            yield password
        elif "@" in url or not parts.scheme:
            yield url


def _secrets(settings: Settings) -> Iterator[str]:
    """Yield every secret, and the passwords in those that are URLs."""
    for key, secret in secrets_in(settings.service):
        # Whoever needs it says what is wrong with it.
        with suppress(FileError):
            text = secret.read(key)
            if key not in _URLS:
                yield text
            yield from _passwords(text)

"""Log lines: structured, each with what it is about, and no secret in any of them.

Set up once a process, by Celery's signal `setup_logging` (app.py) or by a command. The tasks say
with `about` what they work on; whatever is logged meanwhile, also by a library, carries it.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

from packit_worker.redaction import Redactor

LogFormat = Literal["human", "json"]

# Characters of a message, and of a trace: what is longer tells nobody more.
_LONGEST = 8_000
_LONGEST_TRACE = 24_000
# Their lines at the level that was asked for; others are libraries.
_TOLD = ("packit_worker", "celery", "gunicorn")
# "Task … received" and "… succeeded": we log what becomes of it. "Sending due task": every 10 s.
_QUIET = ("celery.worker.strategy", "celery.app.trace", "celery.beat")
# What a terminal would act upon; a newline is dealt with apart.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")

_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("packit_worker_about")


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Have all lines of the block tell these: `correlation_id`, `event_id`, `repository`.

    They are added to those of the block around it.
    """
    known = {key: value for key, value in ids.items() if value is not None}
    token = _ABOUT.set({**current(), **known})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def current() -> Mapping[str, str]:
    """Return what the lines of this block tell."""
    return _ABOUT.get({})


def fields(**values: Any) -> dict[str, Any]:
    """Return what a line tells besides its text: `log.info("…", extra=fields(outcome="done"))`."""
    return {"fields": values}


def set_up(
    kind: LogFormat, level: int | str, redactor: Redactor, *, file: str | None = None
) -> None:
    """Send all lines of this process to standard error, or to a file.

    Args:
        kind: JSON, one object a line; or for people.
        level: from which level on our own lines are told, and Celery's about the worker.
        redactor: knows our secrets.
        file: its path.
    """
    handler = logging.FileHandler(file) if file else logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(_formatter(kind, redactor))
    # Celery keeps the log of its pool apart from all others.
    for logger in (logging.getLogger(), logging.getLogger("multiprocessing")):
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
    for name in _TOLD:
        logging.getLogger(name).setLevel(level)
    for name in _QUIET:
        is_debug = logging.getLogger("packit_worker").level <= logging.DEBUG
        logging.getLogger(name).setLevel(logging.NOTSET if is_debug else logging.WARNING)
    logging.captureWarnings(capture=True)


def take_over(kind: LogFormat, redactor: Redactor) -> None:
    """Write the lines of this process as ours; where they go, and from which level on, stays.

    For a program of others that set its logs up already.
    """
    known = logging.root.manager.loggerDict.values()
    loggers = [logging.root, *(each for each in known if isinstance(each, logging.Logger))]
    for logger in loggers:
        for handler in logger.handlers:
            handler.setFormatter(_formatter(kind, redactor))


def _formatter(kind: LogFormat, redactor: Redactor) -> logging.Formatter:
    return _JsonFormatter(redactor) if kind == "json" else _HumanFormatter(redactor)


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, process, message, what it is about, fields."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": _message(record, self._redactor),
            **_told(record, self._redactor),
        }
        trace = _trace(self, record, self._redactor)
        return json.dumps(line | ({"trace": trace} if trace else {}), default=str)


class _HumanFormatter(logging.Formatter):
    """`[time: LEVEL/process] message [correlation id] event=… repository=… handlers=…`."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and those of a trace."""
        begin = f"[{self.formatTime(record)}: {record.levelname}/{record.processName}] "
        told = _told(record, self._redactor)
        line = begin + _message(record, self._redactor)
        line += f" [{told['correlation_id']}]" if "correlation_id" in told else ""
        shown = {"event": told.get("event_id"), "repository": told.get("repository")}
        # Other fields stand in the message already.
        shown |= {
            name: ", ".join(map(str, each)) for name, each in told.items() if type(each) is list
        }
        line += "".join(f" {name}={value}" for name, value in shown.items() if value)
        trace = _trace(self, record, self._redactor)
        # Indented, so that no text of others can look like a line of its own.
        text = f"{line}\n{trace}" if trace else line
        return _CONTROL.sub(_escaped, text).replace("\n", "\n    ")


def _message(record: logging.LogRecord, redactor: Redactor) -> str:
    try:
        message = _with_hidden_arguments(record, redactor)
    except (TypeError, ValueError, KeyError) as error:  # arguments that do not fit: a bug there
        message = f"{record.msg} ({type(error).__name__} in its arguments)"
    message = redactor.text(message)
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def _with_hidden_arguments(record: logging.LogRecord, redactor: Redactor) -> str:
    """Return the message; in an argument that is a mapping or list, keys tell what is secret."""
    arguments = record.args
    if isinstance(arguments, Mapping):
        hidden: dict[str, Any] = redactor.value(arguments)
        text: str = str(record.msg) % hidden
        return text
    if not arguments:
        return record.getMessage()
    plain = (
        redactor.value(each) if isinstance(each, Mapping | list | tuple) else each
        for each in arguments
    )
    return str(record.msg) % tuple(plain)


def _told(record: logging.LogRecord, redactor: Redactor) -> dict[str, Any]:
    own = getattr(record, "fields", None)
    hidden: dict[str, Any] = redactor.value({**current(), **(own if isinstance(own, dict) else {})})
    return hidden


def _trace(formatter: logging.Formatter, record: logging.LogRecord, redactor: Redactor) -> str:
    if not isinstance(record.exc_info, tuple):
        return ""
    # Not `record.exc_text`, which other handlers would share, and which nobody redacted.
    trace = redactor.text(formatter.formatException(record.exc_info))
    # What went wrong stands at the end.
    return trace if len(trace) <= _LONGEST_TRACE else f"…{trace[-_LONGEST_TRACE:]}"


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")

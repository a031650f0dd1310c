"""Errors and traces go to Sentry, where a DSN is set; else its library is not even loaded.

One trace leads from the door through both stages to every handler and its later attempts: its
headers travel in our messages (headers.py) and are kept with the event, so that the sweep continues
it too. Nothing is patched into Celery: each task is one transaction of its own name.

https://develop.sentry.dev/sdk/telemetry/traces/
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any

from packit_worker.headers import Trail
from packit_worker.logs import current
from packit_worker.redaction import Redactor

FLUSH_SECONDS = 2.0
# Of transactions, and of errors; the library's own 100 are a second's work of stage 1.
_LONGEST_QUEUE = 1000
# Attempts that did nothing; by the tag `outcome`.
_NOTHING_DONE = frozenset({"in-progress", "duplicate", "not-ready", "nothing-due"})
# What an event may consist of. Sentry's own clean-up does not know what a payload is.
_KEPT = frozenset(
    "event_id type level message exception timestamp start_timestamp transaction transaction_info"
    " tags contexts fingerprint spans platform release environment server_name sdk logger".split()
)
_KEPT_CONTEXTS = ("trace", "runtime", "error")
# Characters of an error's own text.
_LONGEST = 200
_OURS = ("packit_worker.", "parsers.")
_NO_DSN = "sentry_dsn: it is none (https://<key>@<host>/<number>)"
# What the SDK does by itself, and what of it we want.
_QUIET: Mapping[str, Any] = {
    # Its integrations send payloads, spans of every Redis command, and their own errors.
    "default_integrations": False,
    "auto_enabling_integrations": False,
    "include_local_variables": False,
    "max_breadcrumbs": 0,
    "send_default_pii": False,
    # Threads, which do not survive a fork, and requests that nobody asked for.
    "auto_session_tracking": False,
    "enable_backpressure_handling": False,
    "trace_propagation_targets": [],
    "transport_queue_size": _LONGEST_QUEUE,
    "shutdown_timeout": FLUSH_SECONDS,
}


class BadDsnError(Exception):
    """The DSN cannot be used; the text does not quote it."""


def start(dsn: str, *, deployment: str, sample_rate: float, redactor: Redactor) -> None:
    """Begin to report from this process, and from those that it forks.

    Args:
        dsn: where to.
        deployment: prod, stg or dev.
        sample_rate: how many of the traces that begin here, from 0 to 1.
        redactor: knows our secrets.

    Raises:
        BadDsnError: there is no such DSN.
    """
    import sentry_sdk  # noqa: PLC0415 - only where it is wanted
    from sentry_sdk.utils import BadDsn  # noqa: PLC0415

    from packit_worker.sentry_transport import TwoQueues  # noqa: PLC0415

    try:
        sentry_sdk.init(
            dsn,
            environment=deployment,
            release=_release(),
            traces_sample_rate=sample_rate,
            transport=TwoQueues,
            **_scrubbers(redactor),
            **_QUIET,
        )
    except BadDsn:
        raise BadDsnError(_NO_DSN) from None
    sentry_sdk.get_global_scope().set_tag("deployment", deployment)


def _scrubbers(redactor: Redactor) -> dict[str, Any]:
    """Return what each event goes through before it is sent; a transaction of nothing is not."""

    def scrubbed(event: Any, _hint: object) -> Any:
        return _scrubbed(event, redactor)

    def scrubbed_transaction(event: Any, hint: object) -> Any:
        is_worth_it = event.get("tags", {}).get("outcome") not in _NOTHING_DONE
        return scrubbed(event, hint) if is_worth_it else None

    return {"before_send": scrubbed, "before_send_transaction": scrubbed_transaction}


def host_of(dsn: str) -> str:
    """Return where the errors of a DSN go, without its key: `https://sentry.example.org:443`.

    Raises:
        BadDsnError: there is no such DSN.
    """
    from sentry_sdk.utils import BadDsn, Dsn  # noqa: PLC0415 - only where it is wanted

    try:
        found = Dsn(dsn)
    except BadDsn:
        raise BadDsnError(_NO_DSN) from None
    return f"{found.scheme}://{found.host}:{found.port}"


@contextmanager
def transaction(name: str, trail: Trail, *, op: str = "queue.task") -> Iterator[Trail]:
    """Run the block as one transaction of the trace that the trail belongs to.

    The door begins with a trail without trace, which begins one.

    Args:
        name: constant: the task's, or the door's route.
        trail: of the message that led here.
        op: what kind of work it is: `queue.task`, `http.server`.

    Yields:
        The trail for the messages that follow from it.
    """
    sdk = _sdk()
    if sdk is None:
        yield trail
        return
    with sdk.isolation_scope() as scope:
        scope.set_tag("correlation_id", trail.correlation_id)
        begun = sdk.continue_trace(dict(trail.trace), op=op, name=name, source="task")
        with sdk.start_transaction(begun):
            yield replace(trail, trace=_headers(sdk))


@contextmanager
def span(op: str, name: str) -> Iterator[None]:
    """Run the block as a step of the transaction around it."""
    sdk = _sdk()
    if sdk is None:
        yield
        return
    with sdk.start_span(op=op, name=name):
        yield


def tag(**tags: str | None) -> None:
    """Say something about the transaction and all that is reported from within it."""
    sdk = _sdk()
    if sdk is not None:
        sdk.get_isolation_scope().set_tags(_given(tags))


def tag_span(**data: str) -> None:
    """Say something about the step alone."""
    sdk = _sdk()
    at: Any = sdk.get_current_span() if sdk else None
    if at is not None:
        at.update_data(data)


def report_bug(where: str, error: BaseException, **tags: str | None) -> None:
    """Report an error of ours.

    Args:
        where: what broke, constant: a handler, a task.
        error: with its traceback.
        tags: more about it.
    """
    sdk = _sdk()
    if sdk is None:
        return
    from sentry_sdk.utils import event_from_exception  # noqa: PLC0415 - loaded by now

    event: Any
    event, hint = event_from_exception(error, client_options=sdk.get_client().options)
    # The title of an issue is type and value of the last one: a text of its own would make many
    # issues of one bug, and may quote a payload.
    for each in event["exception"]["values"]:
        each["value"] = ""
    event["exception"]["values"][-1]["value"] = f"bug in {where}"
    event["contexts"] = {"error": {"text": str(error)}}
    place = _place(error.__traceback__)
    _send(sdk, event, ("bug", where, type(error).__name__, place), {**tags, "outcome": "bug"}, hint)


def report_failure(what: str, code: str, **tags: str | None) -> None:
    """Report that something failed for the last time, or waits for so long that somebody looks.

    Args:
        what: constant: a handler, an event.
        code: why; stable, one word.
        tags: more about it; `outcome` is `waiting` if it will be tried again.
    """
    sdk = _sdk()
    if sdk is not None:
        how = "still waits" if tags.get("outcome") == "waiting" else "failed for good"
        event = {"level": "error", "message": f"{what} {how}: {code}"}
        _send(sdk, event, ("failure", what, code), {"outcome": "gave-up", **tags, "code": code})


def flush() -> None:
    """Send what is not sent yet, for some seconds; to be called before a process ends."""
    sdk = _sdk()
    if sdk is not None:
        sdk.flush(FLUSH_SECONDS)


def _release() -> str | None:
    try:
        return f"packit-worker@{version('packit-worker')}"
    except PackageNotFoundError:  # run from its sources
        return None


def _sdk() -> Any:
    """Return the library if `start` was called, else None."""
    sdk = sys.modules.get("sentry_sdk")
    return sdk if sdk is not None and sdk.is_initialized() else None


def _headers(sdk: Any) -> dict[str, str]:
    found = {"sentry-trace": sdk.get_traceparent(), "baggage": sdk.get_baggage()}
    return {name: value for name, value in found.items() if value}


def _send(
    sdk: Any,
    event: dict[str, Any],
    fingerprint: tuple[str, ...],
    tags: dict[str, str | None],
    hint: Any = None,
) -> None:
    event["fingerprint"] = list(fingerprint)
    with sdk.new_scope() as scope:
        scope.set_tags(_given({**current(), **tags}))
        sdk.capture_event(event, hint=hint)


def _given(tags: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if value}


def _place(trace: TracebackType | None) -> str:
    """Return the innermost function of ours: the same bug is at the same place."""
    place = ""
    while trace is not None:
        code, name = trace.tb_frame.f_code, trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith(_OURS):
            place = f"{name}.{code.co_qualname}"
        trace = trace.tb_next
    return place


def _scrubbed(event: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Return the event with nothing in it that we do not mean to send."""
    kept = {key: value for key, value in event.items() if key in _KEPT}
    contexts = kept.get("contexts", {})
    kept["contexts"] = {name: contexts[name] for name in _KEPT_CONTEXTS if name in contexts}
    hidden: dict[str, Any] = redactor.value(kept)
    error = hidden["contexts"].get("error")
    if error:
        # Not before: half a secret looks like none.
        error["text"] = error["text"][:_LONGEST]
    return hidden

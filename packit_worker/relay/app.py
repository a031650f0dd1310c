"""The Flask application of the relay."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, Unauthorized

from packit_worker import sentry
from packit_worker.delivering import BrokerDownError, RawPayload, event_id
from packit_worker.logs import about, fields
from packit_worker.relay.body import claim, received, text_for_queue, whole
from packit_worker.relay.doors import Door
from packit_worker.relay.signatures import EVERYTHING, Scopes, speaks_for
from packit_worker.replaying import typed
from packit_worker.stage1 import Intake, take_in
from packit_worker.subject import subject_of
from parsers import MalformedError, Options, load
from parsers.result import Json

Deliver: TypeAlias = Callable[[RawPayload], str]

# Seconds after which a sender may try again; most forges do not by themselves.
_RETRY_AFTER = "10"
_LONGEST_ID = 200
_FORM = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


def create_relay(
    doors: tuple[Door, ...], deliver: Deliver, options: Options, *, threads: int
) -> Flask:
    """Return the application.

    Args:
        doors: who may post where.
        deliver: hands a payload to the broker and returns the id of its task; it raises
            BrokerDownError.
        options: of stage 1.
        threads: how many payloads are checked and handed on at a time. Others may come in
            meanwhile: who is slow holds up nobody.
    """
    places = _Places(threading.Semaphore(threads), threading.Semaphore(threads))
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # a redirect, which no sender follows

    @app.get("/healthz")
    def healthz() -> Response:
        """Tell that the process lives; the broker is not asked: a restart would not mend it."""
        return _answer(200, {"outcome": "alive"})

    for door in doors:
        for path in door.paths:
            app.add_url_rule(path, path, _view(door, deliver, options, places), methods=["POST"])

    id_headers = {path: door.id_header for door in doors for path in door.paths}

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        code = error.code or 500
        path = request.path[:100]
        broken = getattr(error, "original_exception", None)
        if broken is not None:
            sentry.report_bug("the relay", broken)
        told = fields(status=code, outcome="refused", delivery_id=_header(id_headers.get(path)))
        line = (request.method, path, code, error.description)
        log.log(_level(code), "%s %r: %d %s", *line, extra=told)
        answer = _answer(code, {"outcome": "refused", "detail": error.description})
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(sorted(error.valid_methods or ()))
        return answer

    return app


@dataclass(frozen=True, slots=True)
class _Places:
    """For payloads that are handled, and for large ones that come in."""

    handled: threading.Semaphore
    large: threading.Semaphore


def _view(
    door: Door, deliver: Deliver, options: Options, places: _Places
) -> Callable[[], Response]:
    def view() -> Response:
        with received(request, door.max_bytes, places.large) as body, places.handled:
            raw, payload, scopes = _checked(door, body)
            taken = _taken(door, payload, raw, scopes, deliver, options)
        words = [f"{key}={value!r}" for key, value in taken.told.items() if key != "event_id"]
        delivery = _header(door.id_header) or taken.delivery_id
        with about(event_id=taken.told.get("event_id"), **taken.about):
            line = (door.source, taken.status, " ".join(words), delivery)
            log.log(
                _level(taken.status), "%s %d %s [%s]", *line, extra=_keys(door, taken, delivery)
            )
        return _answer(taken.status, taken.told)

    return view


def _keys(door: Door, taken: "_Taken", delivery_id: str | None) -> dict[str, Any]:
    """Return what the line tells besides its text."""
    names = ("outcome", "event", "code")
    told = {name: taken.told[name] for name in names if name in taken.told}
    return fields(source=door.source, status=taken.status, **told, delivery_id=delivery_id)


def _checked(door: Door, body: IO[bytes]) -> tuple[bytes, Json, Scopes]:
    """Return the body, what it says, and what its signature speaks for.

    Raises:
        werkzeug.exceptions.Unauthorized: the signature is wrong, or there is none.
        werkzeug.exceptions.BadRequest: the body is no JSON object.
    """
    try:
        scopes = door.verify(body, request.headers)
        if not scopes:
            raise _unauthorized(door, claim(body))
        raw = whole(body)
        payload = load(raw)
    except MalformedError as error:
        hint = "; set the content type of the webhook to application/json"
        raise BadRequest(error.reason + hint * (request.mimetype == _FORM)) from None
    if not isinstance(payload, dict):
        raise BadRequest("expected a JSON object")
    return raw, payload, scopes


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a payload: the status, what the sender is told, what the log line is about.

    `delivery_id` is the sender's, where it lies in the payload or its envelope.
    """

    status: int
    told: Mapping[str, Any]
    about: Mapping[str, str | None] = field(default_factory=dict)
    delivery_id: str | None = None


def _taken(
    door: Door, payload: Json, body: bytes, scopes: Scopes, deliver: Deliver, options: Options
) -> _Taken:
    """Take a payload in whose signature is right."""
    event_type = _event_type(door, payload)
    if door.source == "github" and event_type == "ping":
        return _Taken(200, {"outcome": "pong"})
    try:
        text = text_for_queue(body, payload)
    except MalformedError as error:
        raise BadRequest(error.reason) from None
    intake = take_in(text, source=door.source, event_type=event_type, options=options)
    ids = {"repository": intake.repository}
    if not (intake.event or intake.is_asked):
        told = {"outcome": "ignored", "code": intake.code, "detail": intake.detail}
        return _Taken(202, told, ids, intake.delivery_id)
    if not _may_speak(scopes, intake):
        raise _unauthorized(door, intake.repository)
    delivery_id = _header(door.id_header) or intake.delivery_id
    raw = RawPayload(text=text, source=door.source, event_type=event_type, delivery_id=delivery_id)
    try:
        task_id = deliver(raw)
    except BrokerDownError as error:
        log.warning("the broker does not take a payload: %s", error)
        told = {"outcome": "no-broker", "detail": "send it again with the same delivery id"}
        return _Taken(503, told, ids, delivery_id)
    ids["correlation_id"] = task_id
    return _Taken(202, _accepted(raw, intake, task_id), ids, delivery_id)


def _accepted(raw: RawPayload, intake: Intake, task_id: str) -> Mapping[str, Any]:
    """Tell what will come of a payload; stage 1 makes the same ids."""
    names = ("event", "code", "detail", "at")
    told = {name: getattr(intake, name) for name in names if getattr(intake, name)}
    return {"outcome": "accepted", "event_id": event_id(raw, intake, task_id), **told}


def _may_speak(scopes: Scopes, intake: Intake) -> bool:
    """Whether the signature is of a secret of the very repository that the payload names.

    Also where no event follows: what is kept of it is shown on a page of that repository.
    """
    if EVERYTHING in scopes:
        return True
    repository = subject_of(typed(intake)).repository if intake.event else intake.repository
    return repository is not None and speaks_for(scopes, str(repository))


def _unauthorized(door: Door, claimed: str | None) -> Unauthorized:
    # What it claims helps to find the hook with the wrong secret; nobody vouches for it.
    delivery = _header(door.id_header)
    return Unauthorized(f"no right signature; it claims {claimed!r}, delivery {delivery!r}")


def _event_type(door: Door, payload: Json) -> str | None:
    """Return the type of what was sent: what is signed counts before a header."""
    topic = payload.get("topic") if door.source == "pagure" else None
    return topic if isinstance(topic, str) and topic else _header(door.type_header)


def _header(name: str | None) -> str | None:
    """Return a header, if it is fit to be stored."""
    value = request.headers.get(name) if name else None
    return value if value and value.isprintable() and len(value) <= _LONGEST_ID else None


def _level(status: int) -> int:
    return logging.WARNING if status >= 400 else logging.INFO  # noqa: PLR2004 - of HTTP


def _answer(status: int, told: Mapping[str, Any]) -> Response:
    answer = jsonify(told)
    answer.status_code = status
    if status == 503:  # noqa: PLR2004 - of HTTP
        answer.headers["Retry-After"] = _RETRY_AFTER
    return answer

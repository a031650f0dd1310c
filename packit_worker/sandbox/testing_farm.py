"""A stand-in of Testing Farm's API: https://api.testing-farm.io/redoc.

Only what stage 2 calls.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import flask
from werkzeug.exceptions import HTTPException

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.stand_in import CONTROL, StandIn
from packit_worker.sandbox.testing_farm_backend import FarmBackend, Notification, Outcome
from packit_worker.sandbox.testing_farm_schema import errors_of
from packit_worker.sandbox.testing_farm_world import FarmTest, FarmWorld

Json = dict[str, Any]

_API = "/v0.1"
_BEARER = "Bearer "


class TestingFarmStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked, `backend` runs tests.

    Requests wait until they are run: by `run`, by `POST /_sandbox/tests/ID/run` (the fields of
    `Outcome` as JSON), or by themselves, where `automatic` has an outcome for them: as soon as they
    were answered, or with `early` even before. `on_request` is called with each new one.
    """

    __test__ = False  # what its name would make it for pytest

    def __init__(self) -> None:
        self.world = FarmWorld()
        self.faults = Faults(_error_body)
        self.backend = FarmBackend()
        self.automatic: Callable[[FarmTest], Outcome | None] = lambda _test: None
        self.early = False
        self.on_request: Callable[[FarmTest], object] = lambda _test: None
        self.stand_in = StandIn("testing-farm", self.world, self.faults, self._authenticate)
        self._add_rules()

    def run(self, request_id: str, outcome: Outcome | None = None) -> list[Notification]:
        """Carry a request out at once; see `FarmBackend.run`."""
        return self.backend.run(self.world.tests[request_id], outcome)

    def _authenticate(self) -> None:
        """Know the caller by the bearer token; reads of the public ranch need none."""
        given = flask.request.headers.get("Authorization", "")
        user, ranch = self.world.keys.get(given.removeprefix(_BEARER), (None, None))
        is_bearer = given.startswith(_BEARER)
        flask.g.login, flask.g.ranch = (user, ranch) if is_bearer else (None, None)

    def _add_rules(self) -> None:
        app = self.stand_in.app
        app.register_error_handler(HTTPException, _http_error)
        table: tuple[tuple[str, str, Callable[..., Any]], ...] = (
            ("POST", f"{_API}/requests", self._submit),
            ("GET", f"{_API}/requests/<uuid:number>", self._show),
            ("DELETE", f"{_API}/requests/<uuid:number>", self._cancel),
            ("GET", f"{_API}/composes", lambda: self._composes("public")),
            ("GET", f"{_API}/composes/<ranch>", self._composes),
            ("POST", f"{CONTROL}/tests/<uuid:number>/run", self._run),
        )
        for method, rule, view in table:
            app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])

    def _submit(self) -> flask.Response:
        """`POST /requests`: check the body, keep it, answer with the new request."""
        _need_key()
        body = flask.request.get_json(silent=True)
        errors = errors_of(body, flask.g.ranch)
        if errors:
            _refuse(400, "The request body is not valid.", errors=errors)
        assert isinstance(body, dict)  # noqa: S101 - the schema says so
        test = self.world.add(flask.g.login, flask.g.ranch, body)
        # What the sender is told is how the request stood when it was taken.
        answer = flask.jsonify(_json(test))
        self.on_request(test)
        outcome = self.automatic(test)
        if outcome and self.early:
            self.backend.run(test, outcome)
        elif outcome:
            answer.call_on_close(lambda: self.backend.run(test, outcome))
        return answer

    def _show(self, number: object) -> Json:
        """`GET /requests/ID`: open to all on the public ranch."""
        test = self._find(number)
        if test.ranch != "public":
            _need_key()
        return _json(test)

    def _cancel(self, number: object) -> tuple[Json | str, int]:
        """`DELETE /requests/ID`: by whoever submitted it."""
        _need_key()
        test = self._find(number)
        if test.user != flask.g.login:
            _refuse(403, "You are not authorized to cancel this request.")
        if test.state == "canceled":
            return "", 204
        if test.has_ended:
            _refuse(409, "The request has already ended.")
        test.move("canceled")
        self.world.wrote("cancel", test, {})
        self.backend.notify(test)
        return _json(test), 200

    def _composes(self, ranch: str) -> Json:
        """`GET /composes/RANCH`."""
        known = {str(each): names for each, names in self.world.composes.items()}
        names = known.get(ranch) or _refuse(404, "No such ranch.")
        return {"composes": [{"name": name} for name in names]}

    def _run(self, number: object) -> tuple[Json, int]:
        try:
            outcome = Outcome(**(flask.request.get_json(silent=True) or {}))
        except (TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        sent = self.backend.run(self._find(number), outcome)
        return {"notifications": len(sent)}, 200

    def _find(self, number: object) -> FarmTest:
        found = self.world.tests.get(str(number))
        return found or _refuse(404, "No such entity.")


def _json(test: FarmTest) -> Json:
    """Write a request; before it runs, `result` and `run` are null."""
    result = {"overall": test.overall or "unknown", "summary": test.summary, "xunit": None}
    run = {"artifacts": test.artifacts, "console": None, "stages": None}
    return {
        "id": test.id,
        "user_id": test.user,
        "state": test.state,
        "test": test.body["test"],
        "environments_requested": test.body.get("environments", []),
        "notes": [],
        "result": result if test.has_ended and test.state != "canceled" else None,
        "run": run if test.artifacts else None,
        "created": test.created,
        "updated": test.updated,
    }


def _need_key() -> None:
    if flask.g.login is None:
        _refuse(401, "Not authorized to perform this action.")


def _refuse(status: int, text: str, **more: Any) -> NoReturn:
    response = flask.jsonify({"code": status, "message": text} | more)
    response.status_code = status
    flask.abort(response)


def _error_body(status: int, kind: str) -> Mapping[str, object]:
    return {"code": status, "message": kind}


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    return {"code": error.code, "message": error.description or ""}, error.code or 500

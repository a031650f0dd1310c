"""What every stand-in has: a record of requests, failures to order, and a control endpoint."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import flask

from packit_worker.sandbox.faults import Fault, Faults
from packit_worker.sandbox.world import Write

CONTROL = "/_sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it came, without its credentials. `login` is None for an unknown caller."""

    method: str
    path: str
    query: dict[str, str]
    login: str | None
    status: int

    def __str__(self) -> str:
        """Return the line that faults and tests match: `GET /repos/o/r`."""
        return f"{self.method} {self.path}"


class HasWrites(Protocol):
    """A world that keeps what was written to it."""

    writes: list[Write]


class StandIn:
    """A stand-in of one service: its Flask application, its world, its failures, its record.

    Tests hold this object; other processes use the control endpoint:
    `GET /_sandbox/requests`, `GET /_sandbox/writes`, `POST /_sandbox/faults` (the fields of
    `Fault` as JSON), `DELETE /_sandbox/faults`, `DELETE /_sandbox/record`.
    """

    def __init__(
        self,
        name: str,
        world: HasWrites,
        faults: Faults,
        authenticate: Callable[[], flask.Response | None],
    ) -> None:
        self.world = world
        self.faults = faults
        self.requests: list[Request] = []
        # Never the name of a package that is installed: Flask would look for its folder.
        self.app = flask.Flask(f"stand-in-{name}", root_path=str(Path(__file__).parent))
        self._authenticate = authenticate
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self._add_control()

    def forget(self) -> None:
        """Empty the record of requests and writes."""
        self.requests.clear()
        self.world.writes.clear()

    def _before(self) -> flask.Response | None:
        request = flask.request
        if request.path.startswith(CONTROL):
            return None
        fault = self.faults.take(f"{request.method} {request.path}")
        if fault and not fault.after:
            return self.faults.show(fault)
        flask.g.fault = fault
        return self._authenticate()

    def _after(self, response: flask.Response) -> flask.Response:
        request = flask.request
        if request.path.startswith(CONTROL):
            return response
        seen = Request(
            method=request.method,
            path=request.path,
            query=request.args.to_dict(),
            login=flask.g.get("login"),
            status=response.status_code,
        )
        self.requests.append(seen)
        fault: Fault | None = flask.g.get("fault")
        return self.faults.show(fault) if fault else response

    def _add_control(self) -> None:
        add = self.app.add_url_rule
        add(f"{CONTROL}/requests", "requests", lambda: [asdict(seen) for seen in self.requests])
        add(f"{CONTROL}/writes", "writes", lambda: [asdict(write) for write in self.world.writes])
        add(f"{CONTROL}/record", "forget", self._forget, methods=["DELETE"])
        add(f"{CONTROL}/faults", "faults", self._order, methods=["POST", "DELETE"])

    def _forget(self) -> tuple[str, int]:
        self.forget()
        return "", 204

    def _order(self) -> tuple[dict[str, Any] | str, int]:
        if flask.request.method == "DELETE":
            self.faults.clear()
            return "", 204
        try:
            self.faults.add(Fault(**flask.request.get_json()))
        except (TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        return "", 204

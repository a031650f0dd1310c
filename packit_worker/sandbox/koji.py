"""A stand-in of Koji's hub: XML-RPC and the raw upload.

https://docs.pagure.org/koji/. Only what the `koji` client calls for stage 2.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from xmlrpc.client import Fault, dumps, loads

import flask
from cryptography import x509
from cryptography.x509.oid import NameOID

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.koji_builders import KojiBuilders, Outcome
from packit_worker.sandbox.koji_calls import VERSION, Call, KojiCalls
from packit_worker.sandbox.koji_faults import fault
from packit_worker.sandbox.koji_messages import Message
from packit_worker.sandbox.koji_uploads import check_upload, upload
from packit_worker.sandbox.koji_world import KojiWorld, Task
from packit_worker.sandbox.negotiate import SCHEME, Acceptor
from packit_worker.sandbox.stand_in import CONTROL, StandIn

HUB = "/kojihub"
LOGIN = f"{HUB}/ssllogin"
_LOGINS = {"login", "sslLogin", "logout"}
_RAW = "application/octet-stream"
_OPTIONS = "__starstar"  # how the library marks named arguments, which XML-RPC lacks


class KojiStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked, `builders` build.

    Every call is `POST /kojihub`; an order to fail that is to meet one of them matches
    `CALL build`, `CALL rawUpload OFFSET` and so on, also inside of a multicall.

    Tasks wait until they are run: by `run`, by `POST /_sandbox/tasks/ID/run` (the fields of
    `Outcome` as JSON), or by themselves as soon as they are submitted, where `automatic` is set.
    `on_task` is called with each new task of a build. With `tickets` a login needs a
    ticket of Kerberos, whose name begins with that of the account.
    """

    def __init__(self, web_url: str = "https://koji.example.org/koji") -> None:
        self.world = KojiWorld()
        self.faults = Faults(lambda status, kind: {"error": f"{status} {kind}"})
        self.builders = KojiBuilders(self.world, web_url)
        self.automatic: Outcome | None = None
        self.tickets: Acceptor | None = None
        self.on_task: Callable[[Task], object] = lambda _task: None
        self.stand_in = StandIn("koji", self.world, self.faults, self._authenticate)
        calls = KojiCalls(self.world)
        calls.on_task = self._on_task
        self._table: dict[str, Call] = {
            **calls.table,
            "checkUpload": partial(check_upload, self.world),
        }
        self._add_rules()

    def run(self, task_id: int, outcome: Outcome | None = None) -> list[Message]:
        """Carry a task out at once; see `KojiBuilders.run`."""
        return self.builders.run(self.world.tasks[task_id], outcome)

    def _on_task(self, task: Task) -> None:
        self.on_task(task)
        if self.automatic:
            self.builders.run(task, self.automatic)

    def _add_rules(self) -> None:
        app = self.stand_in.app
        for rule in (HUB, LOGIN):
            app.add_url_rule(rule, rule, self._answer, methods=["POST"])
        app.add_url_rule(
            f"{CONTROL}/tasks/<int:number>/run", "run", self._run_view, methods=["POST"]
        )
        app.add_url_rule(
            f"{CONTROL}/offline", "offline", self._offline_view, methods=["POST", "DELETE"]
        )
        log = "/work/tasks/<int:folder>/<int:number>/build.log"
        app.add_url_rule(log, "log", self._log)
        app.add_url_rule("/koji/taskinfo", "taskinfo", self._page)

    def _offline_view(self) -> tuple[str, int]:
        """POST: the hub says that it is down; DELETE: no more."""
        self.world.offline = flask.request.method == "POST"
        return "", 204

    def _authenticate(self) -> flask.Response | None:
        """Read the session of the call, and the name in the certificate of the connection."""
        headers = flask.request.headers
        session = headers.get("Koji-Session-Id", ""), headers.get("Koji-Session-Key", "")
        flask.g.session = session if session[0] else None
        flask.g.user = self.world.sessions.get(session)
        flask.g.login = flask.g.user.name if flask.g.user else None
        flask.g.certificate = _name_of(flask.request.environ.get("SSL_CLIENT_CERT"))
        is_login = flask.request.path == LOGIN
        return self._read_ticket() if self.tickets and is_login else None

    def _read_ticket(self) -> flask.Response | None:
        """Read whose ticket it is, as the web server in front of a hub does, or refuse it."""
        header = flask.request.headers.get("Authorization", "")
        accepted = self.tickets.accept(header) if self.tickets else None
        if accepted is None:
            return flask.Response("Unauthorized\n", 401, {"WWW-Authenticate": SCHEME})
        flask.g.certificate = accepted[0].partition("@")[0]
        return None

    def _answer(self) -> flask.Response:
        """Answer a call, or a piece of an upload."""
        try:
            if flask.request.content_type == _RAW:
                offset = flask.request.args.get("offset", "")
                answer = self._carry_out("rawUpload", partial(upload, self.world), offset)
            else:
                # Our own loopback; the real hub's parser forbids what is dangerous in XML.
                given, method = loads(flask.request.get_data())
                answer = self._call(str(method), given)
            text = dumps((answer,), methodresponse=True, allow_none=True)
        except Fault as error:
            text = dumps(error, allow_none=True)
        response = flask.Response(text, content_type="text/xml")
        response.headers["Koji-Version"] = VERSION
        return response

    def _call(self, method: str, given: Any) -> Any:
        if method == "multiCall":
            return [self._one_of_many(each) for each in given[0]]
        known = self._table.get(method)
        if known is None:
            raise fault("error", f"Invalid method: {method}")
        arguments, options = _split(given)
        try:
            inspect.signature(known).bind(*arguments, **options)
        except TypeError as error:
            raise fault("parameter", str(error)) from error
        return self._carry_out(method, partial(known, *arguments, **options))

    def _one_of_many(self, each: Mapping[str, Any]) -> Any:
        try:
            return [self._call(each["methodName"], each["params"])]
        except Fault as error:
            return {"faultCode": error.faultCode, "faultString": error.faultString}

    def _carry_out(self, method: str, call: "partial[Any]", offset: str = "") -> Any:
        """Make a call, unless the session, the hub or an order to fail forbids it."""
        world = self.world
        world.calls.append((method, flask.g.login))
        if world.offline:
            raise fault("offline", "server is offline")
        if flask.g.session and method not in _LOGINS:
            if flask.g.session in world.expired:
                raise fault("expired", f'session "{flask.g.session[0]}" has expired')
            if flask.g.user is None:
                raise fault("auth", "Invalid session or bad credentials")
        order = self.faults.take(f"CALL {method} {offset}".rstrip())
        if order and not order.after:
            flask.abort(self.faults.show(order))
        flask.g.fault = order or flask.g.fault
        return call()

    def _run_view(self, number: int) -> tuple[dict[str, Any], int]:
        if number not in self.world.tasks:
            return {"error": f"No such task: {number}"}, 404
        try:
            outcome = Outcome(**(flask.request.get_json(silent=True) or {}))
        except (TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        return {"messages": self.run(number, outcome)}, 200

    def _page(self) -> flask.Response:
        """Tell about a task, in plain text."""
        task = self.world.tasks.get(int(flask.request.args.get("taskID", "0")))
        if task is None:
            return flask.Response("No such task\n", 404, content_type="text/plain")
        parts = (task, *self.world.parts(task.id))
        lines = [f"{one.id} {one.method} {one.label or ''} {one.state}" for one in parts]
        return flask.Response("\n".join(lines) + "\n", content_type="text/plain")

    def _log(self, folder: int, number: int) -> flask.Response:
        task = self.world.tasks.get(number)
        if task is None or folder != number % 10_000:
            return flask.Response("Not Found\n", 404)
        text = task.files.get("build.log") or next(iter(task.files.values()), "")
        return flask.Response(text, content_type="text/plain")


def _split(given: Any) -> tuple[list[Any], dict[str, Any]]:
    """Tell the arguments by place from those by name."""
    arguments = list(given)
    options: dict[str, Any] = {}
    if arguments and isinstance(arguments[-1], dict) and arguments[-1].get(_OPTIONS):
        options = arguments.pop()
        del options[_OPTIONS]
    return arguments, options


def _name_of(certificate: str | None) -> str | None:
    if not certificate:
        return None
    subject = x509.load_pem_x509_certificate(certificate.encode()).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    found = re.fullmatch(r"[\w.-]+", str(names[0].value)) if names else None
    return found[0] if found else None

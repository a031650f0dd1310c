"""A stand-in of Copr's API v3: https://copr.fedorainfracloud.org/api_3/docs.

Only what the `copr` client calls for stage 2.
"""

from collections.abc import Callable, Mapping
from typing import Any

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from packit_worker.sandbox.copr_answers import Json, error_body, give_up
from packit_worker.sandbox.copr_backend import CoprBackend, Message, Outcome
from packit_worker.sandbox.copr_builds import CoprBuilds
from packit_worker.sandbox.copr_logs import CoprLogs
from packit_worker.sandbox.copr_projects import CoprProjects
from packit_worker.sandbox.copr_world import CHROOTS, Build, CoprWorld
from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.stand_in import CONTROL, StandIn

View = Callable[..., Any]

_API = "/api_3"
_PUBLIC = ("GET",)


class CoprStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked, `backend` builds.

    Builds wait until they are run: by `run`, by `POST /_sandbox/builds/ID/run` (the fields of
    `Outcome` as JSON), or by themselves as soon as they are submitted, where `automatic` is set.
    `on_build` is called with each new build.
    """

    def __init__(self, chroots: tuple[str, ...] = CHROOTS) -> None:
        self.world = CoprWorld(chroots)
        self.faults = Faults(error_body)
        self.backend = CoprBackend()
        self.automatic: Outcome | None = None
        self.on_build: Callable[[Build], object] = lambda _build: None
        self.stand_in = StandIn("copr", self.world, self.faults, self._authenticate)
        projects = CoprProjects(self.world)
        self._builds = CoprBuilds(self.world, projects)
        self._builds.on_build = self._on_build
        self._add_rules(projects, self._builds)

    def run(self, build_id: int, outcome: Outcome | None = None) -> list[Message]:
        """Carry a build out at once; see `CoprBackend.run`."""
        return self.backend.run(self.world.builds[build_id], outcome)

    def _on_build(self, build: Build) -> None:
        self.on_build(build)
        if self.automatic:
            self.backend.run(build, self.automatic)

    def _authenticate(self) -> flask.Response | None:
        """Basic authentication with login and token; reads need none."""
        flask.g.login = None
        given = flask.request.authorization
        if given is not None and given.type == "basic":
            key = (given.username or "", given.password or "")
            flask.g.login = self.world.keys.get(key)
        return None

    def _add_rules(self, projects: CoprProjects, builds: CoprBuilds) -> None:
        app = self.stand_in.app
        app.register_error_handler(HTTPException, _http_error)
        where = "<owner>/<name>"
        table: tuple[tuple[str, str, View], ...] = (
            ("GET", "/mock-chroots/list", lambda: dict.fromkeys(self.world.chroots, "")),
            ("GET", "/auth-check", _for_accounts(lambda: {"name": flask.g.login})),
            ("GET", "/project", projects.get),
            ("POST", "/project/add/<owner>", projects.add),
            ("PUT", f"/project/edit/{where}", projects.edit),
            ("PUT", f"/project/permissions/request/{where}", projects.request_permissions),
            ("POST", "/build/create/custom", builds.create_custom),
            ("POST", "/build/create/upload", builds.create_upload),
            ("POST", "/build/create/url", builds.create_url),
            ("GET", "/build/<int:number>", builds.get),
            ("GET", "/build/list", builds.list),
            ("PUT", "/build/cancel/<int:number>", builds.cancel),
            ("GET", "/build/source-chroot/<int:number>", builds.source_chroot),
            ("GET", "/build/source-build-config/<int:number>", builds.source_config),
            ("GET", "/build-chroot", builds.chroot),
            ("GET", "/build-chroot/list", builds.chroots),
        )
        for method, rule, view in table:
            known = view if method in _PUBLIC else _for_accounts(view)
            app.add_url_rule(
                f"{_API}{rule}", f"{method} {rule}", known, methods=[method], strict_slashes=False
            )
        log = "/results/<owner>/<project>/<chroot>/<folder>/builder-live.log.gz"
        app.add_url_rule(log, "log", CoprLogs(self.world).log)
        srpm = "/results/<owner>/<project>/srpm-builds/<folder>/<name>.src.rpm"
        app.add_url_rule(srpm, "srpm", builds.source_package)
        control = f"{CONTROL}/builds/<int:number>/run"
        app.add_url_rule(control, "run", self._run, methods=["POST"])

    def _run(self, number: int) -> tuple[Json, int]:
        if number not in self.world.builds:
            return {"error": f"Build {number} does not exist."}, 404
        try:
            outcome = _outcome(flask.request.get_json(silent=True) or {})
        except (TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        return {"messages": self.run(number, outcome)}, 200


def _outcome(fields: Mapping[str, Any]) -> Outcome:
    package = {"package": tuple(fields["package"])} if "package" in fields else {}
    return Outcome(**{**fields, **package})


def _for_accounts(view: View) -> View:
    def checked(**rest: Any) -> Any:
        if flask.g.login is None:
            give_up(401, str(error_body(401, "unauthorized")["error"]))
        return view(**rest)

    return checked


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    if isinstance(error, NotFound | MethodNotAllowed):
        return {"error": "Such API endpoint doesn't exist"}, error.code
    return {"error": error.description or ""}, error.code or 500

"""A stand-in of Pagure's API: https://pagure.io/api/0/.

Only what ogr calls for stage 2. A path is `[fork/<user>/][<namespace>/]<project>/<rest>`, where
the namespace is optional, so the project is found first and the rest decides.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.pagure_answers import error_body, give_up
from packit_worker.sandbox.pagure_json import Json, PagureJson
from packit_worker.sandbox.pagure_projects import PagureProjects
from packit_worker.sandbox.pagure_pulls import PagurePulls
from packit_worker.sandbox.pagure_threads import PagureThreads
from packit_worker.sandbox.stand_in import StandIn
from packit_worker.sandbox.things import Project
from packit_worker.sandbox.world import World

View = Callable[..., Any]


class PagureStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked.

    Attributes:
        acls: what a token may do, where it may not do everything.
        json: how things are written; `json.float_times` writes times as some instances do.
    """

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        # What the API calls `fork/<user>/…` is cloned from `forks/<user>/…`.
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "forks").is_symlink():
            (folder / "forks").symlink_to("fork")
        self.faults = Faults(error_body)
        self.acls: dict[str, set[str]] = {}
        self.stand_in = StandIn("pagure", self.world, self.faults, self._authenticate)
        self.json = PagureJson(self.world)
        self._table = _table(PagureProjects(self.world, self.json))
        add = self.stand_in.app.add_url_rule
        add("/api/0/-/whoami", "whoami", self._whoami, methods=["POST"])
        add("/api/0/version", "version", lambda: {"version": "0.32"})
        pulls = PagurePulls(self.world, self.json)
        self._table += pulls.table()
        add("/api/0/fork", "fork", lambda: self._fork(pulls), methods=["POST"])
        add("/api/0/group/<name>", "group", self._group)
        add("/api/0/<path:path>", "api", self._api, methods=["GET", "POST"])
        add("/<path:path>", "page", self._page)

    def _authenticate(self) -> flask.Response | None:
        """`Authorization: token T`; a wrong token fails wherever a token is read."""
        flask.g.login, flask.g.token = None, None
        scheme, _, secret = flask.request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "token" or secret not in self.world.tokens:
            give_up(401, "EINVALIDTOK", "Invalid token")
        flask.g.login, flask.g.token = self.world.tokens[secret], secret
        return None

    def _whoami(self) -> Json:
        self._need("")
        return {"username": flask.g.login}

    def _fork(self, pulls: PagurePulls) -> Json:
        self._need("fork_project")
        return pulls.fork()

    def _group(self, name: str) -> Json:
        if name not in self.world.groups:
            give_up(404, "ENOUSER")
        return {"name": name, "members": self.world.groups[name]}

    def _api(self, path: str) -> Any:
        project, rest = self._find(path)
        for method, pattern, acl, view in self._table:
            found = re.fullmatch(pattern, rest)
            if found and method == flask.request.method:
                if acl is not None:
                    self._need(acl)
                return view(project, *found.groups())
        return flask.abort(404)

    def _page(self, path: str) -> Any:
        project, rest = self._find(path)
        found = re.fullmatch(r"raw/(.+?)/f/(.+)", rest)
        if not found:
            return flask.abort(404)
        return PagureProjects(self.world, self.json).raw(project, *found.groups())

    def _find(self, path: str) -> tuple[Project, str]:
        parts = path.rstrip("/").split("/")
        for end in range(len(parts), 0, -1):
            project = self.world.projects.get("/".join(parts[:end]))
            if project and project.may_read(flask.g.login):
                return project, "/".join(parts[end:])
        return give_up(404, "ENOPROJECT")

    def _need(self, acl: str) -> None:
        if flask.g.token is None:
            give_up(401, "EINVALIDTOK", "Invalid token")
        if acl and acl not in self.acls.get(flask.g.token, {acl}):
            give_up(401, "EINVALIDTOK", f"Missing ACLs: {acl}")


def _table(projects: PagureProjects) -> tuple[tuple[str, str, str | None, View], ...]:
    """Return method, pattern of the rest, the ACL it needs (None: no token either), view."""
    threads = PagureThreads(projects)
    return (
        ("GET", r"", None, projects.project),
        ("GET", r"options", "modify_project", projects.options),
        ("GET", r"git/branches", None, projects.branches),
        ("GET", r"tree/(.+)", None, projects.tree),
        ("GET", r"c/(\w+)/info", None, projects.commit),
        ("GET", r"c/(\w+)/flag", None, projects.flags),
        ("POST", r"c/(\w+)/flag", "commit_flag", projects.set_flag),
        ("GET", r"pull-request/(\d+)", None, threads.pull),
        ("POST", r"pull-request/(\d+)/comment", "pull_request_comment", threads.comment_pull),
        ("GET", r"pull-request/(\d+)/flag", None, threads.pull_flags),
        ("POST", r"pull-request/(\d+)/flag", "pull_request_flag", threads.flag_pull),
        ("GET", r"issues", None, threads.issues),
        ("GET", r"issue/(\d+)", None, threads.issue),
        ("POST", r"new_issue", "issue_create", threads.open_issue),
        ("POST", r"issue/(\d+)/comment", "issue_comment", threads.comment_issue),
        ("POST", r"issue/(\d+)/status", "issue_change_status", threads.issue_status),
    )

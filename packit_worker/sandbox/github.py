"""A stand-in of GitHub's REST API: https://docs.github.com/en/rest.

Only what ogr and PyGithub call for stage 2; any other path is 404, and any other field 422.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.github_answers import error_body, give_up, moment, refuse
from packit_worker.sandbox.github_auth import App, GithubAuth, Installation, new_app
from packit_worker.sandbox.github_pulls import GithubPulls
from packit_worker.sandbox.github_repositories import GithubRepositories
from packit_worker.sandbox.github_threads import GithubThreads
from packit_worker.sandbox.stand_in import CONTROL, StandIn
from packit_worker.sandbox.world import World

View = Callable[..., Any]
_BY_NUMBER = "/repositories/<int:repository_number>"


class GithubStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked, `auth` who may.

    `POST /_sandbox/releases` with `{"repository": "o/r", "tag": …}` publishes a release of a tag
    that is there, which is the newest then. No webhook is sent for it.

    Attributes:
        github_app: the App whose key signs; `auth.install("o/r")` installs it.
    """

    def __init__(self, folder: Path, app: App | None = None) -> None:
        self.world = World(folder)
        self.github_app = app or new_app()
        self.auth = GithubAuth(self.world, self.github_app)
        self.faults = Faults(error_body)
        self.stand_in = StandIn("github", self.world, self.faults, self.auth)
        _add_routes(self.stand_in.app, self.world, self.github_app)
        self.stand_in.app.add_url_rule(
            f"{CONTROL}/releases", "release", self._release, methods=["POST"]
        )
        self.stand_in.app.register_error_handler(HTTPException, _http_error)

    def _release(self) -> tuple[dict[str, str] | str, int]:
        order = flask.request.get_json(silent=True)
        if not isinstance(order, dict):
            return {"error": "an object is wanted"}, 400
        path, tag = str(order.get("repository")), str(order.get("tag"))
        project = self.world.projects.get(path)
        if project is None:
            return {"error": f"repository: there is no {path}"}, 400
        if project.git.resolve(f"refs/tags/{tag}") is None:
            return {"error": f"tag: {path} has no {tag}"}, 400
        project.releases[:] = [*(each for each in project.releases if each != tag), tag]
        return "", 204


def _add_routes(app: flask.Flask, world: World, github_app: App) -> None:
    repositories = GithubRepositories(world)
    threads = GithubThreads(repositories)
    pulls = GithubPulls(repositories)
    installations = _Installations(github_app)
    repo = "/repos/<owner>/<name>"
    table: tuple[tuple[str, str, View], ...] = (
        ("GET", "/app", installations.app),
        ("GET", "/meta", dict),
        ("GET", f"{repo}/installation", installations.of_repository),
        ("POST", "/app/installations/<int:number>/access_tokens", installations.access_token),
        ("GET", repo, repositories.repository),
        ("GET", f"{repo}/contents/", repositories.contents),
        ("GET", f"{repo}/contents/<path:path>", repositories.contents),
        ("GET", f"{repo}/collaborators/<login>/permission", repositories.permission),
        ("GET", f"{repo}/commits/<sha>", repositories.commit),
        ("GET", f"{repo}/git/ref/heads/<path:branch>", repositories.branch),
        ("GET", f"{repo}/activity", repositories.activity),
        ("GET", f"{repo}/statuses/<sha>", repositories.statuses),
        ("POST", f"{repo}/statuses/<sha>", repositories.set_status),
        ("GET", f"{repo}/pulls/<int:number>", threads.pull),
        ("GET", f"{repo}/pulls", pulls.pulls),
        ("POST", f"{repo}/pulls", pulls.open),
        ("PATCH", f"{repo}/pulls/<int:number>", pulls.edit),
        ("POST", f"{repo}/forks", pulls.fork),
        ("GET", f"{repo}/releases/latest", pulls.latest_release),
        ("GET", "/user", pulls.user),
        ("GET", f"{repo}/pulls/<int:number>/merge", threads.merged),
        ("GET", f"{repo}/issues", threads.issues),
        ("POST", f"{repo}/issues", threads.open_issue),
        ("GET", f"{repo}/issues/<int:number>", threads.issue),
        ("PATCH", f"{repo}/issues/<int:number>", threads.edit_issue),
        ("GET", f"{repo}/issues/<int:number>/comments", threads.comments),
        ("POST", f"{repo}/issues/<int:number>/comments", threads.add_comment),
        ("GET", f"{repo}/issues/comments/<int:number>", threads.comment),
        ("PATCH", f"{repo}/issues/comments/<int:number>", threads.edit_comment),
    )
    for method, rule, view in table:
        app.add_url_rule(rule, f"{method} {rule}", view, methods=[method], strict_slashes=False)
        if rule.startswith(repo):
            # Where the old path of a renamed repository leads.
            moved, led = rule.replace(repo, _BY_NUMBER), _by_number(repositories, view)
            app.add_url_rule(moved, f"{method} {moved}", led, methods=[method])


def _by_number(repositories: GithubRepositories, view: View) -> View:
    def led(repository_number: int, **rest: Any) -> Any:
        project = repositories.by_number(repository_number)
        return view(owner=project.namespace, name=project.name, **rest)

    return led


class _Installations:
    """The two endpoints through which an App gets its tokens."""

    def __init__(self, app: App) -> None:
        self._app = app

    def app(self) -> dict[str, Any]:
        """`GET /app`: who signs."""
        _need_app()
        return {"id": int(self._app.id), "slug": self._app.slug}

    def of_repository(self, owner: str, name: str) -> dict[str, Any]:
        """`GET /repos/O/R/installation`: where the App is not installed, 404."""
        _need_app()
        found = self._app.of_repository(f"{owner}/{name}")
        if found is None:
            give_up(404, "Not Found")
        return {"id": found.id, "app_id": int(self._app.id)}

    def access_token(self, number: int) -> tuple[dict[str, Any], int]:
        """`POST /app/installations/ID/access_tokens`."""
        _need_app()
        found: Installation | None = self._app.installations.get(number)
        if found is None:
            give_up(404, "Not Found")
        if found.suspended:
            give_up(403, "This installation has been suspended")
        token, expires = self._app.issue_token(number)
        return {"token": token, "expires_at": moment(expires), "permissions": {}}, 201


def _need_app() -> None:
    if flask.g.kind != "app":
        give_up(401, "A JSON web token could not be decoded")


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    if isinstance(error, NotFound | MethodNotAllowed):
        return refuse(404, "Not Found")
    return refuse(error.code or 500, error.description or "")

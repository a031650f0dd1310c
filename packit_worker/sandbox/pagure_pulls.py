"""Pagure's endpoints by which pull requests are opened: https://pagure.io/api/0/#pull_requests-tab."""

from collections.abc import Callable
from typing import Any

import flask

from packit_worker.sandbox import pull_opening
from packit_worker.sandbox.pagure_answers import form, give_up, message
from packit_worker.sandbox.pagure_json import Json, PagureJson
from packit_worker.sandbox.things import Project
from packit_worker.sandbox.world import World


class PagurePulls:
    """The views; each gets the project and what its pattern caught."""

    def __init__(self, world: World, json: PagureJson) -> None:
        self.world = world
        self.json = json

    def table(self) -> tuple[tuple[str, str, str | None, Callable[..., Any]], ...]:
        """Return method, pattern of the rest, the ACL it needs, view."""
        return (
            ("GET", r"pull-requests", None, self.pulls),
            ("POST", r"pull-request/new", "pull_request_create", self.open),
            ("POST", r"pull-request/(\d+)", "pull_request_update", self.edit),
            ("POST", r"issue/(\d+)", "issue_update", self.edit_issue),
        )

    def pulls(self, project: Project) -> Json:
        """`GET /api/0/<project>/pull-requests?status=&author=`."""
        pull_opening.refresh(self.world, project)
        wanted = flask.request.args.get("status", "Open").lower()
        author = flask.request.args.get("author")
        shown = [
            self.json.pull(project, pull)
            for pull in project.pulls.values()
            if wanted in {"all", pull.state} and author in {None, pull.author}
        ]
        return {"requests": shown, "total_requests": len(shown), "pagination": {"next": None}}

    def open(self, project: Project) -> Json:
        """`POST /api/0/<project>/pull-request/new`."""
        sent = form(
            {"title", "branch_to", "branch_from"},
            {"initial_comment", "repo_from", "repo_from_username", "repo_from_namespace"},
        )
        source = self._source(project, sent)
        pull = pull_opening.open_pull(
            self.world,
            project,
            source,
            author=flask.g.login,
            title=sent["title"],
            body=sent.get("initial_comment", ""),
            source_branch=sent["branch_from"],
            target_branch=sent["branch_to"],
        )
        if pull is None:
            give_up(400, "EINVALIDREQ", {"branch_from": ["No such branch, or nothing new in it"]})
        return self.json.pull(project, pull)

    def edit(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/pull-request/N`: by its author or whoever may commit."""
        sent = form({"title"}, {"initial_comment"})
        pull = project.pulls.get(int(number))
        if pull is None:
            give_up(404, "ENOREQ")
        if not project.may_write(flask.g.login) and flask.g.login != pull.author:
            give_up(403, "ENOTHIGHENOUGH")
        pull.title, pull.body = sent["title"], sent.get("initial_comment", pull.body)
        self.world.wrote("pull-edit", project, flask.g.login, id=pull.id, **sent)
        return self.json.pull(project, pull)

    def edit_issue(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/issue/N`: by its author or whoever may commit."""
        sent = form({"title", "issue_content"})
        issue = project.issues.get(int(number))
        if issue is None:
            give_up(404, "ENOISSUE")
        if not project.may_write(flask.g.login) and flask.g.login != issue.author:
            give_up(403, "ENOTHIGHENOUGH")
        issue.title, issue.body = sent["title"], sent["issue_content"]
        self.world.wrote("issue-edit", project, flask.g.login, id=issue.id, body=issue.body)
        return message("Issue edited", issue=self.json.issue(project, issue))

    def fork(self) -> Json:
        """`POST /api/0/fork`: into the account of the caller."""
        sent = form({"repo"}, {"namespace", "wait", "username"})
        path = "/".join(filter(None, [sent.get("namespace"), sent["repo"]]))
        project = self.world.projects.get(path)
        if project is None or not project.may_read(flask.g.login):
            give_up(404, "ENOPROJECT")
        login = flask.g.login
        pull_opening.fork(self.world, project, f"fork/{login}/{path}", login)
        return message(f"Repo {path!r} cloned to {login!r}")

    def _source(self, project: Project, sent: dict[str, str]) -> Project:
        owner = sent.get("repo_from_username")
        if owner is None:
            return project
        parts = ("fork", owner, sent.get("repo_from_namespace"), sent.get("repo_from"))
        found = self.world.projects.get("/".join(filter(None, parts)))
        if found is None or found.parent != project.path:
            give_up(400, "EINVALIDREQ", {"repo_from": ["No such fork"]})
        if not found.may_write(flask.g.login):
            give_up(403, "ENOTHIGHENOUGH")
        return found

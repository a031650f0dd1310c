"""GitHub's endpoints about pull requests, issues and their comments.

https://docs.github.com/en/rest/issues, https://docs.github.com/en/rest/pulls
"""

from typing import NoReturn

import flask

from packit_worker.sandbox.github_answers import (
    BODY_LIMIT,
    fields,
    give_up,
    moment,
    refuse,
    text_field,
)
from packit_worker.sandbox.github_json import Json
from packit_worker.sandbox.github_repositories import GithubRepositories
from packit_worker.sandbox.things import Note, Project, Pull, Ticket, now

_TITLE_LIMIT = 256


class GithubThreads:
    """The views; each gets owner and name from the path."""

    def __init__(self, repositories: GithubRepositories) -> None:
        self.world = repositories.world
        self.json = repositories.json
        self._visible = repositories.visible

    def pull(self, owner: str, name: str, number: int) -> Json:
        """`GET /repos/O/R/pulls/N`."""
        project = self._visible(owner, name)
        if number not in project.pulls:
            give_up(404, "Not Found")
        return self.json.pull(project, project.pulls[number])

    def merged(self, owner: str, name: str, number: int) -> flask.Response:
        """`GET /repos/O/R/pulls/N/merge`: 204 merged, 404 not."""
        project = self._visible(owner, name)
        if number in project.pulls and project.pulls[number].state == "merged":
            return flask.Response(status=204)
        return refuse(404, "Not Found")

    def issues(self, owner: str, name: str) -> list[Json]:
        """`GET /repos/O/R/issues?state=&creator=&since=&per_page=`: newest first, with pulls."""
        project = self._visible(owner, name)
        since = flask.request.args.get("since", "1970-01-01T00:00:00Z")
        size = min(int(flask.request.args.get("per_page", 30)), 100)
        wanted = flask.request.args.get("state", "open")
        creator = flask.request.args.get("creator")
        everything: list[Ticket | Pull] = [*project.issues.values(), *project.pulls.values()]
        shown = [
            one
            for one in sorted(everything, key=lambda one: one.id, reverse=True)
            if creator in {None, one.author}
            and moment(one.created) >= since
            and wanted in {"all", "open" if one.state == "open" else "closed"}
        ]
        return [self.json.issue(project, one) for one in shown[:size]]

    def issue(self, owner: str, name: str, number: int) -> Json:
        """`GET /repos/O/R/issues/N`."""
        project = self._visible(owner, name)
        return self.json.issue(project, self._thread(project, number))

    def open_issue(self, owner: str, name: str) -> tuple[Json, int]:
        """`POST /repos/O/R/issues`."""
        project = self._visible(owner, name)
        login = _need_login()
        if not project.has_issues:
            give_up(410, "Issues are disabled for this repo")
        body = fields({"title"}, {"body", "labels", "assignees"})
        title = text_field("Issue", body, "title", _TITLE_LIMIT)
        text = text_field("Issue", body, "body", BODY_LIMIT) if body.get("body") else ""
        ticket = self.world.issue(project, author=login, title=title, body=text)
        self.world.wrote("issue", project, login, id=ticket.id, title=title, body=text)
        return self.json.issue(project, ticket), 201

    def edit_issue(self, owner: str, name: str, number: int) -> Json:
        """`PATCH /repos/O/R/issues/N`: `state` or `body`, by the author or whoever may push."""
        project = self._visible(owner, name)
        login = _need_login()
        thread = self._thread(project, number)
        if not project.may_write(login) and login != thread.author:
            _no_rights()
        body = fields(set(), {"state", "state_reason", "body"})
        if "body" in body:
            thread.body = text_field("Issue", body, "body", BODY_LIMIT)
            self.world.wrote("issue-edit", project, login, id=number, body=thread.body)
        if "state" in body:
            if body["state"] not in {"open", "closed"}:
                give_up(422, "Validation Failed")
            thread.state = body["state"]
            self.world.wrote("issue-close", project, login, id=number, state=body["state"])
        return self.json.issue(project, thread)

    def comments(self, owner: str, name: str, number: int) -> flask.Response:
        """`GET /repos/O/R/issues/N/comments?per_page=&page=`: oldest first, with a Link."""
        project = self._visible(owner, name)
        self._thread(project, number)
        size = min(int(flask.request.args.get("per_page", 30)), 100)
        page = int(flask.request.args.get("page", 1))
        notes = [note for note in project.notes if note.thread == number]
        shown = notes[(page - 1) * size : page * size]
        response = flask.jsonify([self.json.comment(project, note) for note in shown])
        if page * size < len(notes):
            following = f"{flask.request.base_url}?per_page={size}&page={page + 1}"
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    def add_comment(self, owner: str, name: str, number: int) -> tuple[Json, int]:
        """`POST /repos/O/R/issues/N/comments`."""
        project = self._visible(owner, name)
        login = _need_login()
        self._thread(project, number)
        text = text_field("IssueComment", fields({"body"}), "body", BODY_LIMIT)
        note = self.world.note(project, number, author=login, body=text)
        self.world.wrote("comment", project, login, id=note.id, thread=number, body=text)
        return self.json.comment(project, note), 201

    def comment(self, owner: str, name: str, number: int) -> Json:
        """`GET /repos/O/R/issues/comments/ID`."""
        project = self._visible(owner, name)
        return self.json.comment(project, _note(project, number))

    def edit_comment(self, owner: str, name: str, number: int) -> Json:
        """`PATCH /repos/O/R/issues/comments/ID`: by its author or an admin."""
        project = self._visible(owner, name)
        login = _need_login()
        note = _note(project, number)
        if login != note.author and project.role(login) != "admin":
            _no_rights()
        note.body = text_field("IssueComment", fields({"body"}), "body", BODY_LIMIT)
        note.edited = now()
        self.world.wrote("comment-edit", project, login, id=note.id, body=note.body)
        return self.json.comment(project, note)

    def _thread(self, project: Project, number: int) -> Ticket | Pull:
        found = project.issues.get(number) or project.pulls.get(number)
        if found is None:
            give_up(404, "Not Found")
        return found


def _note(project: Project, number: int) -> Note:
    found = [note for note in project.notes if note.id == number]
    if not found:
        give_up(404, "Not Found")
    return found[0]


def _need_login() -> str:
    if flask.g.login is None:
        give_up(401, "Requires authentication")
    login: str = flask.g.login
    return login


def _no_rights() -> NoReturn:
    if flask.g.kind == "installation":
        give_up(403, "Resource not accessible by integration")
    give_up(403, "Must have admin rights to Repository.")

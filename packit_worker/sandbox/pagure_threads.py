"""Pagure's endpoints about pull requests, issues and their comments."""

import flask

from packit_worker.sandbox.pagure_answers import form, give_up, message
from packit_worker.sandbox.pagure_json import Json
from packit_worker.sandbox.pagure_projects import PagureProjects
from packit_worker.sandbox.things import Project, Pull, Ticket


class PagureThreads:
    """The views; each gets the project and what its pattern caught."""

    def __init__(self, projects: PagureProjects) -> None:
        self.world = projects.world
        self.json = projects.json
        self._projects = projects

    def pull(self, project: Project, number: str) -> Json:
        """`GET /api/0/<project>/pull-request/N`."""
        return self.json.pull(project, _pull(project, number))

    def comment_pull(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/pull-request/N/comment`: answers no number."""
        pull = _pull(project, number)
        sent = form({"comment"}, {"commit", "filename", "row"})
        self._note(project, pull.id, sent["comment"])
        return message("Comment added")

    def flag_pull(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/pull-request/N/flag`: flags its last commit."""
        return self._projects.set_flag(project, _pull(project, number).head_sha)

    def pull_flags(self, project: Project, number: str) -> Json:
        """`GET /api/0/<project>/pull-request/N/flag`."""
        return self._projects.flags(project, _pull(project, number).head_sha)

    def issues(self, project: Project) -> Json:
        """`GET /api/0/<project>/issues?status=&author=&since=&per_page=`: newest first."""
        _need_tracker(project)
        wanted = flask.request.args.get("status", "Open").lower()
        author = flask.request.args.get("author")
        since = flask.request.args.get("since", 0, int)
        size = min(flask.request.args.get("per_page", 20, int), 100)
        shown = [
            self.json.issue(project, one)
            for one in reversed(project.issues.values())
            if wanted in {"all", one.state} and author in {None, one.author}
            if one.created.timestamp() >= since
        ][:size]
        return {"issues": shown, "total_issues": len(shown), "pagination": {"next": None}}

    def issue(self, project: Project, number: str) -> Json:
        """`GET /api/0/<project>/issue/N`."""
        return self.json.issue(project, _issue(project, number))

    def open_issue(self, project: Project) -> Json:
        """`POST /api/0/<project>/new_issue`."""
        _need_tracker(project)
        sent = form({"title", "issue_content"}, {"private", "tag", "assignee"})
        ticket = self.world.issue(
            project, author=flask.g.login, title=sent["title"], body=sent["issue_content"]
        )
        self.world.wrote("issue", project, flask.g.login, id=ticket.id, **sent)
        return message("Issue created", issue=self.json.issue(project, ticket))

    def comment_issue(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/issue/N/comment`: answers no number."""
        issue = _issue(project, number)
        self._note(project, issue.id, form({"comment"})["comment"])
        return message("Comment added")

    def issue_status(self, project: Project, number: str) -> Json:
        """`POST /api/0/<project>/issue/N/status`: by the author or whoever may commit."""
        issue = _issue(project, number)
        sent = form({"status"}, {"close_status"})
        if sent["status"] not in {"Open", "Closed"}:
            give_up(400, "EINVALIDREQ", {"status": ["Not a valid choice"]})
        if not project.may_write(flask.g.login) and flask.g.login != issue.author:
            give_up(403, "ENOTHIGHENOUGH")
        issue.state = "closed" if sent["status"] == "Closed" else "open"
        self.world.wrote("issue-close", project, flask.g.login, id=issue.id, **sent)
        return message([f"Issue status updated to: {sent['status']}"])

    def _note(self, project: Project, thread: int, body: str) -> None:
        note = self.world.note(project, thread, author=flask.g.login, body=body)
        data = {"id": note.id, "thread": thread, "body": body}
        self.world.wrote("comment", project, flask.g.login, **data)


def _pull(project: Project, number: str) -> Pull:
    found = project.pulls.get(int(number))
    if found is None:
        give_up(404, "ENOREQ")
    return found


def _issue(project: Project, number: str) -> Ticket:
    _need_tracker(project)
    found = project.issues.get(int(number))
    if found is None:
        give_up(404, "ENOISSUE")
    return found


def _need_tracker(project: Project) -> None:
    if not project.has_issues:
        give_up(404, "ETRACKERDISABLED")

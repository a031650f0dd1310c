"""The JSON of GitHub's things, as far as its clients read it.

Every `url` lies on the stand-in itself: PyGithub follows them and refuses any other host.
"""

from typing import Any

import flask

from packit_worker.sandbox.github_answers import moment
from packit_worker.sandbox.things import Note, Project, Pull, Status, Ticket
from packit_worker.sandbox.world import World

Json = dict[str, Any]
_WEB = "https://github.com"


class GithubJson:
    """Writes the things of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def user(self, login: str | None) -> Json | None:
        """Write an account; a deleted one is null."""
        if login is None:
            return None
        known = self.world.users.get(login)
        bot = (known is not None and known.bot) or login.endswith("[bot]")
        kind = "Bot" if bot else "User"
        return {"login": login, "type": kind, "html_url": f"{_WEB}/{login}", "url": _api("users")}

    def repository(self, project: Project) -> Json:
        """Write a repository, with its parent where it is a fork."""
        path = project.path
        body = {
            "id": project.number,
            "name": project.name,
            "full_name": path,
            "private": project.private,
            "owner": self.user(project.namespace),
            "default_branch": project.git.default_branch(),
            "has_issues": project.has_issues,
            "fork": project.parent is not None,
            "url": _api("repos", path),
            "html_url": f"{_WEB}/{path}",
            "clone_url": f"{_WEB}/{path}.git",
            "ssh_url": f"git@github.com:{path}.git",
        }
        if project.parent:
            body["parent"] = body["source"] = self.repository(self.world.projects[project.parent])
        return body

    def pull(self, project: Project, pull: Pull) -> Json:
        """Write a pull request; the head of a deleted fork has no repository."""
        source = self.world.projects.get(pull.source) if pull.source else None
        return {
            "number": pull.id,
            "state": "open" if pull.state == "open" else "closed",
            "merged": pull.state == "merged",
            "title": pull.title,
            "body": pull.body,
            "user": self.user(pull.author),
            "url": _api("repos", project.path, "pulls", str(pull.id)),
            "issue_url": _api("repos", project.path, "issues", str(pull.id)),
            "html_url": f"{_WEB}/{project.path}/pull/{pull.id}",
            "created_at": moment(pull.created),
            "head": {
                "ref": pull.source_branch,
                "sha": pull.head_sha,
                "user": self.user(pull.author),
                "repo": self.repository(source) if source else None,
            },
            "base": {
                "ref": pull.target_branch,
                "sha": project.git.resolve(pull.target_branch),
                "user": self.user(project.namespace),
                "repo": self.repository(project),
            },
        }

    def issue(self, project: Project, issue: Ticket | Pull) -> Json:
        """Write an issue, or the issue that every pull request is."""
        url = _api("repos", project.path, "issues", str(issue.id))
        body = {
            "number": issue.id,
            "state": "open" if issue.state == "open" else "closed",
            "title": issue.title,
            "body": issue.body if isinstance(issue, Ticket) else "",
            "user": self.user(issue.author),
            "url": url,
            "comments_url": f"{url}/comments",
            "html_url": f"{_WEB}/{project.path}/issues/{issue.id}",
            "created_at": moment(issue.created),
        }
        if isinstance(issue, Pull):
            pull = _api("repos", project.path, "pulls", str(issue.id))
            body["pull_request"] = {"url": pull}
        return body

    def comment(self, project: Project, note: Note) -> Json:
        """Write a comment."""
        return {
            "id": note.id,
            "body": note.body,
            "user": self.user(note.author),
            "created_at": moment(note.created),
            "updated_at": moment(note.edited),
            "url": _api("repos", project.path, "issues/comments", str(note.id)),
            "issue_url": _api("repos", project.path, "issues", str(note.thread)),
            "html_url": f"{_WEB}/{project.path}/issues/{note.thread}#issuecomment-{note.id}",
        }

    def status(self, project: Project, status: Status) -> Json:
        """Write the status of a commit."""
        return {
            "id": status.id,
            "state": status.state,
            "context": status.context,
            "description": status.text,
            "target_url": status.url,
            "creator": self.user(status.author),
            "url": _api("repos", project.path, "statuses", status.commit),
            "created_at": moment(status.created),
            "updated_at": moment(status.created),
        }


def _api(*parts: str) -> str:
    return flask.request.host_url + "/".join(parts)

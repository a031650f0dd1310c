"""The JSON of Pagure's things, as far as its clients read it."""

from typing import Any

import flask

from packit_worker.sandbox.pagure_answers import stamp
from packit_worker.sandbox.things import Note, Project, Pull, Status, Ticket
from packit_worker.sandbox.world import World

Json = dict[str, Any]
_LEVELS = {"admin": "admin", "write": "commit", "read": "ticket"}


class PagureJson:
    """Writes the things of one world.

    Attributes:
        float_times: write times as some instances do, with a fraction.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.float_times = False

    def user(self, login: str | None) -> Json | None:
        """Write an account; a deleted one is null."""
        if login is None:
            return None
        address = f"{flask.request.host_url}user/{login}"
        return {"name": login, "fullname": login, "url_path": f"user/{login}", "full_url": address}

    def project(self, project: Project) -> Json:
        """Write a project; the first part of its path below `fork/` owns a fork."""
        parts = project.namespace.split("/") if project.namespace else []
        fork = bool(parts) and parts[0] == "fork"
        owners = [login for login, role in project.roles.items() if role == "admin"] or ["nobody"]
        namespace = "/".join(parts[2:] if fork else parts) or None
        parent = self.world.projects.get(project.parent) if project.parent else None
        return {
            "id": project.number,
            "name": project.name,
            "namespace": namespace,
            "fullname": project.path,
            "url_path": project.path,
            "full_url": f"{flask.request.host_url}{project.path}",
            "description": project.name,
            "user": self.user(parts[1] if fork else owners[0]),
            "parent": self.project(parent) if parent else None,
            "access_users": _access(project.roles) | {"owner": owners[:1]},
            "access_groups": _access(project.groups),
        }

    def pull(self, project: Project, pull: Pull) -> Json:
        """Write a pull request with its comments; `repo_from` is null when the fork is deleted."""
        source = self.world.projects.get(pull.source) if pull.source else None
        return {
            "id": pull.id,
            "title": pull.title,
            "status": pull.state.capitalize(),
            "user": self.user(pull.author),
            "branch": pull.target_branch,
            "branch_from": pull.source_branch,
            "commit_start": pull.head_sha,
            "commit_stop": pull.head_sha,
            "initial_comment": pull.body or None,
            "project": self.project(project),
            "repo_from": self.project(source) if source else None,
            "comments": self._comments(project, pull.id),
            "date_created": stamp(pull.created, as_float=self.float_times),
            "full_url": f"{flask.request.host_url}{project.path}/pull-request/{pull.id}",
            "closed_by": None,
            "tags": [],
        }

    def issue(self, project: Project, issue: Ticket) -> Json:
        """Write an issue with its comments."""
        return {
            "id": issue.id,
            "title": issue.title,
            "content": issue.body,
            "status": issue.state.capitalize(),
            "private": False,
            "user": self.user(issue.author),
            "comments": self._comments(project, issue.id),
            "date_created": stamp(issue.created, as_float=self.float_times),
            "full_url": f"{flask.request.host_url}{project.path}/issue/{issue.id}",
            "assignee": None,
            "tags": [],
        }

    def flag(self, status: Status) -> Json:
        """Write the flag of a commit."""
        return {
            "commit_hash": status.commit,
            "username": status.context,
            "comment": status.text,
            "status": status.state,
            "url": status.url,
            "percent": None,
            "user": self.user(status.author),
            "date_created": stamp(status.created),
            "date_updated": stamp(status.created),
        }

    def _comments(self, project: Project, thread: int) -> list[Json]:
        return [self._comment(note) for note in project.notes if note.thread == thread]

    def _comment(self, note: Note) -> Json:
        return {
            "id": note.id,
            "comment": note.body,
            "user": self.user(note.author),
            "date_created": stamp(note.created, as_float=self.float_times),
            "edited_on": None,
            "parent": None,
        }


def _access(roles: dict[str, Any]) -> dict[str, list[str]]:
    levels: dict[str, list[str]] = {"admin": [], "commit": [], "collaborator": [], "ticket": []}
    for name, role in roles.items():
        if role in _LEVELS:
            levels[_LEVELS[role]].append(name)
    return levels

"""GitHub's endpoints about a repository: itself, its files, permissions, commits, statuses.

https://docs.github.com/en/rest/repos, https://docs.github.com/en/rest/commits/statuses
"""

import base64
import posixpath
from typing import Any, NoReturn

import flask

from packit_worker.sandbox.git import GitRepository
from packit_worker.sandbox.github_answers import (
    fields,
    give_up,
    invalid,
    moment,
    refuse,
    text_field,
)
from packit_worker.sandbox.github_json import GithubJson, Json
from packit_worker.sandbox.things import Project, Status, now
from packit_worker.sandbox.world import World

_STATES = {"error", "failure", "pending", "success"}
_DESCRIPTION_LIMIT = 140
_CONTEXT_LIMIT = 255
_STATUS_LIMIT = 1000
_CONTENT_LIMIT = 1024 * 1024


class GithubRepositories:
    """The views; each gets owner and name from the path."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.json = GithubJson(world)

    def visible(self, owner: str, name: str) -> Project:
        """Return a repository that the caller sees; a private one is 404, as if it were none."""
        path = f"{owner}/{name}"
        if path in self.world.moved:
            self._lead(path, self.world.projects[self.world.moved[path]])
        project = self.world.projects.get(path)
        if project is None or not project.may_read(flask.g.login) or flask.g.kind == "app":
            give_up(404, "Not Found")
        return project

    def by_number(self, number: int) -> Project:
        """Return the repository that a redirection leads to."""
        found = [one for one in self.world.projects.values() if one.number == number]
        if not found:
            give_up(404, "Not Found")
        return found[0]

    def _lead(self, old: str, project: Project) -> NoReturn:
        """Lead from the old path of a renamed repository to its number: 301, or 307 for a write."""
        rest = flask.request.path.removeprefix(f"/repos/{old}")
        address = f"{flask.request.host_url}repositories/{project.number}{rest}"
        read = flask.request.method == "GET"
        message = "Moved Permanently" if read else "Temporary Redirect"
        answer = refuse(301 if read else 307, message, url=address)
        answer.headers["Location"] = address
        flask.abort(answer)

    def repository(self, owner: str, name: str) -> Json:
        """`GET /repos/O/R`."""
        return self.json.repository(self.visible(owner, name))

    def contents(self, owner: str, name: str, path: str = "") -> Any:
        """`GET /repos/O/R/contents/P?ref=`: a file with its content, or the list of a folder."""
        git = self.visible(owner, name).git
        ref = flask.request.args.get("ref") or git.default_branch()
        commit = git.resolve(ref)
        if commit is None:
            empty = not git.branches()
            give_up(
                404, "This repository is empty." if empty else f"No commit found for the ref {ref}"
            )
        target = git.link(commit, path) if path else None
        content = git.read(commit, path) if path else None
        if target is not None:
            content = _led_to(git, commit, path, target)
            if content is None:
                return self._link(path, target)
        if content is not None:
            return self._file(path, content)
        entries = git.entries(commit, path)
        if path and not entries:
            give_up(404, "Not Found")
        kinds = {"blob": "file", "tree": "dir", "commit": "submodule"}
        return [
            {"type": kinds[one.type], "path": one.path, "name": one.path.rpartition("/")[2]}
            | {"sha": one.sha, "url": f"{flask.request.base_url}/{one.path}"}
            for one in entries
        ]

    def permission(self, owner: str, name: str, login: str) -> Json:
        """`GET /repos/O/R/collaborators/U/permission`: admin, write, read or none."""
        project = self.visible(owner, name)
        if not project.may_write(flask.g.login):
            give_up(403, "Must have push access to view collaborator permission.")
        user = self.world.users.get(login)
        if user is None or user.bot:
            give_up(404, f"{login} is not a user")
        return {"permission": project.role(login), "user": self.json.user(login)}

    def commit(self, owner: str, name: str, sha: str) -> Json:
        """`GET /repos/O/R/commits/SHA`."""
        git = self.visible(owner, name).git
        found = git.resolve(sha)
        if found is None:
            give_up(422, f"No commit found for SHA: {sha}")
        date = {"date": moment(git.committed(found)), "name": "Sandbox", "email": "s@example.com"}
        address = flask.request.base_url
        return {
            "sha": found,
            "url": address,
            "html_url": address,
            "commit": {"author": date, "committer": date, "message": "change", "url": address},
        }

    def branch(self, owner: str, name: str, branch: str) -> Json:
        """`GET /repos/O/R/git/ref/heads/B`."""
        found = self.visible(owner, name).git.head(branch)
        if found is None:
            give_up(404, "Not Found")
        return {"ref": f"refs/heads/{branch}", "object": {"type": "commit", "sha": found}}

    def activity(self, owner: str, name: str) -> list[Json]:
        """`GET /repos/O/R/activity?ref=`: the pushes to a branch, newest first."""
        project, ref = self.visible(owner, name), flask.request.args["ref"]
        return [
            {"activity_type": "push", "ref": ref, "after": sha, "timestamp": moment(at)}
            for branch, sha, at in reversed(project.pushes)
            if f"refs/heads/{branch}" == ref
        ]

    def statuses(self, owner: str, name: str, sha: str) -> list[Json]:
        """`GET /repos/O/R/statuses/SHA`: newest first."""
        project = self.visible(owner, name)
        self._commit(project, sha)
        found = [one for one in project.statuses if one.commit == sha]
        return [self.json.status(project, one) for one in reversed(found)]

    def set_status(self, owner: str, name: str, sha: str) -> tuple[Json, int]:
        """`POST /repos/O/R/statuses/SHA`: needs the right to push."""
        project = self.visible(owner, name)
        _need_write(project)
        body = fields({"state"}, {"target_url", "description", "context"})
        self._commit(project, sha)
        status = _status(body, sha, next(self.world.ids))
        same = (
            one for one in project.statuses if (one.commit, one.context) == (sha, status.context)
        )
        if sum(1 for _ in same) >= _STATUS_LIMIT:
            invalid(
                "Status",
                "context",
                "This SHA and context has reached the maximum number of statuses.",
            )
        project.statuses.append(status)
        self.world.wrote("status", project, status.author, sha=sha, **body)
        return self.json.status(project, status), 201

    def _file(self, path: str, content: bytes) -> Json:
        # Over one megabyte GitHub sends the size alone.
        small = len(content) <= _CONTENT_LIMIT
        return {
            "type": "file",
            "path": path,
            "name": path.rpartition("/")[2],
            "size": len(content),
            "encoding": "base64" if small else "none",
            "content": base64.encodebytes(content).decode() if small else "",
            "url": flask.request.url,
        }

    def _link(self, path: str, target: str) -> Json:
        return {
            "type": "symlink",
            "target": target,
            "path": path,
            "name": path.rpartition("/")[2],
            "size": len(target),
            "url": flask.request.url,
        }

    def _commit(self, project: Project, sha: str) -> None:
        if project.git.resolve(sha) is None:
            give_up(422, f"No commit found for SHA: {sha}")


def _led_to(git: GitRepository, commit: str, path: str, target: str) -> bytes | None:
    """Return the file that a symbolic link leads to; None: it leads to no file of the repository.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if place.startswith(("/", "../")) or git.link(commit, place) is not None:
        return None
    return git.read(commit, place)


def _need_write(project: Project) -> None:
    if project.may_write(flask.g.login):
        return
    if flask.g.kind == "installation":
        give_up(403, "Resource not accessible by integration")
    # To a person GitHub does not even say that the endpoint exists.
    give_up(
        401 if flask.g.login is None else 404,
        "Not Found" if flask.g.login else "Requires authentication",
    )


def _status(body: Json, sha: str, number: int) -> Status:
    if body["state"] not in _STATES:
        invalid("Status", "state", "state is not included in the list")
    description, url = body.get("description") or "", body.get("target_url") or ""
    if description:
        text_field("Status", body, "description", _DESCRIPTION_LIMIT)
    if url and not str(url).startswith(("http://", "https://")):
        invalid("Status", "target_url", "target_url must use http(s) scheme")
    context = text_field("Status", {"context": "default", **body}, "context", _CONTEXT_LIMIT)
    return Status(
        id=number,
        commit=sha,
        context=context,
        state=body["state"],
        text=description,
        url=url,
        author=flask.g.login,
        created=now(),
    )

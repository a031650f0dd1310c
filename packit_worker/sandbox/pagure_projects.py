"""Pagure's endpoints about a project: itself, its branches, files, and the flags of commits."""

from typing import Any
from urllib.parse import urlparse

import flask

from packit_worker.sandbox.pagure_answers import form, give_up, message
from packit_worker.sandbox.pagure_json import Json, PagureJson
from packit_worker.sandbox.things import Project, Status, now
from packit_worker.sandbox.world import World

_FLAG_STATES = {"success", "failure", "error", "pending", "canceled"}
_UID_LIMIT = 32


class PagureProjects:
    """The views; each gets the project and what its pattern caught."""

    def __init__(self, world: World, json: PagureJson) -> None:
        self.world = world
        self.json = json

    def project(self, project: Project) -> Json:
        """`GET /api/0/<project>`."""
        return self.json.project(project)

    def options(self, project: Project) -> Json:
        """`GET /api/0/<project>/options`."""
        return {"settings": {"issue_tracker": project.has_issues, "pull_requests": True}}

    def branches(self, project: Project) -> Json:
        """`GET /api/0/<project>/git/branches`: the default is null where HEAD names no branch."""
        names, head = project.git.branches(), project.git.default_branch()
        default = head if head in names else None
        if flask.request.args.get("with_commits"):
            heads = {name: project.git.head(name) for name in names}
            return {"branches": heads, "default": default, "total_branches": len(names)}
        return {"branches": names, "default": default, "total_branches": len(names)}

    def tree(self, project: Project, ref: str) -> Json:
        """`GET /api/0/<project>/tree/<ref>`: the top level of a branch, tag or commit."""
        commit = project.git.resolve(ref)
        if commit is None:
            give_up(404, "EFILENOTFOUND")
        kinds = {"blob": "file", "tree": "folder", "commit": "submodule"}
        content = [
            {"type": kinds[one.type], "name": one.path, "path": one.path}
            for one in project.git.entries(commit)
        ]
        return {"type": "folder", "name": "", "content": content}

    def raw(self, project: Project, ref: str, path: str) -> flask.Response:
        """`GET /<project>/raw/<ref>/f/<path>`: a page, not the API; 404 is a page too."""
        commit = project.git.resolve(ref)
        content = project.git.read(commit, path) if commit else None
        if content is None:
            return flask.Response("<html><body>File not found</body></html>", 404)
        return flask.Response(content, mimetype="text/plain")

    def commit(self, project: Project, sha: str) -> Json:
        """`GET /api/0/<project>/c/<sha>/info`."""
        _commit(project, sha)
        found = project.git.resolve(sha) or sha
        person = {"name": "Sandbox", "email": "sandbox@example.com"}
        return {
            "author": person,
            "committer": person,
            "commit_time": int(project.git.committed(found).timestamp()),
            "commit_time_offset": 0,
            "hash": found,
            "message": "change",
            "parent_ids": [],
            "tree_id": found,
        }

    def flags(self, project: Project, sha: str) -> Json:
        """`GET /api/0/<project>/c/<sha>/flag`."""
        _commit(project, sha)
        found = [self.json.flag(one) for one in project.statuses if one.commit == sha]
        return {"flags": found, "total_flags": len(found)}

    def set_flag(self, project: Project, sha: str) -> Json:
        """`POST /api/0/<project>/c/<sha>/flag`: the same `uid` again changes that flag."""
        sent = form({"username", "comment", "url"}, {"status", "percent", "uid"})
        _commit(project, sha)
        _check(sent)
        uid = sent.get("uid") or f"made-up-{next(self.world.ids)}"
        status = Status(
            id=next(self.world.ids),
            commit=sha,
            context=sent["username"],
            state=sent.get("status", "pending"),
            text=sent["comment"],
            url=sent["url"],
            author=flask.g.login,
            created=now(),
            uid=uid,
        )
        old = [one for one in project.statuses if (one.commit, one.uid) == (sha, uid)]
        for one in old:
            project.statuses.remove(one)
        project.statuses.append(status)
        self.world.wrote("status", project, flask.g.login, sha=sha, **sent)
        done = "Flag updated" if old else "Flag added"
        return message(done, flag=self.json.flag(status), uid=uid)


def _commit(project: Project, sha: str) -> None:
    if project.git.resolve(sha) is None:
        give_up(404, "ENOCOMMIT")


def _check(sent: dict[str, Any]) -> None:
    errors = {}
    if sent.get("status", "pending") not in _FLAG_STATES:
        errors["status"] = ["Not a valid choice"]
    address = urlparse(sent["url"])
    if address.scheme not in {"http", "https"} or not address.netloc:
        errors["url"] = ["Invalid URL."]
    if len(sent.get("uid", "")) > _UID_LIMIT:
        errors["uid"] = ["Field cannot be longer than 32 characters."]
    if errors:
        give_up(400, "EINVALIDREQ", errors)

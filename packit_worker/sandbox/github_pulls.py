"""GitHub's endpoints by which pull requests are opened: https://docs.github.com/en/rest/pulls."""

import flask

from packit_worker.sandbox import pull_opening
from packit_worker.sandbox.github_answers import BODY_LIMIT, fields, give_up, invalid, text_field
from packit_worker.sandbox.github_json import Json
from packit_worker.sandbox.github_repositories import GithubRepositories

_TITLE_LIMIT = 256


class GithubPulls:
    """The views; each gets owner and name from the path."""

    def __init__(self, repositories: GithubRepositories) -> None:
        self.world = repositories.world
        self.json = repositories.json
        self._visible = repositories.visible

    def pulls(self, owner: str, name: str) -> list[Json]:
        """`GET /repos/O/R/pulls?state=&head=&base=`: open ones, unless another state is asked."""
        project = self._visible(owner, name)
        pull_opening.refresh(self.world, project)
        wanted = flask.request.args.get("state", "open")
        head, base = flask.request.args.get("head"), flask.request.args.get("base")
        return [
            self.json.pull(project, pull)
            for pull in project.pulls.values()
            if wanted in {"all", "open" if pull.state == "open" else "closed"}
            if head in {None, f"{(pull.source or '').partition('/')[0]}:{pull.source_branch}"}
            if base in {None, pull.target_branch}
        ]

    def open(self, owner: str, name: str) -> tuple[Json, int]:
        """`POST /repos/O/R/pulls`."""
        project = self._visible(owner, name)
        login = _need_login()
        body = fields({"title", "head", "base"}, {"body", "draft", "maintainer_can_modify"})
        title = text_field("PullRequest", body, "title", _TITLE_LIMIT)
        text = text_field("PullRequest", body, "body", BODY_LIMIT) if body.get("body") else ""
        head_owner, _, branch = str(body["head"]).rpartition(":")
        sources = [
            each
            for each in self.world.projects.values()
            if each.namespace == (head_owner or owner) and project.path in {each.path, each.parent}
        ]
        if not sources:
            invalid("PullRequest", "head", "head is invalid", code="invalid")
        base = str(body["base"])
        if pull_opening.find_open(project, sources[0].path, branch, base):
            message = f"A pull request already exists for {body['head']}."
            errors = [{"resource": "PullRequest", "code": "custom", "message": message}]
            give_up(422, "Validation Failed", errors=errors)
        pull = pull_opening.open_pull(
            self.world,
            project,
            sources[0],
            author=login,
            title=title,
            body=text,
            source_branch=branch,
            target_branch=base,
        )
        if pull is None:
            invalid("PullRequest", "head", "head is invalid", code="invalid")
        return self.json.pull(project, pull), 201

    def edit(self, owner: str, name: str, number: int) -> Json:
        """`PATCH /repos/O/R/pulls/N`: title and body."""
        project = self._visible(owner, name)
        login = _need_login()
        if number not in project.pulls:
            give_up(404, "Not Found")
        pull = project.pulls[number]
        if login != pull.author and not project.may_write(login):
            give_up(403, "Must have admin rights to Repository.")
        body = fields(set(), {"title", "body"})
        pull.title = text_field("PullRequest", {"title": pull.title, **body}, "title", _TITLE_LIMIT)
        pull.body = str(body.get("body", pull.body))
        self.world.wrote("pull-edit", project, login, id=number, **body)
        return self.json.pull(project, pull)

    def fork(self, owner: str, name: str) -> tuple[Json, int]:
        """`POST /repos/O/R/forks`: into the account of the caller, who must be a person."""
        project = self._visible(owner, name)
        login = _need_login()
        if flask.g.kind not in ("user", "anonymous"):
            give_up(403, "Resource not accessible by integration")
        made = pull_opening.fork(self.world, project, f"{login}/{name}", login)
        return self.json.repository(made), 202

    def latest_release(self, owner: str, name: str) -> Json:
        """`GET /repos/O/R/releases/latest`."""
        project = self._visible(owner, name)
        if not project.releases:
            give_up(404, "Not Found")
        return {"id": len(project.releases), "tag_name": project.releases[-1], "draft": False}

    def user(self) -> Json:
        """`GET /user`: who has the token."""
        if flask.g.kind not in ("user", "anonymous"):
            give_up(403, "Resource not accessible by integration")
        return {"login": _need_login(), "type": "User"}


def _need_login() -> str:
    if flask.g.login is None:
        give_up(401, "Requires authentication")
    login: str = flask.g.login
    return login

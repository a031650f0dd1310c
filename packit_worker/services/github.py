"""GitHub through ogr and PyGithub: one call for one fact.

Where ogr makes two calls for one (a status, a comment), the request goes through PyGithub's own
transport instead: https://docs.github.com/en/rest
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from ogr.services.github.project import GithubProject

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.forge import (
    Comment,
    Commit,
    Issue,
    PullRequest,
    Repository,
    StatusState,
    Thread,
    Visibility,
    WrittenIssue,
)
from packit_worker.services import github_answers as answers
from packit_worker.services.calls import not_text, read
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.github_client import GithubClient
from packit_worker.services.github_errors import translated

T = TypeVar("T")

# Projects hold what ogr has read of them, so a long-lived worker must not keep many.
_KEPT_PROJECTS = 32


class GithubForge:
    """A `packit_worker.forge.Forge`. One for each host; not shared between threads."""

    def __init__(self, settings: ForgeSettings) -> None:
        self._host = settings.host
        self._client = GithubClient(settings)
        self._projects: OrderedDict[Repository, GithubProject] = OrderedDict()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def visibility(self, repository: Repository) -> Visibility:
        """Ask afresh: a repository may have become private since."""
        self._projects.pop(repository, None)
        private = self._read(repository, lambda project: project.is_private())
        if not isinstance(private, bool):
            # Nothing said is never taken for public.
            raise TransientError("unexpected-answer")
        return Visibility.PRIVATE if private else Visibility.PUBLIC

    def default_branch(self, repository: Repository) -> str:
        """Return the name of the default branch."""
        return str(self._read(repository, lambda project: project.default_branch))

    def files_at(self, repository: Repository, ref: str) -> frozenset[str]:
        """Return the names of the files at the top level."""
        return frozenset(self._read(repository, lambda project: project.get_files(ref=ref)))

    def file_at(self, repository: Repository, ref: str, path: str) -> str | None:
        """Return the text of a file; None: no such file there.

        Raises:
            RefusedError: `too-large` (over one megabyte), `not-text` (not UTF-8).
        """
        content = self._read(
            repository, lambda project: answers.content(project.github_repo, ref, path)
        )
        if content is None:
            return None
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise not_text(path, error) from error

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit that a branch, a tag or a hash names."""
        try:
            return self._read(repository, lambda project: answers.commit(project.github_repo, ref))
        except RefusedError as error:
            if error.code not in ("not-found", "invalid"):
                raise
            raise RefusedError("ref-not-found", f"{ref} of {repository}") from error

    def branch_head(self, repository: Repository, branch: str) -> str:
        """Return the newest commit of a branch."""
        try:
            return self._read(repository, lambda project: answers.head(project.github_repo, branch))
        except RefusedError as error:
            if error.code != "not-found":
                raise
            raise RefusedError("ref-not-found", f"{branch} of {repository}") from error

    def pushed_at(self, repository: Repository, pull: PullRequest) -> datetime | None:
        """Return when the head of a pull request was pushed; a GitHub of one's own may lack it.

        It is asked for as the target, because our App is not installed on the fork.
        """
        try:
            return self._read(
                repository, lambda project: answers.pushed_at(project.github_repo, pull)
            )
        except RefusedError:
            return None

    def can_merge(self, repository: Repository, login: str) -> bool:
        """Say whether the account may write; bots and unknown accounts may not."""
        try:
            return bool(self._read(repository, lambda project: project.can_merge_pr(login)))
        except RefusedError as error:
            if error.code == "not-found":
                return False
            raise

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        """Return a pull request as it stands now."""
        return self._read(
            repository,
            lambda project: answers.pull_request(self._host, project.github_repo.get_pull(number)),
        )

    def set_status(
        self,
        repository: Repository,
        commit: str,
        *,
        context: str,
        state: StatusState,
        text: str,
        url: str,
    ) -> None:
        """Set the status of a commit and context."""
        body = {"state": state, "target_url": url, "description": text, "context": context}
        self._send(repository, "POST", f"statuses/{commit}", body, lambda sent: sent["id"])

    def comments(self, repository: Repository, thread: Thread) -> list[Comment]:
        """Return the comments of a pull request or an issue, oldest first."""
        return self._read(
            repository, lambda project: answers.comments(project.github_repo, thread.id)
        )

    def comment(self, repository: Repository, thread: Thread, body: str) -> Comment:
        """Add a comment."""
        path = f"issues/{thread.id}/comments"
        return self._send(repository, "POST", path, {"body": body}, answers.sent_comment)

    def edit_comment(self, repository: Repository, comment_id: int, body: str) -> None:
        """Replace the text of a comment."""
        path = f"issues/comments/{comment_id}"
        self._send(repository, "PATCH", path, {"body": body}, lambda sent: sent["id"])

    def open_issue(self, repository: Repository, title: str, body: str) -> Issue:
        """Open an issue."""
        words = {"title": title, "body": body}
        return self._send(repository, "POST", "issues", words, answers.sent_issue)

    def issues(self, repository: Repository, *, since: datetime) -> list[WrittenIssue]:
        """Return the newest 100 issues that changed since then."""
        return self._read(repository, lambda project: answers.issues(project.github_repo, since))

    def edit_issue(self, repository: Repository, number: int, body: str) -> None:
        """Replace the text of an issue."""
        words = {"body": body}
        self._send(repository, "PATCH", f"issues/{number}", words, lambda sent: sent["number"])

    def latest_release(self, repository: Repository) -> str | None:
        """Return the tag of the newest release; drafts and prereleases do not count."""
        try:
            return self._read(
                repository, lambda project: answers.latest_release(project.github_repo)
            )
        except RefusedError as error:
            if error.code == "not-found":
                return None
            raise

    def close_issue(self, repository: Repository, number: int) -> None:
        """Close an issue."""
        words = {"state": "closed"}
        self._send(repository, "PATCH", f"issues/{number}", words, lambda sent: sent["number"])

    def _read(self, repository: Repository, call: Callable[[GithubProject], T]) -> T:
        """Make an idempotent call, after asking for the repository itself where that is new."""

        def load_and_call(project: GithubProject) -> T:
            answers.load(project)
            return call(project)

        return read(lambda: self._call(repository, load_and_call))

    def _send(
        self,
        repository: Repository,
        verb: str,
        path: str,
        body: dict[str, str],
        build: Callable[[dict[str, Any]], T],
    ) -> T:
        """Write, once, and build the answer: one that is not as documented is an error too."""

        def send(project: GithubProject) -> T:
            requester = project.github_instance.requester
            address = f"/repos/{repository.path}/{path}"
            answer = requester.requestJsonAndCheck(verb, address, input=body)[1]
            if "url" in answer and "message" in answer:
                # A renamed repository: PyGithub follows a 301, and takes a 307 for done.
                answer = requester.requestJsonAndCheck(verb, answer["url"], input=body)[1]
            return build(answer)

        return self._call(repository, send)

    def _call(self, repository: Repository, call: Callable[[GithubProject], T]) -> T:
        try:
            return self._once(repository, call)
        except TransientError as error:
            # A kept token ends early when the App is installed anew: ask for another, once.
            if error.reason != BAD_CREDENTIALS or not self._forget(repository):
                raise
        return self._once(repository, call)

    def _once(self, repository: Repository, call: Callable[[GithubProject], T]) -> T:
        project = self._project(repository)
        with translated():
            return call(project)

    def _forget(self, repository: Repository) -> bool:
        self._projects.pop(repository, None)
        return self._client.tokens.forget(repository.namespace, repository.name)

    def _project(self, repository: Repository) -> GithubProject:
        project = self._projects.pop(repository, None)
        if project is None:
            project = self._client.get_project(namespace=repository.namespace, repo=repository.name)
        self._projects[repository] = project
        if len(self._projects) > _KEPT_PROJECTS:
            self._projects.popitem(last=False)
        return project

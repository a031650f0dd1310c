"""Our pull requests on GitHub: https://docs.github.com/en/rest/pulls/pulls.

A GitHub App has no account that could own a fork: it pushes a branch to the repository itself, for
which it needs the permission to write contents. An account with a token has a fork.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.services.calls import read
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.github_client import GithubClient
from packit_worker.services.github_errors import translated
from packit_worker.services.pulls import OpenPull, Place, Words, remote_of

T = TypeVar("T")

# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
_TOKEN_USER = "x-access-token"  # noqa: S105 - a user name


class GithubPulls:
    """A `packit_worker.services.pulls.Pulls`."""

    def __init__(self, settings: ForgeSettings) -> None:
        self._settings = settings
        self._client = GithubClient(settings)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def place(self, repository: Repository) -> Place:
        """Return the repository itself for an App, else our fork."""
        with translated():
            token = self._client.tokens.get_token(repository.namespace, repository.name)
        if self._settings.app is not None:
            return self._place(repository, token)
        login = self._read(repository, lambda call: call("GET", "/user"))["login"]
        fork = Repository(repository.host, str(login), repository.name)
        if not self._is_there(repository, fork):
            # Accepted (202): it may take a while, and the push is tried again.
            self._write(repository, "POST", f"/repos/{repository.path}/forks", {})
        return self._place(fork, token)

    def find(self, repository: Repository, place: Place, words: Words) -> OpenPull | None:
        """Return the open pull request of the same branches; only we push to that branch."""
        head = f"{place.owner}:{words.source_branch}"
        query = {"state": "open", "head": head, "base": words.target_branch}
        address = f"/repos/{repository.path}/pulls"
        found = self._read(repository, lambda call: call("GET", address, parameters=query))
        return _open(found[0]) if found else None

    def open(self, repository: Repository, place: Place, words: Words) -> OpenPull:
        """Open one."""
        sent = {
            "title": words.title,
            "body": words.body,
            "head": f"{place.owner}:{words.source_branch}",
            "base": words.target_branch,
        }
        return _open(self._write(repository, "POST", f"/repos/{repository.path}/pulls", sent))

    def edit(self, repository: Repository, pull: OpenPull, words: Words) -> None:
        """Replace title and text."""
        sent = {"title": words.title, "body": words.body}
        self._write(repository, "PATCH", f"/repos/{repository.path}/pulls/{pull.number}", sent)

    def _place(self, repository: Repository, token: str) -> Place:
        remote = remote_of(self._settings, repository, user=_TOKEN_USER, token=token)
        return Place(repository=repository, remote=remote, owner=repository.namespace)

    def _is_there(self, repository: Repository, fork: Repository) -> bool:
        try:
            self._read(repository, lambda call: call("GET", f"/repos/{fork.path}"))
        except RefusedError as error:
            if error.code not in {"not-found", "repository-not-visible"}:
                raise
            return False
        return True

    def _read(self, repository: Repository, ask: Callable[[Callable[..., Any]], T]) -> T:
        def once() -> T:
            with translated():
                return ask(self._requester(repository))

        return read(once)

    def _write(self, repository: Repository, verb: str, path: str, sent: dict[str, str]) -> Any:
        with translated():
            return self._requester(repository)(verb, path, input=sent)

    def _requester(self, repository: Repository) -> Callable[..., Any]:
        client = self._client.get_pygithub_instance(repository.namespace, repository.name)
        requester = client.requester

        def call(verb: str, path: str, **options: Any) -> Any:
            return requester.requestJsonAndCheck(verb, path, **options)[1]

        return call


def _open(answer: dict[str, Any]) -> OpenPull:
    return OpenPull(number=int(answer["number"]), url=str(answer["html_url"]))

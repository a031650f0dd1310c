"""Our pull requests on Pagure, from our fork: https://pagure.io/api/0/.

packitos 1.17 asks ogr 0.61.1 for a pull request with an argument (`allow_maintainer_edit`) that
ogr's Pagure does not know, so packit itself cannot open one. packit runs in the box anyway, without
credentials: there it says what it wants to be opened, and here it is opened.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.services.calls import read
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.pagure_client import pagure_client, translated
from packit_worker.services.pulls import OpenPull, Place, Words, remote_of

T = TypeVar("T")


class PagurePulls:
    """A `packit_worker.services.pulls.Pulls`."""

    def __init__(self, settings: ForgeSettings) -> None:
        self._settings = settings
        self._client = pagure_client(settings)
        self._login: str | None = None

    def close(self) -> None:
        """Give the connections back."""
        self._client.session.close()

    def place(self, repository: Repository) -> Place:
        """Return our fork."""
        login = self._whoami()
        namespace = "/".join(part for part in ("fork", login, repository.namespace) if part)
        fork = Repository(repository.host, namespace, repository.name)
        if not self._is_there(fork):
            words = {"repo": repository.name, "namespace": repository.namespace, "wait": "true"}
            self._post(self._client.get_api_url("fork"), {k: v for k, v in words.items() if v})
        remote = remote_of(self._settings, fork, user=login, token=self._settings.token)
        return Place(repository=fork, remote=remote, owner=login)

    def find(self, repository: Repository, place: Place, words: Words) -> OpenPull | None:
        """Return our open pull request of the same branches."""
        query = {"status": "Open", "author": place.owner, "per_page": "100"}
        address = self._client.get_api_url(repository.path, "pull-requests")
        answer = self._read(lambda: self._client.call_api(address, params=query))
        for one in answer["requests"]:
            if (one["branch"], one["branch_from"]) == (words.target_branch, words.source_branch):
                return self._open(repository, one)
        return None

    def open(self, repository: Repository, place: Place, words: Words) -> OpenPull:
        """Open one from our fork."""
        sent = {
            "title": words.title,
            "initial_comment": words.body,
            "branch_to": words.target_branch,
            "branch_from": words.source_branch,
            "repo_from": repository.name,
            "repo_from_username": place.owner,
        }
        if repository.namespace:
            sent["repo_from_namespace"] = repository.namespace
        address = self._client.get_api_url(repository.path, "pull-request", "new")
        return self._open(repository, self._post(address, sent))

    def edit(self, repository: Repository, pull: OpenPull, words: Words) -> None:
        """Replace title and text."""
        address = self._client.get_api_url(repository.path, "pull-request", str(pull.number))
        self._post(address, {"title": words.title, "initial_comment": words.body})

    def _whoami(self) -> str:
        if self._login is None:
            address = self._client.get_api_url("-", "whoami")
            self._login = str(self._post(address, {})["username"])
        return self._login

    def _is_there(self, fork: Repository) -> bool:
        address = self._client.get_api_url(fork.path)
        try:
            self._read(lambda: self._client.call_api(address))
        except RefusedError as error:
            if error.code not in {"not-found", "repository-not-visible"}:
                raise
            return False
        return True

    def _open(self, repository: Repository, answer: dict[str, Any]) -> OpenPull:
        number = int(answer["id"])
        web = self._client.instance_url
        return OpenPull(number=number, url=f"{web}/{repository.path}/pull-request/{number}")

    def _read(self, call: Callable[[], T]) -> T:
        def once() -> T:
            with translated():
                return call()

        return read(once)

    def _post(self, address: str, words: dict[str, str]) -> dict[str, Any]:
        with translated():
            answer: dict[str, Any] = self._client.call_api(address, "POST", data=words)
            return answer

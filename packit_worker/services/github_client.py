"""ogr's GitHub client with an API base of our choice, timeouts, and no sleeping.

ogr's own GithubService knows only api.github.com, and both it and PyGithub sleep for rate limits
(up to an hour) and between requests. So the two places that build a PyGithub client are ours.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from github import Auth, Github, GithubIntegration
from jwt import PyJWTError
from ogr.services.github.auth_providers.abstract import GithubAuthentication
from ogr.services.github.service import GithubService

from packit_worker.errors import RefusedError
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey
from packit_worker.services.github_errors import translated

# A token about to end would end in the middle of a run.
_MARGIN = timedelta(minutes=5)
_KEPT_CLIENTS = 16


@dataclass(frozen=True, slots=True)
class _Token:
    secret: str = field(repr=False)
    expires: datetime

    def is_fresh(self) -> bool:
        return self.expires - _MARGIN > datetime.now(UTC)


def options_of(settings: ForgeSettings) -> dict[str, Any]:
    """Return how each client of PyGithub is made: no sleeping, no retries of its own."""
    return {
        "base_url": settings.api_url,
        "timeout": settings.timeout,
        "retry": None,
        "seconds_between_requests": None,
        "seconds_between_writes": None,
    }


class PersonalToken(GithubAuthentication):
    """One token for everything; none at all reads what is public."""

    def __init__(self, settings: ForgeSettings) -> None:
        self._token = settings.token

    def get_token(self, namespace: str, repo: str) -> str:  # noqa: ARG002 - ogr's interface
        """Return the token, empty where there is none."""
        return self._token or ""

    def forget(self, namespace: str, repo: str) -> bool:  # noqa: ARG002 - like AppTokens
        """Say that no other token can be had."""
        return False

    def close(self) -> None:
        """Nothing is open."""


class AppTokens(GithubAuthentication):
    """Tokens of a GitHub App's installations, kept until shortly before their end.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """

    def __init__(self, settings: ForgeSettings, key: GithubAppKey) -> None:
        auth = Auth.AppAuth(key.app_id, key.private_key)
        try:
            auth.create_jwt()
        except (PyJWTError, ValueError, TypeError) as error:
            # Its text is dropped: it might quote the key.
            reason = "the private key of the App cannot be read"
            raise RefusedError("bad-key", reason) from error
        self._integration = GithubIntegration(auth=auth, **options_of(settings))
        self._tokens: dict[tuple[str, str], _Token] = {}

    def get_token(self, namespace: str, repo: str) -> str:
        """Return a token for a repository: two calls, or none where one is kept.

        Raises:
            RefusedError: `app-not-installed`, `app-suspended`.
            TransientError: GitHub is down, asks to wait, or does not take our key.
        """
        token = self._tokens.get((namespace, repo))
        if token is None or not token.is_fresh():
            token = self._ask(namespace, repo)
            self._tokens[namespace, repo] = token
        return token.secret

    def close(self) -> None:
        """Give the connections back."""
        self._integration.close()

    def forget(self, namespace: str, repo: str) -> bool:
        """Drop a token that GitHub takes no more; say whether there was one."""
        return self._tokens.pop((namespace, repo), None) is not None

    def _ask(self, namespace: str, repo: str) -> _Token:
        try:
            with translated():
                installation = self._integration.get_repo_installation(namespace, repo)
                answer = self._integration.get_access_token(installation.id)
                return _Token(answer.token, answer.expires_at)
        except RefusedError as error:
            if error.code != "not-found":
                raise
            raise RefusedError("app-not-installed", f"on {namespace}/{repo}") from error


class GithubClient(GithubService):
    """ogr's service whose PyGithub clients follow our settings."""

    def __init__(self, settings: ForgeSettings) -> None:
        app = settings.app
        self.tokens = AppTokens(settings, app) if app else PersonalToken(settings)
        super().__init__(github_authentication=self.tokens)
        self._settings = settings
        self._clients: OrderedDict[str, Github] = OrderedDict()

    def get_pygithub_instance(self, namespace: str, repo: str) -> Github:
        """Return the client of a repository's token, with its open connection."""
        token = self.tokens.get_token(namespace, repo)
        client = self._clients.pop(token, None)
        if client is None:
            auth = Auth.Token(token) if token else None
            client = Github(auth=auth, **options_of(self._settings))
        self._clients[token] = client
        if len(self._clients) > _KEPT_CLIENTS:
            self._clients.popitem(last=False)[1].close()
        return client

    def close(self) -> None:
        """Give the connections back."""
        self.tokens.close()
        for client in self._clients.values():
            client.close()

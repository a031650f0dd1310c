"""Who we are on a forge: one call, which shows that it answers and takes our credentials."""

from contextlib import closing

from github import Auth, Github, GithubIntegration

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.github_client import AppTokens, options_of
from packit_worker.services.github_errors import translated as github_errors
from packit_worker.services.pagure_client import pagure_client
from packit_worker.services.pagure_client import translated as pagure_errors


def account_of(settings: ForgeSettings) -> str | None:
    """Return our login, that of our App too; None: we have no credentials, and it answers.

    Raises:
        RefusedError: `bad-credentials`; `bad-key`: that of the App cannot be read; `not-found`:
            there is no such API.
        TransientError: it cannot be reached, is down, or is no such forge.
    """
    try:
        if settings.type == "pagure":
            return _on_pagure(settings)
        return _github_app(settings) if settings.app else _on_github(settings)
    except TransientError as error:
        # Here it is the answer to the question, and nothing to wait for.
        if error.reason == BAD_CREDENTIALS:
            raise RefusedError(BAD_CREDENTIALS, error.detail) from error
        raise


def _github_app(settings: ForgeSettings) -> str:
    # https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app
    assert settings.app is not None  # noqa: S101 - for mypy
    AppTokens(settings, settings.app).close()  # refuses a key that cannot be read
    auth = Auth.AppAuth(settings.app.app_id, settings.app.private_key)
    with closing(GithubIntegration(auth=auth, **options_of(settings))) as app, github_errors():
        # https://docs.github.com/en/rest/users/users#get-a-user: how comments of an App are signed.
        return f"{app.get_app().slug}[bot]"


def _on_github(settings: ForgeSettings) -> str | None:
    auth = Auth.Token(settings.token) if settings.token else None
    with closing(Github(auth=auth, **options_of(settings))) as client, github_errors():
        if auth is None:
            # https://docs.github.com/en/rest/meta/meta
            client.requester.requestJsonAndCheck("GET", "/meta")
            return None
        return str(client.get_user().login)


def _on_pagure(settings: ForgeSettings) -> str | None:
    service = pagure_client(settings)
    with closing(service.session), pagure_errors():
        if settings.token:
            return str(service.user.get_username())
        answer = service.call_api(service.get_api_url("version"))
        if "version" not in answer:
            raise RefusedError("not-found", f"{settings.api_url} has no API of Pagure")
        return None

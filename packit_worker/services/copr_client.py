"""The `copr` client with timeouts, kept connections and no sleeping.

The library sets no timeout and opens a connection for every call. It sends everything through
`Request`, so that one is ours. https://python-copr.readthedocs.io/en/latest/ClientV3.html
"""

from pathlib import Path
from typing import Any

import requests
from copr.v3 import Client
from copr.v3.requests import POST, FileRequest, Request, munchify

from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.copr_settings import CoprSettings


class _SessionRequest(Request):
    """Sends through our session, once."""

    def __init__(self, session: requests.Session, **options: Any) -> None:
        super().__init__(**options)
        self._session = session

    def _send_request_repeatedly(
        self,
        request_params: dict[str, Any],
        auth: object,  # noqa: ARG002 - the library's interface
    ) -> requests.Response:
        return self._session.request(**request_params)


class _SessionUpload(FileRequest):
    """Sends a file through our session, once."""

    def __init__(self, session: requests.Session, **options: Any) -> None:
        super().__init__(**options)
        self._session = session

    def _send_request_repeatedly(
        self,
        request_params: dict[str, Any],
        auth: object,  # noqa: ARG002 - the library's interface
    ) -> requests.Response:
        return self._session.request(**request_params)


class CoprClient:
    """The library's proxies over one session."""

    def __init__(self, settings: CoprSettings) -> None:
        self.session = bounded_session(settings.timeout)
        client = Client(
            {
                "copr_url": settings.url,
                "username": settings.username,
                "login": settings.login,
                "token": settings.token,
            }
        )
        self.projects = client.project_proxy
        self.builds = client.build_proxy
        self.build_chroots = client.build_chroot_proxy
        self.mock_chroots = client.mock_chroot_proxy
        self._api = self.builds.api_base_url
        for proxy in (self.projects, self.builds, self.build_chroots, self.mock_chroots):
            proxy.request = _SessionRequest(self.session, api_base_url=self._api)

    def upload(self, path: Path, name: str, data: dict[str, Any]) -> Any:
        """Create a build from a source package, sent under a name of our choice.

        The library's own method takes the name of the file, and leaves the file open.
        """
        with path.open("rb") as file:
            request = _SessionUpload(
                self.session,
                api_base_url=self._api,
                files={"pkgs": (name, file, "application/x-rpm")},
            )
            auth = self.builds.auth
            answer = request.send("/build/create/upload", method=POST, data=data, auth=auth)
        return munchify(answer)

    def close(self) -> None:
        """Give the connections back."""
        self.session.close()

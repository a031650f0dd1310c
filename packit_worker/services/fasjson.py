"""The Fedora account system over FASJSON: https://fasjson.fedoraproject.org/docs/v1/."""

from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.fas import FasAccount, is_account_name
from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.calls import read, transport
from packit_worker.services.fasjson_settings import FasjsonSettings

# Only what we need leaves the service: no names, no addresses of people.
_FIELDS = "username,github_username,is_private,locked"
_PAGE = 40  # the most that a search takes
_MOST_PAGES = 10
_SHORTEST_TERM = 3  # a search for less is refused
_NOT_FOUND = 404
_BAD_REQUEST = 400
_NO_RIGHTS = (401, 403)


class Fasjson:
    """A `packit_worker.fas.FedoraAccounts`. One for each thread."""

    def __init__(self, settings: FasjsonSettings) -> None:
        self._url = settings.url.rstrip("/")
        self._settings = settings
        self._session: requests.Session | None = None

    def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            self._session.close()

    def account(self, name: str) -> FasAccount | None:
        """Return an account that may be used; None: there is none of that name."""
        if not is_account_name(name):
            return None
        answer = self._get(f"users/{quote(name, safe='')}/", {})
        with transport():
            return _account(answer["result"]) if answer is not None else None

    def accounts_of(self, github_login: str) -> list[FasAccount]:
        """Return the accounts in whose profile the GitHub login stands, hidden ones included.

        FASJSON refuses to search for a login of one or two letters: none is found.
        """
        if len(github_login) < _SHORTEST_TERM:
            return []
        rows = self._pages("search/users/", {"github_username__exact": github_login})
        with transport():
            found = [_account(row) for row in rows]
        return [account for account in found if account is not None]

    def groups(self, name: str) -> frozenset[str]:
        """Return the groups of an account, those it is in through others included."""
        rows = self._pages(f"users/{quote(name, safe='')}/groups/", {})
        with transport():
            return frozenset(str(row["groupname"]) for row in rows)

    def has_group(self, name: str) -> bool:
        """Whether there is a group of that name."""
        return self._get(f"groups/{quote(name, safe='')}/", {}) is not None

    def _pages(self, path: str, query: dict[str, str | int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for number in range(1, _MOST_PAGES + 1):
            answer = self._get(path, query | {"page_size": _PAGE, "page_number": number})
            if answer is None:
                break
            with transport():
                rows += answer["result"]
                is_last = number >= answer["page"]["total_pages"]
            if is_last:
                break
        return rows

    def _get(self, path: str, query: dict[str, str | int]) -> dict[str, Any] | None:
        """Ask; None: there is no such thing.

        Raises:
            TransientError: it is down, slow, or answers something else than documented.
            RefusedError: `refused`.
        """
        return read(lambda: self._once(path, query))

    def _once(self, path: str, query: dict[str, str | int]) -> dict[str, Any] | None:
        headers = {"Accept": "application/json", "X-Fields": _mask(path)}
        session = self._opened()
        # Each time: a ticket runs out after a day or so.
        session.auth = _authentication(self._settings)
        with transport():
            response = session.get(f"{self._url}/v1/{path}", params=query, headers=headers)
            status = response.status_code
            if status == _NOT_FOUND:
                if not {"name", "groupname"} & response.json().keys():
                    # An address that leads elsewhere says nothing about a person.
                    raise ValueError("a 404 that names no account and no group")
                return None
        if status in _NO_RIGHTS:
            told = f"FASJSON answers {status} to our account"
            raise TransientError(BAD_CREDENTIALS, service="FASJSON", detail=told)
        if status >= _BAD_REQUEST:
            raise RefusedError("refused", f"FASJSON answers {status}")
        with transport():
            answer: dict[str, Any] = response.json()
            return answer

    def _opened(self) -> requests.Session:
        if self._session is None:
            self._session = bounded_session(self._settings.timeout)
        return self._session


class _Bearer(AuthBase):
    """Sends a token. As `auth`, so that no ~/.netrc replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _authentication(settings: FasjsonSettings) -> AuthBase:
    if settings.token is not None:
        return _Bearer(settings.token)
    # It loads the system's Kerberos: only here.
    from packit_worker.services.kerberos import negotiation  # noqa: PLC0415 - see above

    try:
        return negotiation(settings.url, settings.keytab, settings.principal)
    except TransientError as error:
        error.service = "FASJSON"
        raise


def _mask(path: str) -> str:
    is_of_groups = path.endswith("/groups/") or path.startswith("groups/")
    return "groupname" if is_of_groups else _FIELDS


def _account(row: dict[str, Any]) -> FasAccount | None:
    """Read an account; a locked one may not be used."""
    if row.get("locked"):
        return None
    github = row.get("github_username")
    is_private = bool(row.get("is_private"))
    return FasAccount(str(row["username"]), str(github) if github else None, is_private)

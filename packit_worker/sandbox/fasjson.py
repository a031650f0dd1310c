"""A stand-in of FASJSON, the API of the Fedora account system.

https://fasjson.fedoraproject.org/docs/v1/. A bearer token does as well as a ticket of Kerberos.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import flask

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.negotiate import SCHEME, Acceptor
from packit_worker.sandbox.stand_in import CONTROL, StandIn
from packit_worker.sandbox.world import Write

TOKEN = "sandbox-fasjson"  # noqa: S105 - of a stand-in
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]{0,63}")
_MOST_ROWS = 40
_SHORTEST_TERM = 3
_PAGING = ("page_size", "page_number")
# Of a private profile these are hidden from everybody else.
_HIDDEN = ("human_name", "surname", "givenname", "ircnicks", "github_username", "gitlab_username")


@dataclass(slots=True, kw_only=True)
class FasUser:
    """An account of the Fedora account system."""

    name: str
    github: str | None = None
    private: bool = False
    locked: bool = False
    groups: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as FASJSON shows it to somebody else."""
        shown = {
            "username": self.name,
            "human_name": self.name.title(),
            "surname": self.name.title(),
            "givenname": "",
            "emails": [f"{self.name}@example.org"],
            "ircnicks": None,
            "github_username": self.github,
            "gitlab_username": None,
            "is_private": self.private,
            "locked": self.locked,
            "uri": f"{flask.request.host_url}v1/users/{self.name}/",
        }
        return shown | (dict.fromkeys(_HIDDEN) if self.private else {})


@dataclass(slots=True)
class FasWorld:
    """The accounts, by name, and which tokens are taken. Nothing is ever written to it.

    `masks` are the fields that were asked for, request by request.
    """

    users: dict[str, FasUser] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    most_rows: int = _MOST_ROWS
    masks: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)

    def user(self, name: str, *groups: str, **more: Any) -> FasUser:
        """Add an account that is in these groups."""
        self.users[name] = FasUser(name=name, groups=list(groups), **more)
        return self.users[name]


class FasjsonStandIn:
    """The stand-in: `world` says who there is, `stand_in` what was asked.

    With `tickets` it takes those of Kerberos, too.
    """

    def __init__(self) -> None:
        self.tickets: Acceptor | None = None
        self.world = FasWorld()
        self.faults = Faults(_error_body)
        self.stand_in = StandIn("fasjson", self.world, self.faults, self._authenticate)
        add = self.stand_in.app.add_url_rule
        add("/v1/users/<name>/", "user", self._user)
        add("/v1/users/<name>/groups/", "user_groups", self._user_groups)
        add("/v1/search/users/", "search", self._search)
        add("/v1/groups/<name>/", "group", self._group)
        add("/v1/groups/<name>/members/", "members", self._members)
        add(f"{CONTROL}/users/<name>", "person", self._person, methods=["PUT", "DELETE"])
        self.stand_in.app.register_error_handler(404, _not_found)

    def _authenticate(self) -> flask.Response | None:
        self.world.masks.append(flask.request.headers.get("X-Fields", ""))
        header = flask.request.headers.get("Authorization", "")
        accepted = self.tickets.accept(header) if self.tickets else None
        if accepted or header.removeprefix("Bearer ") in self.world.tokens:
            flask.g.login = accepted[0].partition("@")[0] if accepted else "packit"
            return None
        response = _refusal(401, "Authentication is required")
        response.headers["WWW-Authenticate"] = SCHEME
        return response

    def _person(self, name: str) -> tuple[dict[str, Any] | str, int]:
        """PUT: there is an account with these fields of `FasUser`; DELETE: there is none."""
        if flask.request.method == "DELETE":
            self.world.users.pop(name, None)
            return "", 204
        try:
            self.world.users[name] = FasUser(**flask.request.get_json() | {"name": name})
        except TypeError as error:
            return {"error": str(error)}, 400
        return "", 204

    def _user(self, name: str) -> dict[str, Any]:
        """`GET /v1/users/NAME/`."""
        _refuse_query()
        return {"result": _masked(self._known(name, "User not found").as_json())}

    def _user_groups(self, name: str) -> dict[str, Any]:
        """`GET /v1/users/NAME/groups/`: also those it is in through others."""
        _refuse_query(*_PAGING)
        groups = self._known(name, "User does not exist").groups
        return self._page([_group_json(group) for group in groups])

    def _search(self) -> dict[str, Any]:
        """`GET /v1/search/users/?github_username__exact=`: locked accounts are not found."""
        _refuse_query(*_PAGING, "username", "github_username", "github_username__exact")
        query = flask.request.args
        terms = {key: value for key, value in query.items() if key not in _PAGING and value}
        if not terms:
            _give_up(400, "At least one search term must be provided.")
        for term, value in terms.items():
            if len(value) < _SHORTEST_TERM:
                message = "Search term must be at least 3 characters long."
                _give_up(400, message, search_term=term, search_value=value)
        size = query.get("page_size", _MOST_ROWS, int)
        if not 0 < size <= _MOST_ROWS:
            message = "Page size must be between 1 and 40 when searching."
            _give_up(400, message, page_size=size)
        found = [user for user in self.world.users.values() if _matches(user, terms)]
        return self._page([user.as_json() for user in found])

    def _group(self, name: str) -> dict[str, Any]:
        """`GET /v1/groups/NAME/`."""
        _refuse_query()
        self._need_group(name)
        return {"result": _masked(_group_json(name))}

    def _members(self, name: str) -> dict[str, Any]:
        """`GET /v1/groups/NAME/members/`."""
        _refuse_query(*_PAGING)
        self._need_group(name)
        members = [user for user in self.world.users.values() if name in user.groups]
        uri = f"{flask.request.host_url}v1/users/"
        return self._page([{"username": one.name, "uri": f"{uri}{one.name}/"} for one in members])

    def _known(self, name: str, message: str) -> FasUser:
        if not _NAME.fullmatch(name):
            flask.abort(404)
        if name not in self.world.users:
            _give_up(404, message, name=name)
        return self.world.users[name]

    def _need_group(self, name: str) -> None:
        if not any(name in user.groups for user in self.world.users.values()):
            _give_up(404, "Group not found", groupname=name)

    def _page(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a page of rows; without a size all of them, and no word about pages."""
        args = flask.request.args
        size = args.get("page_size", 0, int)
        shown = [_masked(row) for row in rows]
        if not size:
            return {"result": shown}
        size, number = min(size, self.world.most_rows), args.get("page_number", 1, int)
        pages = -(-len(rows) // size)
        page: dict[str, Any] = {
            "total_results": len(rows),
            "page_size": size,
            "page_number": number,
            "total_pages": pages,
        }
        if number < pages:
            page["next_page"] = (
                f"{flask.request.base_url}?page_size={size}&page_number={number + 1}"
            )
        return {"result": shown[(number - 1) * size : number * size], "page": page}


def _matches(user: FasUser, terms: dict[str, str]) -> bool:
    """Whether an account is found; LDAP compares without case."""
    github, name = (user.github or "").lower(), user.name.lower()
    lower = {key: term.lower() for key, term in terms.items()}
    return (
        not user.locked
        and lower.get("username", "") in name
        and lower.get("github_username", "") in github
        and lower.get("github_username__exact", github) == github
    )


def _group_json(name: str) -> dict[str, Any]:
    return {"groupname": name, "uri": f"{flask.request.host_url}v1/groups/{name}/"}


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the header X-Fields asks for."""
    mask = flask.request.headers.get("X-Fields")
    wanted = [name.strip() for name in mask.split(",")] if mask else list(row)
    return {name: row[name] for name in wanted}


def _refuse_query(*known: str) -> None:
    """Refuse what FASJSON would ignore: it is our mistake."""
    for name in flask.request.args:
        if name not in known:
            _give_up(400, f"Unknown argument {name}")


def _refusal(status: int, message: str, **more: Any) -> flask.Response:
    response = flask.jsonify({"message": message, **more})
    response.status_code = status
    return response


def _give_up(status: int, message: str, **more: Any) -> NoReturn:
    flask.abort(_refusal(status, message, **more))


def _not_found(_error: Exception) -> flask.Response:
    return _refusal(404, "The requested URL was not found on the server.")


def _error_body(status: int, kind: str) -> Mapping[str, object]:
    return {"message": f"{status} {kind}"}

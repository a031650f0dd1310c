"""What the operator decided about people, forges and names; checks and texts depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from packit_worker.forge import Repository
from parsers.options import SIBLING_BOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The operator's rules.

    Attributes:
        forges: by host, which API it speaks; a host that is not here is unknown, and unknown is no.
        admins: accounts (`host/login`, lower case) that need neither approval nor write access. A
            login alone would not do: on another forge it may be somebody else's.
        app_hosts: those of the forges where we are a GitHub App.
        notifications: where people are told that they wait for approval; None: nowhere.
        fas_groups: groups of Fedora whose members are approved by themselves.
        bots: logins (lower case) of our own and sibling bots.
        command_prefix: what begins a command.
        status_prefix: what begins the context of a commit status: `packit`, `packit-stg`.
        pages_url: where the pages of events and runs lie, without a slash at its end.
        copr_user: the account under which our Copr builds run.
        srpm_build: where the source packages of Copr builds are made.
        koji_user: the account under which our Koji tasks run.
        internal_test_projects: repositories (`host/path`, lower case) whose tests may run in the
            internal ranch of Testing Farm.
    """

    forges: Mapping[str, Literal["github", "pagure"]] = field(default_factory=dict)
    admins: frozenset[str] = frozenset()
    app_hosts: frozenset[str] = frozenset()
    notifications: Repository | None = None
    fas_groups: frozenset[str] = frozenset({"packager"})
    bots: frozenset[str] = SIBLING_BOTS
    command_prefix: str = "/packit"
    status_prefix: str = "packit"
    pages_url: str = "http://localhost:8080"
    copr_user: str = "packit"
    srpm_build: Literal["copr", "local"] = "copr"
    koji_user: str = "packit"
    internal_test_projects: frozenset[str] = frozenset()

    def is_admin(self, host: str, login: str | None) -> bool:
        """Whether the account of a forge is an admin."""
        return login is not None and f"{host}/{login}".lower() in self.admins

    @property
    def suffix(self) -> str:
        """What ends the names of ours that two deployments must not share: `-stg`; none of prod."""
        return self.status_prefix.removeprefix("packit")

    def is_bot(self, login: str | None) -> bool:
        """Whether the account is one of our own or sibling bots."""
        return login is not None and login.lower() in self.bots

    def may_test_inside(self, repository: Repository | None) -> bool:
        """Whether tests of the repository may run in the internal ranch of Testing Farm."""
        return str(repository).lower() in self.internal_test_projects

"""Settings: read once, from the environment and one YAML file; frozen, and handed in."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from packit_worker import yaml_file
from packit_worker.policy import Policy
from packit_worker.routing import DEFAULT_FILE
from parsers.options import SIBLING_BOTS, WEB_URLS, EditedComments, Options

# An address without a slash at its end, or with one.
WebAddress = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/]")]


class ForgeAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to one forge.

    Attributes:
        type: which API it speaks; without one, `github` for github.com, else `pagure`.
        api_url: where its API lies, if not at the usual place.
        token: an API token; `token_file` names a file that holds it instead.
        github_app_id: the number of the GitHub App, with `github_app_private_key_path`.
        declared_public: every repository there is public, though the API cannot tell.
    """

    type: Literal["github", "pagure"] | None = None
    api_url: WebAddress | None = None
    token: str | None = None
    token_file: str | None = None
    github_app_id: str | int | None = None
    github_app_private_key_path: str | None = None
    declared_public: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if self.token is not None and self.token_file is not None:
            raise ValueError("both token and token_file are set")
        pair = ("github_app_id", "github_app_private_key_path")
        for one, other in (pair, pair[::-1]):
            if getattr(self, one) is not None and getattr(self, other) is None:
                raise ValueError(f"{one} without {other}")

    def __repr__(self) -> str:
        """Show no token."""
        return "ForgeAccess(…)"

    @property
    def app_id(self) -> str | None:
        """The number of the GitHub App, as its API takes it."""
        return None if self.github_app_id is None else str(self.github_app_id)

    def type_of(self, host: str) -> Literal["github", "pagure"]:
        """Return which API the forge at `host` speaks."""
        return self.type or ("github" if host == "github.com" else "pagure")


class CoprAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to Copr: with the API key that its page `/api/` shows.

    Attributes:
        url: its address; None: the one of `config_file`, else that of Fedora's Copr.
        username: our account; None: the one of `config_file`, else `copr_user`.
        login: the first half of the key; `token`, or the file `token_file`, holds the second.
        config_file: a file as Copr's page gives it (`~/.config/copr`), for what is not set here.
    """

    url: WebAddress | None = None
    username: str | None = None
    login: str | None = None
    token: str | None = None
    token_file: str | None = None
    config_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if self.token is not None and self.token_file is not None:
            raise ValueError("both token and token_file are set")
        has_token = self.token is not None or self.token_file is not None
        if has_token != (self.login is not None):
            raise ValueError("login and token belong together")
        if not has_token and self.config_file is None:
            raise ValueError("neither login and token nor config_file are set")

    def __repr__(self) -> str:
        """Show no token."""
        return "CoprAccess(…)"


class ServiceFile(msgspec.Struct, frozen=True, kw_only=True):
    """packit-worker.yaml: what an operator may write there.

    Attributes:
        deployment: `prod`; others put it behind `packit-` in the context of statuses.
        admins: accounts that need neither approval nor write access: logins of github.com, those
            of another forge as `host/login`.
        bots: logins of our own and sibling bots, besides the well-known ones.
        comment_command_prefix: what begins a command.
        edited_comments: whether an edit may bring a command in.
        pages_url: where the pages of events and runs lie.
        copr_user: the account under which our Copr builds run.
        koji_user: the account under which our Koji tasks run.
        copr: how to speak to Copr; without it nothing is built there.
        bodhi_url: who knows which releases of Fedora and EPEL there are.
        authentication: by host, how to speak to a forge; other hosts are unknown.
        duplicate_hours: how long the end of an event answers `duplicate`.
    """

    deployment: Literal["prod", "stg", "dev"] = "prod"
    admins: list[str] = []
    bots: list[str] = []
    comment_command_prefix: Annotated[str, msgspec.Meta(pattern=r"^\S+$")] = "/packit"
    edited_comments: EditedComments = "new-commands"
    pages_url: WebAddress = "http://localhost:8080"
    copr_user: str = "packit"
    koji_user: str = "packit"
    copr: CoprAccess | None = None
    bodhi_url: WebAddress = "https://bodhi.fedoraproject.org"
    authentication: dict[str, ForgeAccess] = {}
    duplicate_hours: Annotated[float, msgspec.Meta(gt=0)] = 24.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator chose.

    Attributes:
        broker: URL of the Redis or RabbitMQ; None: the embedded one. It may hold a password.
        database: URL of the SQLite or PostgreSQL; None: a file in the state folder.
        queues_file: path of queues.yaml.
        service: packit-worker.yaml.
    """

    broker: str | None = None
    database: str | None = None
    queues_file: Path = DEFAULT_FILE
    service: ServiceFile = msgspec.field(default_factory=ServiceFile)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read PACKIT_WORKER_BROKER, _DATABASE, _QUEUES and _CONFIG; an empty one is not set.

        Raises:
            yaml_file.FileError: packit-worker.yaml cannot be used.
        """
        queues = environ.get("PACKIT_WORKER_QUEUES")
        config = environ.get("PACKIT_WORKER_CONFIG")
        return cls(
            broker=environ.get("PACKIT_WORKER_BROKER") or None,
            database=environ.get("PACKIT_WORKER_DATABASE") or None,
            queues_file=Path(queues) if queues else DEFAULT_FILE,
            service=yaml_file.load(Path(config), ServiceFile) if config else ServiceFile(),
        )

    def __repr__(self) -> str:
        """Show no password and no token."""
        return "Settings(…)"

    def options(self) -> Options:
        """Return what stage 1 needs to know."""
        service = self.service
        hosts = [host for host, forge in service.authentication.items() if forge.type == "github"]
        return Options(
            command_prefix=service.comment_command_prefix,
            edited_comments=service.edited_comments,
            bots=self.bots(),
            github_hosts=frozenset({"github.com", *hosts}),
            web_url=WEB_URLS,
        )

    def policy(self) -> Policy:
        """Return the rules that checks and texts depend on."""
        service = self.service
        is_prod = service.deployment == "prod"
        return Policy(
            forges={host: forge.type_of(host) for host, forge in service.authentication.items()},
            admins=frozenset(map(_account, service.admins)),
            bots=self.bots(),
            command_prefix=service.comment_command_prefix,
            status_prefix="packit" if is_prod else f"packit-{service.deployment}",
            pages_url=service.pages_url.rstrip("/"),
            copr_user=service.copr_user,
            koji_user=service.koji_user,
        )

    def bots(self) -> frozenset[str]:
        """Return the logins, in lower case, whose comments are never commands."""
        return SIBLING_BOTS | {login.lower() for login in self.service.bots}


def _account(admin: str) -> str:
    """Return `host/login` in lower case: names are given out anew on every forge."""
    return (admin if "/" in admin else f"github.com/{admin}").lower()

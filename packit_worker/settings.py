"""Settings: read once, from the environment and one YAML file; frozen, and handed in."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

from packit_worker import packit_service_keys, yaml_file
from packit_worker.logs import LogFormat
from packit_worker.policy import Policy
from packit_worker.routing import DEFAULT_FILE
from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress
from packit_worker.sections.approval import ApprovalSection
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.sections.box import BoxSection
from packit_worker.sections.copr import CoprSection
from packit_worker.sections.dist_git import DistGitSection
from packit_worker.sections.koji import KojiSection
from packit_worker.sections.testing_farm import TestingFarmSection
from parsers.options import KOJI_INSTANCE, SIBLING_BOTS, WEB_URLS, EditedComments, Options

# Of repositories: host/namespace/name, or the beginning of that.
_HOST = re.compile(r"[\w.-]+(:[0-9]+)?")
_TEN_YEARS = 87_600.0  # hours; what is longer no date can hold
_SCOPE = re.compile(r"[^\s/:]+(:[0-9]+)?(/[^\s/]+)*")


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
        copr_user: the account under which our Copr builds run, unless `copr` names another.
        koji_user: the account under which our Koji tasks run, unless `koji` names another.
        copr: how to speak to Copr; without it nothing is built there.
        testing_farm: how to speak to Testing Farm; without a key nothing is tested.
        koji: how to speak to Koji; without it nothing is built there.
        box: how packit's steps on other people's repositories are run.
        dist_git: where packages lie; without it nothing goes there or comes from there.
        bodhi_url: who knows which releases of Fedora and EPEL there are.
        approval: how those who install our GitHub App come to use it.
        authentication: by host, how to speak to a forge; other hosts are unknown.
        webhook_secret: with which GitHub signs its webhooks.
        pagure_webhook_secret: with which every project on Pagure signs its webhooks.
        pagure_webhook_secrets: by host/namespace/name, or the beginning of that, with which secret
            those projects sign.
        testing_farm_secret: the token that Testing Farm gets with a request, and sends back.
        validate_webhooks: whether the relay checks them.
        duplicate_hours: how long the end of an event answers `duplicate`.
        log_format: what log lines are for: people, or a program that reads JSON.
        sentry_dsn: where errors and traces go, as `PACKIT_WORKER_SENTRY_DSN`, which comes first.
        sentry_traces_sample_rate: how many of the traces, from 0 to 1.
        broker: as `Settings.broker`, which the environment sets first.
        database: as `Settings.database`, which the environment sets first.
    """

    deployment: Literal["prod", "stg", "dev"] = "prod"
    admins: list[str] = []
    bots: list[str] = []
    comment_command_prefix: Annotated[str, msgspec.Meta(pattern=r"^\S+$")] = "/packit"
    edited_comments: EditedComments = "new-commands"
    pages_url: WebAddress = "http://localhost:8080"
    copr_user: str = "packit"
    koji_user: str = "packit"
    copr: CoprSection | None = None
    testing_farm: TestingFarmSection = TestingFarmSection()
    koji: KojiSection | None = None
    box: BoxSection = BoxSection()
    dist_git: DistGitSection | None = None
    bodhi_url: WebAddress = "https://bodhi.fedoraproject.org"
    approval: ApprovalSection = ApprovalSection()
    authentication: dict[str, ForgeAccess] = {}
    webhook_secret: Secret | None = None
    pagure_webhook_secret: Secret | None = None
    pagure_webhook_secrets: dict[str, Secret] = {}
    testing_farm_secret: Secret | None = None
    validate_webhooks: bool = True
    duplicate_hours: Annotated[float, msgspec.Meta(gt=0, le=_TEN_YEARS)] = 24.0
    log_format: LogFormat = "human"
    sentry_dsn: Secret | None = None
    sentry_traces_sample_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    broker: Secret | None = None
    database: Secret | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant of a host; msgspec tells the line of nothing deeper."""
        if self.testing_farm.webhook_url and not self.testing_farm_secret:
            raise ValueError("testing_farm.webhook_url without testing_farm_secret")
        for host, forge in self.authentication.items():
            if not _HOST.fullmatch(host):  # it may hold a password
                raise ValueError("authentication: write each forge as its host: src.example.org")
            if forge.declared_public and forge.type_of(host) == "github":
                raise ValueError(
                    f"authentication.{host}: declared_public is for forges that cannot tell"
                )
        for scope in self.pagure_webhook_secrets:
            if not _SCOPE.fullmatch(scope):
                # Not which: who mixes key and value up has the secret there.
                raise ValueError("pagure_webhook_secrets: write each key as host/namespace/name")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator chose.

    Attributes:
        broker: URL of the Redis or RabbitMQ; None: the embedded one. It may hold a password.
        database: URL of the SQLite or PostgreSQL, if the environment says it.
        queues_file: path of queues.yaml.
        sentry: DSN of the Sentry project, if the environment says it.
        service: packit-worker.yaml.
        notes: what an operator should know about keys of that file.
    """

    broker: str | None = None
    database: str | None = None
    queues_file: Path = DEFAULT_FILE
    sentry: str | None = None
    service: ServiceFile = msgspec.field(default_factory=ServiceFile)
    notes: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read PACKIT_WORKER_BROKER, _DATABASE, _QUEUES and _CONFIG; an empty one is not set.

        Raises:
            yaml_file.FileError: packit-worker.yaml cannot be used.
        """
        queues = environ.get("PACKIT_WORKER_QUEUES")
        config = environ.get("PACKIT_WORKER_CONFIG")
        service, notes = _configured(config) if config else (ServiceFile(), ())
        broker = environ.get("PACKIT_WORKER_BROKER")
        if not broker and service.broker:
            broker = service.broker.read("broker")
        return cls(
            broker=broker or None,
            database=environ.get("PACKIT_WORKER_DATABASE") or None,
            queues_file=Path(queues) if queues else DEFAULT_FILE,
            sentry=environ.get("PACKIT_WORKER_SENTRY_DSN") or None,
            service=service,
            notes=notes,
        )

    def database_url(self) -> str | None:
        """Return the URL of the SQLite or PostgreSQL; None: a file in the state folder.

        It may hold a password. It is read here and not before: stage 1 need not be able to.

        Raises:
            yaml_file.FileError: the file or variable that holds it cannot be used.
        """
        written = self.service.database
        return self.database or (written.read("database") if written else None)

    def sentry_dsn(self) -> str | None:
        """Return the DSN of the Sentry project; None: nothing is reported.

        Raises:
            yaml_file.FileError: the file or variable that holds it cannot be used.
        """
        written = self.service.sentry_dsn
        return self.sentry or (written.read("sentry_dsn") if written else None)

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
            koji_instance=service.koji.instance if service.koji else KOJI_INSTANCE,
        )

    def policy(self) -> Policy:
        """Return the rules that checks and texts depend on.

        Raises:
            yaml_file.FileError: see `copr_account`.
        """
        service = self.service
        is_prod = service.deployment == "prod"
        return Policy(
            forges={host: forge.type_of(host) for host, forge in service.authentication.items()},
            admins=frozenset(map(_account, service.admins)),
            app_hosts=frozenset(
                host for host, forge in service.authentication.items() if forge.app_id
            ),
            notifications=service.approval.notifications,
            fas_groups=frozenset(service.approval.fas_groups),
            bots=self.bots(),
            command_prefix=service.comment_command_prefix,
            status_prefix="packit" if is_prod else f"packit-{service.deployment}",
            pages_url=service.pages_url.rstrip("/"),
            copr_user=self.copr_account(),
            srpm_build=service.copr.srpm_build if service.copr else "copr",
            koji_user=(service.koji and service.koji.username) or service.koji_user,
            internal_test_projects=frozenset(
                each.lower() for each in service.testing_farm.internal_projects
            ),
        )

    def copr_account(self) -> str:
        """Return the account under which our Copr builds run.

        Raises:
            yaml_file.FileError: `copr.config_file`, which may name it, cannot be read.
        """
        copr, user = self.service.copr, self.service.copr_user
        return copr.account(user) if copr else user

    def bots(self) -> frozenset[str]:
        """Return the logins, in lower case, whose comments are never commands."""
        return SIBLING_BOTS | {login.lower() for login in self.service.bots}


def read_file(file: Path) -> tuple[ServiceFile, tuple[str, ...]]:
    """Read packit-worker.yaml; also return what an operator should know about keys in it.

    Raises:
        yaml_file.FileError: it cannot be used.
    """
    notes: list[str] = []

    def adapt(root: yaml.Node) -> None:
        notes.extend(packit_service_keys.translate(file, root))

    return yaml_file.load(file, ServiceFile, adapt=adapt), tuple(notes)


def _configured(config: str) -> tuple[ServiceFile, tuple[str, ...]]:
    try:
        return read_file(Path(config))
    except yaml_file.UnreadableError as error:
        raise yaml_file.UnreadableError(f"PACKIT_WORKER_CONFIG: {error}") from None


def _account(admin: str) -> str:
    """Return `host/login` in lower case: names are given out anew on every forge."""
    return (admin if "/" in admin else f"github.com/{admin}").lower()

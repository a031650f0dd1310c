"""Where Koji lies and who we are there: frozen, built from the settings, handed in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiPassword:
    """Log in with a password; hubs of Fedora and CentOS take none."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiCertificate:
    """Log in with a client certificate: one file in PEM form, with its key."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiKeytab:
    """Log in through Kerberos.

    Attributes:
        principal: such as `packit@FEDORAPROJECT.ORG`; None: the first of the keytab.
        file: the keytab.
    """

    principal: str | None
    file: Path


KojiLogin = KojiPassword | KojiCertificate | KojiKeytab


@dataclass(frozen=True, slots=True, kw_only=True)
class KojiSettings:
    """One Koji. No address has a slash at its end.

    Attributes:
        hub_url: of the XML-RPC service: `https://koji.fedoraproject.org/kojihub`.
        web_url: of the pages: `https://koji.fedoraproject.org/koji`.
        files_url: of the files, below which `work/tasks` lies: `https://kojipkgs.fedoraproject.org`.
        username: our account.
        login: how we prove it. Certificate and keytab need https.
        server_ca: certificates to trust instead of the system's.
        timeout: whole seconds a connection may stay silent.
    """

    hub_url: str
    web_url: str
    files_url: str
    username: str
    login: KojiLogin
    server_ca: Path | None = None
    timeout: int = 30

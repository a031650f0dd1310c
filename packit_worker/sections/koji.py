"""`koji`: how to speak to Koji."""

import msgspec

from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress
from parsers.options import KOJI_INSTANCE

_LOGINS = ("password", "certificate_path", "keytab_path")


class KojiSection(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to Koji, and one of three ways to log in; without one nothing is built there.

    Attributes:
        hub_url: its XML-RPC service.
        web_url: its web server, whose pages lie below `/koji`.
        files_url: the server of its files, whose logs lie below `/work`.
        instance: what its messages call it.
        username: our account; None: `koji_user`.
        password: of our account.
        certificate_path: a client certificate with its key, in one file in PEM form.
        keytab_path: a keytab, for Kerberos.
        principal: whose ticket is asked for; None: the first of the keytab.
        server_ca_path: certificates to trust, instead of the system's.
    """

    hub_url: WebAddress = "https://koji.fedoraproject.org/kojihub"
    web_url: WebAddress = "https://koji.fedoraproject.org"
    files_url: WebAddress = "https://kojipkgs.fedoraproject.org"
    instance: str = KOJI_INSTANCE
    username: str | None = None
    password: Secret | None = None
    certificate_path: str | None = None
    keytab_path: str | None = None
    principal: str | None = None
    server_ca_path: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        given = [name for name in _LOGINS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are both set: one way to log in is enough")
        if self.principal is not None and self.keytab_path is None:
            raise ValueError("principal without keytab_path")
        # The client would speak https all the same, to a port that does not.
        if given and given != ["password"] and not self.hub_url.startswith("https://"):
            raise ValueError(f"{given[0]} needs a hub_url that begins with https://")

"""`approval`: how those who install our GitHub App come to use it."""

import re

import msgspec

from packit_worker.forge import Repository
from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress

_REPOSITORY = re.compile(r"(?:https?://)?([^\s/:]+(?::[0-9]+)?)/(\S*[^\s/])/([^\s/]+)")


class ApprovalSection(msgspec.Struct, frozen=True, kw_only=True):
    """How those who install our GitHub App come to use it.

    Attributes:
        notifications_repository: `host/namespace/name`, a public one: where each one who waits gets
            an issue; None: nobody is told.
        fas_groups: groups of Fedora whose members are approved by themselves.
        fasjson_url: who knows them; None: an operator decides about everybody.
        fasjson_token: sent as `Authorization: Bearer`, to a proxy that wants it; None: Kerberos.
        keytab_path: the file that Kerberos takes our key from; None: what the environment has.
        principal: who we are for Kerberos; None: the first in the keytab.
    """

    notifications_repository: str | None = None
    fas_groups: tuple[str, ...] = ("packager", "signed_fpca")
    fasjson_url: WebAddress | None = None
    fasjson_token: Secret | None = None
    keytab_path: str | None = None
    principal: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if self.notifications_repository and not _REPOSITORY.fullmatch(
            self.notifications_repository
        ):
            raise ValueError("notifications_repository: write it as host/namespace/name")
        kerberos = self.keytab_path is not None or self.principal is not None
        if self.fasjson_token is not None and kerberos:
            raise ValueError("fasjson_token is used instead of Kerberos; keep one of them")
        if self.fasjson_url is None and (self.fasjson_token is not None or kerberos):
            raise ValueError("fasjson_url is missing")

    @property
    def notifications(self) -> Repository | None:
        """The notifications repository."""
        found = _REPOSITORY.fullmatch(self.notifications_repository or "")
        return Repository(found[1].lower(), found[2], found[3]) if found else None

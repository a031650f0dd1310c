"""`dist_git`: where packages lie, and who we are there."""

from urllib.parse import urlsplit

import msgspec

from packit_worker.sections.address import WebAddress


class DistGitSection(msgspec.Struct, frozen=True, kw_only=True):
    """Where packages lie; the defaults are Fedora's.

    Attributes:
        url: of its forge, whose host stands among `authentication`.
        namespace: of the packages.
        package_tool: what uploads to the lookaside cache: its name, or its path.
        lookaside_url: where archives are downloaded from; None: where the package tool has it.
        lookaside_upload_url: where they are uploaded to; None: where the package tool has it.
        git_name: who commits.
        git_email: his address.
    """

    url: WebAddress = "https://src.fedoraproject.org"
    namespace: str = "rpms"
    package_tool: str = "fedpkg"
    lookaside_url: WebAddress | None = None
    lookaside_upload_url: WebAddress | None = None
    git_name: str = "Packit"
    git_email: str = "hello@packit.dev"

    @property
    def host(self) -> str:
        """The host of the forge, as payloads spell it."""
        return urlsplit(self.url).netloc

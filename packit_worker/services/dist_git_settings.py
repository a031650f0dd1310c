"""Where packages lie, and who we are there: frozen, built from the settings, handed in."""

from dataclasses import dataclass
from pathlib import Path, PurePath

from packit_worker.forge import Repository

_FEDORA = "https://src.fedoraproject.org/repo/pkgs"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistGitSettings:
    """One dist-git.

    Attributes:
        host: its forge, among those that are known.
        namespace: of the packages: `rpms`.
        package_tool: `fedpkg`, `fedpkg-stage`, `centpkg`, …, or the path of one; it uploads to the
            lookaside cache.
        lookaside_url: where archives are downloaded from; None: what the tool's own file says.
        lookaside_upload_url: where they are uploaded to; None: what the tool's own file says.
        git_name: who commits.
        git_email: his address, by which commits of ours are known again.
        tool_configs: the folder of the files of package tools.
    """

    host: str
    namespace: str
    package_tool: str
    lookaside_url: str | None = None
    lookaside_upload_url: str | None = None
    git_name: str
    git_email: str
    tool_configs: Path = Path("/etc/rpkg")

    @property
    def tool_name(self) -> str:
        """What packit knows the package tool as."""
        return PurePath(self.package_tool).name

    def repository(self, package: str) -> Repository:
        """Return where a package lies."""
        return Repository(self.host, self.namespace, package)

    def tool_config(self) -> str:
        """Return the configuration of the package tool, as packit in the box wants to read it.

        Nothing is transferred from there.
        """
        return (
            f"[{self.tool_name}]\n"
            f"lookaside = {self.lookaside_url or _FEDORA}\n"
            "lookasidehash = sha512\n"
            f"lookaside_cgi = {self.lookaside_upload_url or f'{_FEDORA}/upload.cgi'}\n"
        )

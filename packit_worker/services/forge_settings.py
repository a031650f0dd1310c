"""Where each forge lies and who we are there: frozen, built from the settings, handed in."""

from dataclasses import dataclass, field
from typing import Literal

ForgeType = Literal["github", "pagure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubAppKey:
    """A GitHub App: its number and its private key (PEM), which never shows in a repr."""

    app_id: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeSettings:
    """One forge.

    Attributes:
        host: its name as payloads spell it (`github.com`).
        type: which API it speaks.
        api_url: where that API lies, without a slash at its end: `https://api.github.com`; of
            Pagure the address of the site (`https://src.fedoraproject.org`). It may be any other
            address than the host: a GitHub Enterprise, a sandbox.
        token: a personal token (GitHub), an API token (Pagure); never in a repr.
        app: a GitHub App, used instead of a token.
        git_url: where its repositories are cloned from and pushed to; None: https:// and the host.
        declared_public: no repository of this forge is private. For forges whose API cannot tell.
        timeout: whole seconds a connection may stay silent.
    """

    host: str
    type: ForgeType
    api_url: str
    token: str | None = field(default=None, repr=False)
    app: GithubAppKey | None = None
    git_url: str | None = None
    declared_public: bool = False
    timeout: int = 10

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            ValueError: naming the host and the field.
        """
        if not self.api_url.startswith(("http://", "https://")):
            raise ValueError(f"{self.host}: api_url must begin with http:// or https://")
        if self.api_url.endswith("/"):
            raise ValueError(f"{self.host}: api_url must not end with a slash")
        if self.app and (self.token or self.type != "github"):
            raise ValueError(f"{self.host}: app is for GitHub, and instead of a token")
        if self.declared_public and self.type == "github":
            raise ValueError(f"{self.host}: declared_public is for forges that cannot tell")
        if self.timeout < 1:
            raise ValueError(f"{self.host}: timeout must be at least one second")

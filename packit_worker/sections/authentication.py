"""`authentication`: by host, how to speak to a forge."""

from typing import Literal

import msgspec

from packit_worker.secret import Secret
from packit_worker.sections.address import GitAddress, WebAddress


class ForgeAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to one forge.

    Attributes:
        type: which API it speaks; without one, `github` for github.com, else `pagure`.
        api_url: where its API lies, if not at the usual place.
        token: an API token.
        github_app_id: the number of the GitHub App, used instead of a token, with its private key.
        github_app_private_key: that key (PEM).
        github_app_private_key_path: the file that holds it instead.
        git_url: where its repositories are cloned from and pushed to, if not at https:// and the
            host; also `file:///…`.
        declared_public: every repository there is public, though the API cannot tell.
    """

    type: Literal["github", "pagure"] | None = None
    api_url: WebAddress | None = None
    token: Secret | None = None
    github_app_id: str | int | None = None
    github_app_private_key: Secret | None = None
    github_app_private_key_path: str | None = None
    git_url: GitAddress | None = None
    declared_public: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if self.github_app_private_key and self.github_app_private_key_path:
            raise ValueError("both github_app_private_key and github_app_private_key_path are set")
        if self.github_app_id is not None and self.app_key is None:
            raise ValueError("github_app_id without github_app_private_key_path")
        if self.github_app_id is not None and self.token:
            raise ValueError("a GitHub App is used instead of a token; keep one of them")
        if self.github_app_id is None and self.app_key is not None:
            raise ValueError("a private key of a GitHub App without github_app_id")

    @property
    def app_id(self) -> str | None:
        """The number of the GitHub App, as its API takes it."""
        return None if self.github_app_id is None else str(self.github_app_id)

    @property
    def app_key(self) -> Secret | None:
        """The private key of the GitHub App, wherever it lies."""
        if self.github_app_private_key_path:
            return Secret(self.github_app_private_key_path, place="file")
        return self.github_app_private_key

    def type_of(self, host: str) -> Literal["github", "pagure"]:
        """Return which API the forge at `host` speaks."""
        return self.type or ("github" if host == "github.com" else "pagure")

"""`copr`: how to speak to Copr."""

from typing import Literal

import msgspec

from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress


class CoprSection(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to Copr: with the API key that its page `/api/` shows.

    Attributes:
        url: its address; None: the one of `config_file`, else that of Fedora's Copr.
        username: our account; None: the one of `config_file`, else `copr_user`.
        login: the first half of the key.
        token: the second half.
        srpm_build: where source packages are made: `copr`, or `local`, in the box of this service.
        config_file: a file as Copr's page gives it (`~/.config/copr`), for what is not set here.
    """

    url: WebAddress | None = None
    username: str | None = None
    login: Secret | None = None
    token: Secret | None = None
    config_file: str | None = None
    srpm_build: Literal["copr", "local"] = "copr"

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; msgspec tells it with the place."""
        if (self.token is None) != (self.login is None):
            raise ValueError("login and token belong together")
        if self.token is None and self.config_file is None:
            raise ValueError("neither login and token nor config_file are set")

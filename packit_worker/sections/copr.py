"""`copr`: how to speak to Copr."""

from configparser import ConfigParser
from configparser import Error as ConfigParserError
from pathlib import Path
from typing import Literal

import msgspec

from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress
from packit_worker.yaml_file import FileError


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

    def account(self, copr_user: str) -> str:
        """Return our account, under which builds run, and by which their results are known.

        Args:
            copr_user: that of the settings, where nothing here names one.

        Raises:
            FileError: `config_file` has to be read, and cannot be.
        """
        return self.username or self.kept().get("username") or copr_user

    def kept(self) -> dict[str, str]:
        """Return what `config_file` says; nothing without it.

        Raises:
            FileError: it cannot be read.
        """
        file = self.config_file
        if file is None:
            return {}
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(Path(file).read_text(encoding="utf-8"))
            return dict(parser["copr-cli"])
        except OSError as error:
            raise FileError(f"copr.config_file: {file}: {error.strerror}") from None
        except (ConfigParserError, LookupError, ValueError):
            # The text of such an error may quote the token.
            raise FileError(f"copr.config_file: {file}: it has no section [copr-cli]") from None

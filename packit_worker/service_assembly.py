"""Makes the services that handlers use, from the settings: each when a handler first asks for it.

A service of yours: its Protocol and data in a file beside `copr.py`, its client in `services/`, a
provider in `Services` (service_access.py), its settings, and a line and a function here.
"""

from configparser import ConfigParser
from configparser import Error as ConfigParserError
from functools import cache
from pathlib import Path

from packit_worker import embedded
from packit_worker.copr import Copr
from packit_worker.sections.copr import CoprSection
from packit_worker.service_access import Services
from packit_worker.services.copr_settings import CoprSettings
from packit_worker.settings import Settings
from packit_worker.targets import Targets
from packit_worker.yaml_file import FileError

_FEDORA_COPR = "https://copr.fedorainfracloud.org"
_BODHI_CACHE = "bodhi-releases.json"


def build_services(settings: Settings) -> Services:
    """Return the services of the settings; one set for each thread of a worker.

    Secrets are read now, so that a worker that lacks one does not start; clients are loaded later.

    Raises:
        FileError: a secret cannot be had.
    """
    service = settings.service
    targets = cache(lambda: _targets(service.bodhi_url))
    if service.copr is None:
        return Services(targets=targets)
    copr = copr_settings(service.copr, service.copr_user)
    return Services(copr=cache(lambda: _copr(copr)), targets=targets)


def _copr(settings: CoprSettings) -> Copr:
    from packit_worker.services.copr import CoprFrontend  # noqa: PLC0415 - loads the copr client

    return CoprFrontend(settings)


def copr_settings(section: CoprSection, copr_user: str) -> CoprSettings:
    """Return what the client needs, with the key.

    Raises:
        FileError: the key cannot be had.
    """
    kept = _copr_config(section.config_file)
    login = section.login.read("copr.login") if section.login else kept.get("login")
    token = section.token.read("copr.token") if section.token else kept.get("token")
    if not (login and token):
        raise FileError(f"copr.config_file: {section.config_file} has no login, or no token")
    return CoprSettings(
        url=(section.url or kept.get("copr_url") or _FEDORA_COPR).rstrip("/"),
        username=section.username or kept.get("username") or copr_user,
        login=login,
        token=token,
    )


def _copr_config(file: str | None) -> dict[str, str]:
    """Return what a `~/.config/copr` says; nothing without a file."""
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


def _targets(bodhi_url: str) -> Targets:
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - only where targets are
    from packit_worker.services.targets import BodhiTargets  # noqa: PLC0415

    return BodhiTargets(BodhiReleases(bodhi_url, embedded.state_folder() / _BODHI_CACHE))

"""Makes the services that handlers use, from the settings: each when a handler first asks for it.

A service of yours: its Protocol and data in a file beside `copr.py`, its client in `services/`, a
provider in `Services` (service_access.py), its settings, and a line and a function here.
"""

from configparser import ConfigParser
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from packit_worker import embedded
from packit_worker.errors import RefusedError
from packit_worker.secret import Secret, SecretError
from packit_worker.sections.copr import CoprSection
from packit_worker.service_access import Services
from packit_worker.settings import Settings
from packit_worker.targets import Targets

if TYPE_CHECKING:
    from packit_worker.services.copr import CoprFrontend

_FEDORA_COPR = "https://copr.fedorainfracloud.org"
_BODHI_CACHE = "bodhi-releases.json"


def build_services(settings: Settings) -> Services:
    """Return the services of the settings; one set for each thread of a worker."""
    service = settings.service
    access = service.copr
    targets = cache(lambda: _targets(service.bodhi_url))
    if access is None:
        return Services(targets=targets)
    return Services(copr=cache(lambda: _copr(access, service.copr_user)), targets=targets)


def copr_account(access: CoprSection, copr_user: str) -> tuple[str, str]:
    """Ask Copr whose key we have; return that account, and the one that the settings name.

    Raises:
        RefusedError, TransientError: it does not take the key, or does not answer.
    """
    with closing(_copr(access, copr_user)) as copr:
        return copr.account(), copr.username


def releases_of(bodhi_url: str) -> int:
    """Ask Bodhi how many releases there are, past what is kept.

    Raises:
        TransientError: it does not answer, or not as Bodhi does.
    """
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - as below

    with TemporaryDirectory() as folder:
        return len(BodhiReleases(bodhi_url, Path(folder) / _BODHI_CACHE).load().releases)


def _copr(access: CoprSection, copr_user: str) -> "CoprFrontend":
    from packit_worker.services.copr import CoprFrontend  # noqa: PLC0415 - loads the copr client
    from packit_worker.services.copr_settings import CoprSettings  # noqa: PLC0415

    kept = _copr_config(access.config_file)
    return CoprFrontend(
        CoprSettings(
            url=(access.url or kept.get("copr_url") or _FEDORA_COPR).rstrip("/"),
            username=access.username or kept.get("username") or copr_user,
            login=_read(access.login, "copr.login") or _need(kept, "login", access.config_file),
            token=_read(access.token, "copr.token") or _need(kept, "token", access.config_file),
        )
    )


def _copr_config(file: str | None) -> dict[str, str]:
    """Return what a `~/.config/copr` says; nothing without a file."""
    if file is None:
        return {}
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(Path(file).read_text(encoding="utf-8"))
        return dict(parser["copr-cli"])
    except Exception:  # noqa: BLE001 - the text of an error may quote the token
        reason = f"copr.config_file: {file} cannot be read, or has no section [copr-cli]"
        raise RefusedError("not-configured", reason) from None


def _need(kept: dict[str, str], name: str, file: str | None) -> str:
    if not kept.get(name):
        raise RefusedError("not-configured", f"copr.config_file: {file} has no {name}")
    return kept[name]


def _read(secret: Secret | None, key: str) -> str | None:
    try:
        return secret.read(key) if secret else None
    except SecretError as error:
        raise RefusedError("not-configured", str(error)) from None


def _targets(bodhi_url: str) -> Targets:
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - only where targets are
    from packit_worker.services.targets import BodhiTargets  # noqa: PLC0415

    return BodhiTargets(BodhiReleases(bodhi_url, embedded.state_folder() / _BODHI_CACHE))

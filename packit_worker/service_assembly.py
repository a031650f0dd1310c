"""Makes the services that handlers use, from the settings: each when a handler first asks for it.

A service of yours: its Protocol and data in a file beside `copr.py`, its client in `services/`, a
provider in `Services` (service_access.py), its settings, and a line and a function here.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

from packit_worker import embedded
from packit_worker.copr import Copr
from packit_worker.fas import FedoraAccounts
from packit_worker.koji import Koji
from packit_worker.sections.approval import ApprovalSection
from packit_worker.sections.copr import CoprSection
from packit_worker.sections.koji import KojiSection
from packit_worker.service_access import Services
from packit_worker.services.copr_settings import CoprSettings
from packit_worker.services.fasjson_settings import FasjsonSettings
from packit_worker.services.koji_settings import (
    KojiCertificate,
    KojiKeytab,
    KojiLogin,
    KojiPassword,
    KojiSettings,
)
from packit_worker.services.testing_farm_settings import TestingFarmSettings, Webhook
from packit_worker.settings import ServiceFile, Settings
from packit_worker.targets import Targets
from packit_worker.testing_farm import Ranch, TestingFarm
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
    testing_farm = testing_farm_settings(service)
    services = Services(
        targets=cache(lambda: _targets(service.bodhi_url)),
        # Each ranch has a key of its own: the client says which one is missing.
        testing_farm=cache(lambda: _testing_farm(testing_farm)),
    )
    if service.copr is not None:
        copr = copr_settings(service.copr, service.copr_user)
        services = replace(services, copr=cache(lambda: _copr(copr)))
    koji = koji_settings(service.koji, service.koji_user) if service.koji else None
    if koji is not None:
        services = replace(services, koji=cache(lambda: _koji(koji)))
    accounts = fasjson_settings(service.approval)
    if accounts is not None:
        services = replace(services, fedora_accounts=cache(lambda: _fedora_accounts(accounts)))
    return services


def _fedora_accounts(settings: FasjsonSettings) -> FedoraAccounts:
    from packit_worker.services.fasjson import Fasjson  # noqa: PLC0415 - loads requests

    return Fasjson(settings)


def fasjson_settings(section: ApprovalSection) -> FasjsonSettings | None:
    """Return what the client needs, with the token; None: nobody is asked.

    Raises:
        FileError: the token cannot be had.
    """
    if section.fasjson_url is None:
        return None
    token = section.fasjson_token
    return FasjsonSettings(
        url=section.fasjson_url,
        token=token.read("approval.fasjson_token") if token else None,
        keytab=_readable("approval.keytab_path", section.keytab_path),
        principal=section.principal,
    )


def _copr(settings: CoprSettings) -> Copr:
    from packit_worker.services.copr import CoprFrontend  # noqa: PLC0415 - loads the copr client

    return CoprFrontend(settings)


def copr_settings(section: CoprSection, copr_user: str) -> CoprSettings:
    """Return what the client needs, with the key.

    Raises:
        FileError: the key cannot be had.
    """
    kept = section.kept()
    login = section.login.read("copr.login") if section.login else kept.get("login")
    token = section.token.read("copr.token") if section.token else kept.get("token")
    if not (login and token):
        raise FileError(f"copr.config_file: {section.config_file} has no login, or no token")
    return CoprSettings(
        url=(section.url or kept.get("copr_url") or _FEDORA_COPR).rstrip("/"),
        username=section.account(copr_user),
        login=login,
        token=token,
    )


def _koji(settings: KojiSettings) -> Koji:
    from packit_worker.services.koji import KojiHub  # noqa: PLC0415 - loads the koji client

    return KojiHub(settings)


def koji_settings(section: KojiSection, koji_user: str) -> KojiSettings | None:
    """Return what the client needs, with the password; None: there is no way to log in.

    Raises:
        FileError: a file or the password cannot be had.
    """
    login = _koji_login(section)
    if login is None:
        return None
    return KojiSettings(
        hub_url=section.hub_url.rstrip("/"),
        web_url=f"{section.web_url.rstrip('/')}/koji",
        files_url=section.files_url.rstrip("/"),
        username=section.username or koji_user,
        login=login,
        server_ca=_readable("koji.server_ca_path", section.server_ca_path),
    )


def _koji_login(section: KojiSection) -> KojiLogin | None:
    if section.password is not None:
        return KojiPassword(password=section.password.read("koji.password"))
    certificate = _readable("koji.certificate_path", section.certificate_path)
    if certificate is not None:
        return KojiCertificate(file=certificate)
    keytab = _readable("koji.keytab_path", section.keytab_path)
    return None if keytab is None else KojiKeytab(principal=section.principal, file=keytab)


def _readable(key: str, file: str | None) -> Path | None:
    """Return the path of a file that a client reads by itself."""
    if file is None:
        return None
    try:
        with Path(file).open("rb"):
            return Path(file)
    except OSError as error:
        raise FileError(f"{key}: {file}: {error.strerror}") from None


def _targets(bodhi_url: str) -> Targets:
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - only where targets are
    from packit_worker.services.targets import BodhiTargets  # noqa: PLC0415

    return BodhiTargets(BodhiReleases(bodhi_url, embedded.state_folder() / _BODHI_CACHE))


def _testing_farm(settings: TestingFarmSettings) -> TestingFarm:
    from packit_worker.services.testing_farm import TestingFarmApi  # noqa: PLC0415 - loads requests

    return TestingFarmApi(settings)


def testing_farm_settings(service: ServiceFile) -> TestingFarmSettings:
    """Return what the client needs, with the keys.

    Raises:
        FileError: a key cannot be had.
    """
    section, secret = service.testing_farm, service.testing_farm_secret
    token = secret.read("testing_farm_secret") if secret else None
    public, internal = section.api_key, section.internal_api_key
    keys: dict[Ranch, str | None] = {
        "public": public.read("testing_farm.api_key") if public else token,
        "redhat": internal.read("testing_farm.internal_api_key") if internal else None,
    }
    url = section.webhook_url
    return TestingFarmSettings(
        url=section.api_url.rstrip("/"),
        keys={ranch: key for ranch, key in keys.items() if key},
        webhook=Webhook(url=url, token=token) if url and token else None,
    )

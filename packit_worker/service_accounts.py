"""Who we are on each forge and service: one call each, for `doctor`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from packit_worker.assembly import build_forges, forge_settings
from packit_worker.box.errors import BoxError
from packit_worker.boxed_assembly import box_settings
from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.forge import Repository, Visibility
from packit_worker.sections.approval import ApprovalSection
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.sections.box import BoxSection
from packit_worker.sections.copr import CoprSection
from packit_worker.sections.koji import KojiSection
from packit_worker.service_assembly import (
    copr_settings,
    fasjson_settings,
    koji_settings,
    testing_farm_settings,
)
from packit_worker.settings import ServiceFile, Settings
from packit_worker.testing_farm import Ranch


@contextmanager
def _credentials_told() -> Iterator[None]:
    """Raise as a refusal that our credentials are not taken: here it is the answer itself."""
    try:
        yield
    except TransientError as error:
        if error.reason != BAD_CREDENTIALS:
            raise
        raise RefusedError(BAD_CREDENTIALS, error.detail) from error


def account_on(host: str, access: ForgeAccess) -> str | None:
    """Ask a forge who we are there; None: we have no credentials, and it answers.

    Raises:
        RefusedError, TransientError: it does not take them, or does not answer.
        ValueError, FileError: the settings cannot be used, or a secret not be read.
    """
    from packit_worker.services.forge_account import account_of  # noqa: PLC0415 - loads ogr

    return account_of(forge_settings(host, access))


def copr_account(section: CoprSection, copr_user: str) -> tuple[str, str]:
    """Ask Copr whose key we have; return that account, and the one that the settings name.

    Raises:
        RefusedError, TransientError: it does not take the key, or does not answer.
        FileError: the key cannot be had.
    """
    from packit_worker.services.copr import CoprFrontend  # noqa: PLC0415 - loads the copr client

    with _credentials_told(), closing(CoprFrontend(copr_settings(section, copr_user))) as copr:
        return copr.account(), copr.username


def releases_of(bodhi_url: str) -> int:
    """Ask Bodhi how many releases there are; nothing that was kept is read.

    Raises:
        TransientError: it does not answer, or not as Bodhi does.
    """
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - loads requests

    with TemporaryDirectory() as folder:
        return len(BodhiReleases(bodhi_url, Path(folder) / "releases.json").load().releases)


def koji_account(section: KojiSection, koji_user: str) -> str | None:
    """Log in to Koji, and return our account; None: the settings name no way to log in.

    Raises:
        RefusedError, TransientError: it does not take our login, or does not answer.
        FileError: a secret or a file cannot be had.
    """
    from packit_worker.services.koji import KojiHub  # noqa: PLC0415 - loads the koji client

    settings = koji_settings(section, koji_user)
    if settings is None:
        return None
    with _credentials_told(), closing(KojiHub(settings)) as hub:
        return hub.account()


def testing_farm_composes(service: ServiceFile) -> dict[Ranch, int]:
    """Ask Testing Farm how many composes each ranch has for which we have a key.

    Raises:
        RefusedError, TransientError: it refuses, or does not answer.
        FileError: a key cannot be had.
    """
    from packit_worker.services.testing_farm import TestingFarmApi  # noqa: PLC0415 - loads requests

    settings = testing_farm_settings(service)
    with _credentials_told(), closing(TestingFarmApi(settings)) as farm:
        return {ranch: len(farm.composes(ranch)) for ranch in settings.keys}


def unknown_groups(section: ApprovalSection) -> list[str]:
    """Ask FASJSON, as whoever the settings say that we are, which of `fas_groups` are not there.

    Raises:
        RefusedError, TransientError: it does not take our credentials, or does not answer.
        FileError: a secret or a file cannot be had.
    """
    from packit_worker.services.fasjson import Fasjson  # noqa: PLC0415 - loads requests

    settings = fasjson_settings(section)
    if settings is None:
        return []
    with _credentials_told(), closing(Fasjson(settings)) as accounts:
        return [name for name in section.fas_groups if not accounts.has_group(name)]


def visibility_of(settings: Settings, repository: Repository) -> Visibility:
    """Ask a forge who may see a repository.

    Raises:
        RefusedError, TransientError: it does not let us see it, or does not answer.
    """
    with closing(build_forges(settings)) as forges:
        return forges.visibility(repository)


def try_box(section: BoxSection) -> None:
    """Do a step that does nothing, in the box.

    Raises:
        RefusedError: there is no box; the reason says what is missing.
        OSError: its folder cannot be made.
    """
    from packit_worker.box.folders import folder  # noqa: PLC0415 - only where something is run
    from packit_worker.box.running import Box  # noqa: PLC0415

    settings = box_settings(section)
    try:
        with folder(settings.folder) as own:
            Box(settings).run(own, "probe", {})
    except BoxError as error:
        raise RefusedError(error.code, error.detail) from error

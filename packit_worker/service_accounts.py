"""Who we are on each forge and service, and what they know: for `doctor`."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from packit_worker.assembly import build_forges, forge_settings
from packit_worker.forge import Repository, Visibility
from packit_worker.sections.approval import ApprovalSection
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.sections.copr import CoprSection
from packit_worker.service_assembly import copr_settings, fasjson_settings
from packit_worker.settings import Settings


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

    with closing(CoprFrontend(copr_settings(section, copr_user))) as copr:
        return copr.account(), copr.username


def releases_of(bodhi_url: str) -> int:
    """Ask Bodhi how many releases there are; nothing that was kept is read.

    Raises:
        TransientError: it does not answer, or not as Bodhi does.
    """
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415 - loads requests

    with TemporaryDirectory() as folder:
        return len(BodhiReleases(bodhi_url, Path(folder) / "releases.json").load().releases)


def unknown_groups(section: ApprovalSection) -> list[str]:
    """Return those of `fas_groups` that FASJSON does not know.

    Raises:
        RefusedError, TransientError: it does not take us, or does not answer.
        FileError: the token cannot be had.
    """
    from packit_worker.services.fasjson import Fasjson  # noqa: PLC0415 - loads requests

    settings = fasjson_settings(section)
    if settings is None:
        return []
    with closing(Fasjson(settings)) as fasjson:
        return [name for name in section.fas_groups if not fasjson.has_group(name)]


def visibility_of(settings: Settings, repository: Repository) -> Visibility:
    """Ask a forge who may see a repository.

    Raises:
        RefusedError, TransientError: it does not let us see it, or does not answer.
    """
    with closing(build_forges(settings)) as forges:
        return forges.visibility(repository)

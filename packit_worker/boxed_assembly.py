"""Makes the services that run packit in the box, from the settings: each when first asked for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from packit_worker import embedded
from packit_worker.box.limits import MIB, Limits
from packit_worker.box.settings import BoxSettings
from packit_worker.downstream import Downstream
from packit_worker.sections.box import BoxSection
from packit_worker.sections.dist_git import DistGitSection
from packit_worker.service_access import Services
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.settings import Settings
from packit_worker.srpms import Srpms

if TYPE_CHECKING:
    from packit_worker.services.bodhi import Release
    from packit_worker.services.dist_git_settings import DistGitSettings
    from packit_worker.services.steps import Steps

_BODHI_CACHE = "bodhi-releases.json"


def add_boxed(
    services: Services, settings: Settings, forges: Mapping[str, ForgeSettings]
) -> Services:
    """Return the services with those that run packit in the box.

    Args:
        services: the others.
        settings: sections `box` and `dist_git`.
        forges: by host, how to speak to each.
    """
    box, dist_git = settings.service.box, settings.service.dist_git
    with_srpms = replace(
        services,
        srpms=cache(lambda: _srpms(box, forges)),
        work_folder=lambda: _work_folder(box_settings(box).folder),
    )
    if dist_git is None:
        return with_srpms
    url = settings.service.bodhi_url
    return replace(with_srpms, downstream=cache(lambda: _downstream(box, dist_git, forges, url)))


@contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    from packit_worker.box.folders import folder  # noqa: PLC0415 - only where something is made

    with folder(parent) as own:
        yield own.given


def box_settings(section: BoxSection) -> BoxSettings:
    """Return how steps are run."""
    folder = Path(section.folder) if section.folder else embedded.state_folder() / "box"
    limits = Limits(
        seconds=section.seconds,
        memory=section.memory_mib * MIB,
        processes=section.processes,
        file_size=section.file_mib * MIB,
        disk=section.disk_mib * MIB,
        answer=section.file_mib * MIB,
    )
    unboxed = section.without_box is not None
    return BoxSettings(folder=folder, limits=limits, uid=section.uid, unboxed=unboxed)


def _steps(section: BoxSection) -> "Steps":
    from packit_worker.box.running import Box  # noqa: PLC0415 - only where something is run
    from packit_worker.services.download import Downloader  # noqa: PLC0415
    from packit_worker.services.steps import Steps  # noqa: PLC0415

    hosts = frozenset(section.source_hosts)
    return Steps(Box(box_settings(section)), Downloader(section.file_mib * MIB, hosts))


def _srpms(section: BoxSection, forges: Mapping[str, ForgeSettings]) -> Srpms:
    from packit_worker.services.git import Git  # noqa: PLC0415
    from packit_worker.services.package_config import PackitConfigReader  # noqa: PLC0415
    from packit_worker.services.srpms import BoxedSrpms  # noqa: PLC0415

    git = Git(section.file_mib * MIB)
    return BoxedSrpms(_steps(section), git, forges, PackitConfigReader())


def _downstream(
    section: BoxSection,
    dist_git: DistGitSection,
    forges: Mapping[str, ForgeSettings],
    bodhi_url: str,
) -> Downstream:
    from packit_worker.services.downstream import BoxedDownstream  # noqa: PLC0415
    from packit_worker.services.git import Git  # noqa: PLC0415

    git = Git(section.file_mib * MIB)
    settings = dist_git_settings(dist_git)
    return BoxedDownstream(_steps(section), git, forges, settings, _releases(bodhi_url))


def dist_git_settings(section: DistGitSection) -> "DistGitSettings":
    """Return where packages lie, and who we are there."""
    from packit_worker.services.dist_git_settings import DistGitSettings  # noqa: PLC0415

    return DistGitSettings(
        host=section.host,
        namespace=section.namespace,
        package_tool=section.package_tool,
        lookaside_url=section.lookaside_url,
        lookaside_upload_url=section.lookaside_upload_url,
        git_name=section.git_name,
        git_email=section.git_email,
    )


def _releases(bodhi_url: str) -> "Callable[[], tuple[Release, ...]]":
    from packit_worker.services.bodhi import BodhiReleases  # noqa: PLC0415

    known = BodhiReleases(bodhi_url, embedded.state_folder() / _BODHI_CACHE)
    return lambda: known.load().releases

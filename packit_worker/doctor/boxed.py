"""The box in which other people's code runs, and where it goes from there."""

import shutil
from collections.abc import Iterator

from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.errors import RefusedError
from packit_worker.sections.box import BoxSection
from packit_worker.sections.dist_git import DistGitSection
from packit_worker.settings import Settings


def box_checks(settings: Settings) -> Iterator[Check]:
    """A step that does nothing is done in the box."""
    section = settings.service.box
    yield Check("box", lambda: _box(section))


def dist_git_checks(settings: Settings) -> Iterator[Check]:
    """What releases need to go downstream; without the section none does."""
    section, hosts = settings.service.dist_git, set(settings.service.authentication)
    if section is not None:
        yield Check("dist-git", lambda: _dist_git(section, hosts))


def _box(section: BoxSection) -> str | Note:
    from packit_worker.service_accounts import try_box  # noqa: PLC0415 - only where there is one

    try:
        try_box(section)
    except RefusedError as error:
        advice = "see `box` in README.md; without one, SRPMs are made in Copr only"
        return Note(f"there is no box: {error.reason}", advice)
    except OSError as error:
        raise WrongError(f"{error.filename}: {error.strerror}", "mend box.folder") from None
    if section.without_box is not None:
        fact = "other people's code runs on this host, as this user"
        return Note(fact, "take box.without_box out, and install bubblewrap")
    return "a step was done in the box"


def _dist_git(section: DistGitSection, hosts: set[str]) -> str:
    if section.host not in hosts:
        advice = f"add authentication.{section.host}, or mend dist_git.url"
        raise WrongError(f"no forge {section.host} is known", advice)
    if shutil.which(section.package_tool) is None:
        advice = "install it, or mend dist_git.package_tool"
        raise WrongError(f"{section.package_tool} is not installed", advice)
    return f"{section.package_tool} is there, and the forge {section.host} is known"

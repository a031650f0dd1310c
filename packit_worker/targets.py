"""The chroots that the targets of a job mean, as plain data, and the Protocol of who knows.

Handlers import this file, never `services`. https://packit.dev/docs/configuration#aliases
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from packit_worker.package_config import Job

DEFAULT_TARGET = "fedora-stable"


@dataclass(frozen=True, slots=True)
class Chroots:
    """What targets mean now.

    Attributes:
        names: each once, sorted; Copr or Koji may lack some of them.
        notes: sentences for people where the answer rests on old data.
    """

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def targets_to_build(job: Job, jobs: Iterable[Job]) -> tuple[str, ...]:
    """Return the targets that a job builds for: its own.

    A `tests` job that brings its build brings one for all tests of its package on this trigger.
    """
    if job.type != "tests":
        return job.targets
    needing = [each for each in jobs if _is_built_with(each, job)]
    found = [target for each in needing for target in each.targets or (DEFAULT_TARGET,)]
    return tuple(dict.fromkeys(found)) or job.targets


def _is_built_with(other: Job, job: Job) -> bool:
    same = (other.type, other.trigger, other.package) == (job.type, job.trigger, job.package)
    return same and not other.skip_build


class Targets(Protocol):
    """Knows which releases there are."""

    def chroots(self, targets: Iterable[str]) -> Chroots:
        """Return the chroots of targets and aliases; of none, those of `DEFAULT_TARGET`.

        Targets that name a version, such as `fedora-44-x86_64`, need no list of releases.

        Raises:
            TransientError: Bodhi is down, and was never asked before.
        """

    def koji_targets(self, targets: Iterable[str]) -> Chroots:
        """Return the build targets of Koji that targets and aliases mean; of none, as above.

        They are called as the branches of dist-git: `f44`, `rawhide`, `epel9`. A word that is no
        alias stays as it is: Koji knows many more.

        Raises:
            TransientError: as above.
        """

    def latest_stable_fedora(self) -> Chroots:
        """Return the chroot of the latest stable Fedora, where source packages are made.

        Raises:
            TransientError: as above, or there is none.
        """

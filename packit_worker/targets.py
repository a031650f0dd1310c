"""The chroots that the targets of a job mean, as plain data, and the Protocol of who knows.

Handlers import this file, never `services`. https://packit.dev/docs/configuration#aliases
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

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

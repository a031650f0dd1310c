"""Source packages: what has to be made, and the Protocol of who makes it.

Handlers import this file, never `services`. Whoever opened the pull request wrote what is run to
make one, so it is made in a box, away from our credentials.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from packit_worker.srpm_script import Checkout, PackitOptions

# The code of a refusal where the change is at fault.
SRPM_FAILED = "srpm-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SrpmOrder:
    """One source package.

    Attributes:
        clone_url: of the repository itself, of a pull request the target.
        checkout: which commit.
        options: what packit is told.
    """

    clone_url: str
    checkout: Checkout
    options: PackitOptions


class Srpms(Protocol):
    """Makes source packages."""

    def make(self, order: SrpmOrder, folder: Path) -> Path:
        """Make a source package, and return its file in `folder`.

        Args:
            order: which one.
            folder: empty, of the caller, who removes it.

        Raises:
            TransientError: the repository cannot be reached, or there is no room now.
            RefusedError: `srpm-failed`: it cannot be made, and the change is at fault; the reason
                says what failed, in a few words. Any other code: the change is not at fault.
        """

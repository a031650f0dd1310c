"""Whose a Copr project under our account is: plain data and a Protocol.

Whoever may command a build writes `project:`, so a name alone proves nothing. Handlers import this
file, never the store; `copr_project_rows` stands behind it.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from packit_worker.copr import CoprProject
from packit_worker.forge import Repository

# https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/forms.py
_UNFIT = re.compile(r"[^\w.-]", re.ASCII)
# Spaces around a name, and `name:directory`, would mean a project of another name.
_NAME = re.compile(r"[\w.-]*\w[\w.-]*", re.ASCII)
_GITHUB = "github.com"


@dataclass(frozen=True, slots=True)
class Claim:
    """A project that is this repository's to build in.

    Attributes:
        is_made: whether it was seen in Copr as this repository's; else it is claimed alone.
        is_plain: whether its name can only be a default name of this repository.
    """

    project: CoprProject
    is_made: bool
    is_plain: bool = False


class CoprProjects(Protocol):
    """The projects under our account. Each method is a short transaction, unless it is in one.

    Every method may raise the store's errors, which are for the engine: let them pass.
    """

    def claim(
        self, project: CoprProject, repository: Repository, *, is_custom: bool
    ) -> Claim | None:
        """Have a project be a repository's, unless it is another's.

        Of a default name that another repository has, one with a hash in it is claimed instead.

        Args:
            project: under our account.
            repository: whose builds it is for.
            is_custom: whether the package config names it, and not we.

        Returns:
            None: it belongs to another repository, or its name does.
        """

    def note_made(self, project: CoprProject) -> None:
        """Note that Copr has the project, and that it is whose it was claimed for.

        One under another account is nobody's claim, and nothing is noted.
        """

    def let_go(self, project: CoprProject) -> None:
        """Give a claim back whose project was never made."""


def as_name(*parts: str) -> str:
    """Return the name of a project of these parts."""
    return _UNFIT.sub("-", "-".join(part for part in parts if part))


def is_name(name: str) -> bool:
    """Whether Copr takes it for the name of a project, and of no other one."""
    return _NAME.fullmatch(name) is not None


def default_prefix(repository: Repository) -> str:
    """Return what the default names of the projects of a repository begin with."""
    host = "" if repository.host == _GITHUB else repository.host
    return f"{as_name(host, repository.namespace, repository.name)}-"

"""Pull requests of ours: where their branches are pushed, and how they are found and opened."""

from dataclasses import dataclass
from typing import Protocol

from packit_worker.forge import Repository
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.git import Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the branches of our pull requests for a repository are pushed.

    Attributes:
        repository: our fork; or the repository itself, where a GitHub App may push to it.
        remote: its address, with what we push with.
        owner: the account it belongs to.
    """

    repository: Repository
    remote: Remote
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a pull request says, and what it is about.

    Attributes:
        source_branch: of the place.
        target_branch: of the repository.
    """

    title: str
    body: str
    source_branch: str
    target_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """A pull request of ours that is open."""

    number: int
    url: str


class Pulls(Protocol):
    """Opens pull requests on one forge. Every method raises as `packit_worker.forge.Forge` says."""

    def place(self, repository: Repository) -> Place:
        """Return where to push; a fork is made where there is none."""

    def find(self, repository: Repository, place: Place, words: Words) -> OpenPull | None:
        """Return our open pull request of the same branches; None: there is none."""

    def open(self, repository: Repository, place: Place, words: Words) -> OpenPull:
        """Open one. Never repeated by itself: after a timeout the caller has to look."""

    def edit(self, repository: Repository, pull: OpenPull, words: Words) -> None:
        """Replace title and text."""

    def close(self) -> None:
        """Give the connections back."""


def remote_of(
    settings: ForgeSettings, repository: Repository, *, user: str = "", token: str | None = None
) -> Remote:
    """Return the address of a repository, as git takes it.

    Args:
        settings: of its forge.
        repository: a Pagure fork has the path `fork/<owner>/…` and the address `forks/<owner>/…`.
        user: with `token`, who we are; without one, what is public is read.
        token: for what is written.
    """
    base = (settings.git_url or f"https://{settings.host}").rstrip("/")
    path = repository.path
    if settings.type == "pagure" and path.startswith("fork/"):
        path = f"forks/{path.removeprefix('fork/')}"
    return Remote(url=f"{base}/{path}.git", user=user, token=token, service=settings.host)


def pulls_of(settings: ForgeSettings) -> Pulls:
    """Return who opens pull requests on a forge; ogr is loaded now."""
    if settings.type == "github":
        from packit_worker.services.github_pulls import GithubPulls  # noqa: PLC0415 - loads ogr

        return GithubPulls(settings)
    from packit_worker.services.pagure_pulls import PagurePulls  # noqa: PLC0415 - loads ogr

    return PagurePulls(settings)

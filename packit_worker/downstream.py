"""What goes into dist-git and comes back from it: plain data, and the Protocol of who does it.

Handlers import this file, never `services`. https://packit.dev/docs/configuration/upstream/propose_downstream
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from packit_worker.forge import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder:
    """A release of an upstream repository, for one branch of dist-git.

    Attributes:
        upstream: the repository.
        tag: of the release.
        package: the name of the package in dist-git.
        branch: of dist-git.
        values: every key of the job, as `package_config.Job.values` has them.
    """

    upstream: Repository
    tag: str
    package: str
    branch: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOrder:
    """A commit of dist-git, whose spec file goes back upstream.

    Attributes:
        dist_git: the repository.
        branch: that was pushed.
        commit: its new tip.
        start: its tip before; None: not known.
        upstream: the repository that gets the pull request.
        upstream_branch: its branch; None: the default one.
        source_branch: what we push, to our fork or, as an App, to `upstream` itself.
        values: as above.
    """

    dist_git: Repository
    branch: str
    commit: str
    start: str | None
    upstream: Repository
    upstream_branch: str | None
    source_branch: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pull request that shows a change.

    Attributes:
        url: its page.
        is_new: it was opened now; else it was there, and was brought up to date.
        log: the end of what packit printed.
    """

    url: str
    is_new: bool
    log: str = ""


class Downstream(Protocol):
    """Does packit's work between an upstream repository and dist-git.

    Every method raises `TransientError` where another side is down, `archive-not-there` among its
    reasons, and `RefusedError`. Codes of a refusal: `sync-failed` (packit could not: the reason
    says why, in its words), `nothing-to-do` (all is there already), `no-dist-git-branch`,
    `no-dist-git-package`, `no-release` (no such tag), `no-permission`, `sandbox-unavailable`,
    `not-configured`, and those of `Forge`.
    """

    def propose(self, order: ReleaseOrder) -> Proposal:
        """Open a pull request in dist-git, or bring that of the same tag and branch up to date."""

    def sync_back(self, order: BackOrder) -> Proposal:
        """Open a pull request upstream, or bring the one of the same branch up to date."""

"""A project of a forge, as packit in the box sees it: it answers from what it was told.

Pushes go to a bare repository in the box, and what packit would open as a pull request is kept. The
worker does both outside, by its own rules and with its own credentials.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class _User:
    """Who packit is."""

    def get_username(self) -> str:
        """Return the account."""
        return "packit-worker"


class Service:
    """The forge of a project.

    Args:
        url: of the forge.
    """

    def __init__(self, url: str) -> None:
        self.instance_url = url
        self.hostname = urlsplit(url).hostname
        self.user = _User()


class PullRequest:
    """A pull request that packit wants to be opened.

    Attributes:
        url: packit writes it into its log.
    """

    url = "(opened by the worker)"

    def __init__(self, **keys: Any) -> None:
        self.title = str(keys["title"])
        self.body = str(keys["body"])
        self.source_branch = str(keys["source_branch"])
        self.target_branch = str(keys["target_branch"])


class Project:
    """As much of ogr's `GitProject` as packit asks for, without a network.

    Args:
        url: where the project lies, `https://host/namespace/name`.
        fork: the bare repository in the box that takes what is pushed.

    Attributes:
        pulls: what packit wants to be opened.
    """

    is_fork = False

    def __init__(self, url: str, fork: Path, default_branch: str = "main") -> None:
        parts = urlsplit(url)
        path = parts.path.strip("/").removesuffix(".git")
        self.namespace, _, self.repo = path.rpartition("/")
        self.full_repo_name = path
        self.service = Service(f"{parts.scheme}://{parts.netloc}")
        self.default_branch = default_branch
        self.pulls: list[PullRequest] = []
        self._url = url
        self._fork = fork

    def get_web_url(self) -> str:
        """Return where people find it."""
        return self._url.removesuffix(".git")

    def get_fork(self, *_: Any, **__: Any) -> "Project":
        """Return what is pushed to."""
        return self

    def get_git_urls(self) -> dict[str, str]:
        """Return where to push."""
        return {"ssh": str(self._fork), "git": str(self._fork)}

    def get_pr_list(self, *_: Any, **__: Any) -> list[PullRequest]:
        """Return none: the worker looks for one that is open already."""
        return []

    def create_pr(self, **keys: Any) -> PullRequest:
        """Keep it, whatever further options packit knows."""
        self.pulls.append(PullRequest(**keys))
        return self.pulls[-1]

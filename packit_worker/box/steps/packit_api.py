"""packit's API over clones in the box."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import git
from packit.api import PackitAPI
from packit.config import Config
from packit.local_project import LocalProject

from packit_worker.box.steps.package import view_of
from packit_worker.box.steps.project import Project


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone, and the project that packit takes it for.

    Attributes:
        path: the work tree.
        url: where the repository lies: `https://host/namespace/name`.
        project: what packit pushes and opens goes there.
    """

    path: Path
    url: str
    project: Project

    def local_project(self) -> LocalProject:
        """Return packit's idea of it."""
        return LocalProject(
            git_repo=git.Repo(self.path),
            working_dir=self.path,
            git_project=self.project,
            git_service=self.project.service,
            git_url=self.url,
            namespace=self.project.namespace,
            repo_name=self.project.repo,
            full_name=self.project.full_repo_name,
            refresh=True,
            offline=True,
        )


def packit_api(values: dict[str, Any], upstream: Clone, dist_git: Clone | None = None) -> PackitAPI:
    """Return packit's API.

    Args:
        values: every key of the package or the job, as `view_of` takes them.
        upstream: the repository whose releases are packaged.
        dist_git: where the package lies, for what has to do with it.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    # It would look for the tool itself, and warn.
    logging.getLogger("packit.config").setLevel(logging.ERROR)
    view = view_of(values, upstream.path, upstream.url)
    return PackitAPI(
        config=Config(pkg_tool=view.pkg_tool or "fedpkg"),
        package_config=view,
        upstream_local_project=upstream.local_project(),
        downstream_local_project=dist_git.local_project() if dist_git else None,
    )

"""packit's API over clones in the box."""

import logging
from pathlib import Path
from typing import Any

import git
from packit.api import PackitAPI
from packit.config import Config
from packit.local_project import LocalProject

from packit_worker.box.steps.package import job_view
from packit_worker.box.steps.project import Project


def packit_api(values: dict[str, Any], upstream: Path, url: str) -> PackitAPI:
    """Return packit's API for one job.

    Args:
        values: every key of the job, as `package_config.Job.values` has them.
        upstream: the checkout of the repository.
        url: of the repository.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    return PackitAPI(
        config=Config(),
        package_config=job_view(values, upstream, url),
        upstream_local_project=local_project(upstream, url),
    )


def local_project(repository: Path, url: str) -> LocalProject:
    """Return packit's idea of a clone, with a forge that is only there in name."""
    project = Project(url)
    return LocalProject(
        git_repo=git.Repo(repository),
        working_dir=repository,
        git_project=project,
        git_service=project.service,
        git_url=url,
        namespace=project.namespace,
        repo_name=project.repo,
        full_name=project.full_repo_name,
        refresh=True,
        offline=True,
    )

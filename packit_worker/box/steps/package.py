"""The package config of a job, as packit's code wants it, in the box."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packit.config.job_config import JobConfigView
from packit.config.package_config import PackageConfig, get_local_specfile_path
from packit.schema import CommonConfigSchema, PackageConfigSchema


def job_view(values: Mapping[str, Any], upstream: Path, url: str) -> JobConfigView:
    """Return packit's view of a job.

    Args:
        values: every key of the job and of its package, as `package_config.Job.values` has them.
        upstream: the checkout of the repository, where a spec file is looked for if none is named.
        url: of the repository, for people.

    Raises:
        LookupError: there is no spec file.
    """
    of_package = set(CommonConfigSchema().fields)
    package = {key: value for key, value in values.items() if key in of_package}
    package["specfile_path"] = package["specfile_path"] or get_local_specfile_path(upstream)
    if package["specfile_path"] is None:
        raise LookupError("there is no spec file in the repository")
    package["upstream_project_url"] = package["upstream_project_url"] or url
    # What a config leaves out is null here, and packit's own default there.
    own = {key: value for key, value in values.items() if key not in of_package}
    name = package["downstream_package_name"] or "package"
    config = {
        "packages": {name: _without_null(package)},
        "jobs": [_without_null(own) | {"packages": {name: _without_null(package)}}],
    }
    loaded: PackageConfig = PackageConfig.post_load(PackageConfigSchema().load(config))
    return loaded.get_job_views()[0]


def _without_null(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

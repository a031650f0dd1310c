"""The package config, as packit's code wants it, in the box."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packit.config.common_package_config import MultiplePackages
from packit.config.package_config import PackageConfig, get_local_specfile_path
from packit.schema import CommonConfigSchema, PackageConfigSchema


def view_of(values: Mapping[str, Any], upstream: Path, url: str) -> MultiplePackages:
    """Return packit's view of a package, or of a job with its package.

    Args:
        values: every key of the package as `package_config.PackageConfig.values` has them below
            `packages`; or of a job, as `package_config.Job.values` has them.
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
    package = _without_null(package)
    own = _without_null({key: value for key, value in values.items() if key not in of_package})
    name = package.get("downstream_package_name") or "package"
    packages = {name: package}
    is_job = "job" in own
    jobs = [own | {"packages": packages}] if is_job else []
    schema = PackageConfigSchema()
    loaded: PackageConfig = PackageConfig.post_load(
        schema.load({"packages": packages, "jobs": jobs})
    )
    return loaded.get_job_views()[0] if is_job else loaded.get_package_config_views()[name]


def _without_null(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

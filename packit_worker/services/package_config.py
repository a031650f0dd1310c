"""Reads the text of a package config with packitos, without any outside call.

packit's own loader looks for a spec file in the repository, through the forge, where the config
names none; this one leaves that to whoever has the files (`specfile_path` is null then). What the
keys mean: https://packit.dev/docs/configuration
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from packit_worker.package_config import Job, PackageConfig
from packit_worker.services.config_names import Renaming, triggers_of
from packit_worker.services.config_text import Document, Path, read_document
from packit_worker.services.config_words import meant, quoted

MAX_JOBS = 1_000  # each counted for every package, and the packages themselves
MAX_COPIES = 50_000  # keys and values: packages' for each job, and jobs' for each package

# packit demands a spec file; this stands for one that has to be looked for. No text holds a NUL.
_UNKNOWN_SPECFILE = "\0"


class PackitConfigReader:
    """The `ConfigReader` that asks packitos, which is imported at the first use."""

    def read(self, path: str, text: str, *, repository: str) -> PackageConfig:
        """Return the config that `text`, the file at `path` of `repository` (a name), holds.

        Raises:
            ConfigError: it cannot be used.
        """
        # packit takes most of a second and 60 MB, and a worker may never read a config.
        from packit_worker.services import config_schema, packit_loading  # noqa: PLC0415 - heavy

        document = read_document(path, text)
        config_schema.check_document(document)
        renaming = Renaming(document)
        data = renaming.data()
        data.setdefault("jobs", packit_loading.default_jobs())
        packages = _packages(document.path, data, repository)
        _check_packages(document, data["jobs"], packages)
        numbered = list(_single_triggers(data.pop("jobs")))
        jobs = [job for _, job in numbered]
        _check_size(document, packages, jobs)
        loaded = packit_loading.load(document, {"packages": packages, "jobs": jobs})
        return _config(path, loaded, [index for index, _ in numbered], renaming.notes)


def _packages(path: str, data: dict[str, Any], repository: str) -> dict[str, dict[str, Any]]:
    """Return the packages with what they inherit from the top, and what packit assumes."""
    top = {key: value for key, value in data.items() if key not in {"jobs", "packages"}}
    top.setdefault("config_file_path", path)
    top.setdefault("upstream_package_name", repository)
    if "packages" not in data:
        name = top.get("downstream_package_name") or repository
        return {name: _package(top, name)}
    top.pop("downstream_package_name", None)  # each package has its own
    return {name: _package(top | own, name) for name, own in data["packages"].items()}


def _package(keys: dict[str, Any], name: str) -> dict[str, Any]:
    downstream = keys.get("downstream_package_name")
    default = f"{downstream}.spec" if downstream else _UNKNOWN_SPECFILE
    return keys | {
        "specfile_path": keys.get("specfile_path") or default,
        "downstream_package_name": downstream or name,
    }


def _check_packages(
    document: Document, jobs: list[dict[str, Any]], packages: Mapping[str, Any]
) -> None:
    """Refuse a job for a package that is not there."""
    if not packages:
        raise document.error(("packages",), '"packages" names no package.')
    for index, job in enumerate(jobs):
        chosen = job.get("packages") or ()
        places = chosen if isinstance(chosen, dict) else range(len(chosen))
        named: list[tuple[Path, str]] = [
            (("packages", place), name) for place, name in zip(places, chosen, strict=True)
        ]
        if job.get("package") is not None:
            named.append((("package",), job["package"]))
        for place, name in named:
            if name not in packages:
                reason = f"unknown package {quoted(name)}.{meant(name, packages)}"
                raise document.error(("jobs", index, *place), reason)


def _single_triggers(jobs: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each job once for each of its triggers, with its place in the config."""
    for index, job in enumerate(jobs):
        for trigger in triggers_of(job["trigger"]):
            yield index, job | {"trigger": trigger}


def _check_size(
    document: Document, packages: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]]
) -> None:
    """Refuse what is short to write and long to read: jobs and packages multiply."""
    times = len(jobs) + 1
    if len(packages) * times > MAX_JOBS:
        raise document.error((), f"more than {MAX_JOBS:,} jobs, counted for each package.")
    own = [_size({**job, "packages": None}) for job in jobs]
    copies = sum(map(_size, packages.values())) * times + sum(own) * len(packages)
    if copies > MAX_COPIES:
        raise document.error((), f"more than {MAX_COPIES:,} keys and values in all jobs together.")


def _size(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _config(
    path: str, loaded: dict[str, Any], indexes: list[int], notes: list[str]
) -> PackageConfig:
    for holder in (loaded, *loaded["jobs"]):
        for package in holder["packages"].values():
            if package["specfile_path"] == _UNKNOWN_SPECFILE:
                package["specfile_path"] = None
    is_monorepo = len(loaded["packages"]) > 1
    jobs = [
        _job(index, job, name if is_monorepo else "", package)
        for index, job in zip(indexes, loaded["jobs"], strict=True)
        for name, package in job["packages"].items()
    ]
    return PackageConfig(path=path, jobs=_told_apart(jobs), notes=tuple(notes), values=loaded)


def _told_apart(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Mark the jobs that their identifier alone does not tell apart."""
    count = Counter(map(_identity, jobs))
    return tuple(
        replace(job, is_namesake=True) if count[_identity(job)] > 1 else job for job in jobs
    )


def _identity(job: Job) -> tuple[str, ...]:
    return (job.type, job.trigger, job.package, job.identifier or f"#{job.index}")


def _job(index: int, job: dict[str, Any], name: str, package: dict[str, Any]) -> Job:
    """Return a job for one package, from what packit made of both."""
    own = {key: value for key, value in job.items() if key not in {"packages", "package"}}
    return Job(
        index=index,
        type=job["job"],
        trigger=job["trigger"],
        identifier=package["identifier"],
        package=name,
        targets=tuple(package["targets"]),
        branch=package["branch"],
        dist_git_branches=tuple(package["dist_git_branches"]),
        skip_build=job["skip_build"],
        labels=tuple(job["labels"] or ()),
        values=package | own,
    )

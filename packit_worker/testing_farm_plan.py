"""From a `tests` job of a package config to the request for one target.

What the keys mean: https://packit.dev/docs/configuration/upstream/tests
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from packit_worker.errors import RefusedError
from packit_worker.package_config import Job
from packit_worker.testing_farm import CoprArtifact, NewRequest, Plans, Ranch
from packit_worker.testing_farm_composes import split_target

# What is run where a repository has no tests of its own: that the packages can be installed.
INSTALLATION_TEST = Plans(
    url="https://gitlab.com/testing-farm/tests", ref="main", name="/packit/installation"
)
FMF_VERSION = ".fmf/version"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedCode:
    """What is tested, as far as the event and the forge tell it.

    Attributes:
        url: the repository that holds the commit: of a pull request from a fork, the fork.
        target_url: the repository it is for.
        target_sha: what a pull request would be merged into; None: not known, or no pull request.
        variables: what the forge tells: `{"PACKIT_PR_ID": "7", …}`.
    """

    __test__ = False  # what its name would make it for pytest

    commit: str
    url: str
    target_url: str
    target_sha: str | None = None
    variables: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPackage:
    """The build whose packages are tested: number, chroot, and `owner/project`."""

    build_id: int
    chroot: str
    project: str


def ranch_of(job: Job) -> Ranch:
    """Return where the tests of a job run."""
    return "redhat" if job.values.get("use_internal_tf") else "public"


def has_own_repository(job: Job) -> bool:
    """Whether the tests lie in another repository than the code."""
    return bool(job.values.get("fmf_url"))


def metadata_folder(job: Job) -> str:
    """Return the folder of the metadata tree, from the top of the repository: `.`, `tests/os`.

    Raises:
        RefusedError: `bad-request`: it leaves the repository.
    """
    path = job.values.get("fmf_path") or ""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise RefusedError("bad-request", f'the fmf_path "{path}" leaves the repository')
    return "/".join(parts) or "."


def metadata_file(job: Job) -> str:
    """Return the path of the file without which there are no tests."""
    folder = metadata_folder(job)
    return FMF_VERSION if folder == "." else f"{folder}/{FMF_VERSION}"


def new_request(
    job: Job,
    code: TestedCode,
    target: str,
    compose: str,
    *,
    build: BuiltPackage | None,
    has_metadata: bool,
) -> NewRequest:
    """Return the request that runs the tests of a job in one target.

    Args:
        job: of the type `tests`.
        code: what is tested.
        target: distribution and architecture.
        compose: what the ranch calls the distribution.
        build: what is installed before; None: the job needs no build.
        has_metadata: whether the repository holds tests; without, a build is only installed.
    """
    distro, arch = split_target(target)
    artifacts = (CoprArtifact(build_id=build.build_id, chroot=build.chroot),) if build else ()
    variables = _variables(job, code, build)
    if not has_metadata and build:
        artifacts, variables = (), {"REPOSITORY": build.project}
    return NewRequest(
        ranch=ranch_of(job),
        plans=_plans(job, code) if has_metadata else INSTALLATION_TEST,
        arch=arch,
        compose=compose,
        context={"distro": distro, "arch": arch, "trigger": "commit", "initiator": "packit"},
        artifacts=artifacts,
        variables=variables,
        post_install_script=job.values.get("tf_post_install_script"),
        extra=job.values.get("tf_extra_params") or {},
    )


def _plans(job: Job, code: TestedCode) -> Plans:
    values = job.values
    folder, name = metadata_folder(job), values.get("tmt_plan")
    if has_own_repository(job):
        return Plans(url=values["fmf_url"], ref=values.get("fmf_ref"), path=folder, name=name)
    merges = values.get("merge_pr_in_ci", True)
    return Plans(
        url=code.target_url if values.get("use_target_repo_for_fmf_url") else code.url,
        ref=code.commit,
        path=folder,
        name=name,
        merge_sha=code.target_sha if merges else None,
    )


def _variables(job: Job, code: TestedCode, build: BuiltPackage | None) -> dict[str, str]:
    """Return what tests find in their environment; what the config sets goes first."""
    values = job.values
    ours = {
        "PACKIT_COMMIT_SHA": code.commit,
        "PACKIT_UPSTREAM_NAME": values.get("upstream_package_name"),
        "PACKIT_UPSTREAM_URL": values.get("upstream_project_url"),
        "PACKIT_DOWNSTREAM_NAME": values.get("downstream_package_name"),
        "PACKIT_PACKAGE_NAME": values.get("downstream_package_name"),
        "PACKIT_TARGET_SHA": code.target_sha,
        "PACKIT_TARGET_URL": code.target_url,
        "PACKIT_SOURCE_URL": code.url,
        "PACKIT_COPR_PROJECT": build.project if build else None,
    }
    told = {name: value for name, value in ours.items() if value}
    own = {name: _text(value) for name, value in (values.get("env") or {}).items()}
    return told | dict(code.variables or {}) | own


def _text(value: Any) -> str:
    """Return a value of YAML as an environment holds it: the API takes texts alone."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)

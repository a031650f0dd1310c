"""What releases of the example need: archives, a package in dist-git, and the package tool."""

from pathlib import Path
from typing import Any

from packit_worker.sandbox.lookaside import LookasideStandIn, LookasideWorld, write_tool
from packit_worker.sandbox.things import Project

PACKAGE = "hedgehog"
# Saved payloads speak of them; the second is a prerelease, which packit spells as rpm does.
TAGS = ("1.4.0", "1.5.0rc1")
_VERSIONS = ("1.4.0", "1.5.0~rc1")
# What the aliases of the example's jobs stand for.
BRANCHES = ("rawhide", "f44")
_SPEC = """\
Name:           {name}
Version:        1.0
Release:        {release}%{{?dist}}
Summary:        An example
License:        MIT
URL:            https://github.com/meadow-tools/{name}
Source0:        {released}/{name}-%{{version}}.tar.gz

%description
An example.

%files

%changelog
* Mon Jan 01 2024 Wendy <wendy@example.com> - 1.0-1
- The first one
"""


def example_lookaside() -> LookasideStandIn:
    """Return a cache that is empty, and the archives that upstream published."""
    stand_in = LookasideStandIn()
    for version in _VERSIONS:
        archive = f"{PACKAGE}-{version}.tar.gz"
        stand_in.world.released[archive] = f"what {PACKAGE} {version} consists of\n".encode()
    return stand_in


def spec_of(name: str, lookaside_url: str, release: int = 1) -> str:
    """Return a spec file whose archive can be downloaded."""
    return _SPEC.format(name=name, released=f"{lookaside_url}/released", release=release)


def publish(project: Project, lookaside_url: str) -> None:
    """Set the tags of the releases; the spec file names where the cache answers this time."""
    files = {f"{project.name}.spec": spec_of(project.name, lookaside_url)}
    branch = project.git.default_branch()
    for tag in TAGS:
        project.git.commit(files, ref=f"refs/tags/{tag}", start=branch)
    # The newest that is no prerelease.
    project.releases.append(TAGS[0])


def branch_package(project: Project) -> None:
    """Make the further branches of a package in dist-git."""
    for branch in BRANCHES:
        if project.git.resolve(f"refs/heads/{branch}") is None:
            project.git.commit({}, ref=f"refs/heads/{branch}", start="HEAD")


def downstream_sections(folder: Path, lookaside_url: str) -> dict[str, Any]:
    """Write the package tool, and return the sections of the settings.

    Args:
        folder: of the sandbox.
        lookaside_url: where the cache answers.
    """
    tool = write_tool(folder.resolve() / "bin", lookaside_url, LookasideWorld().token)
    return {
        "dist_git": {
            "package_tool": str(tool),
            "lookaside_url": f"{lookaside_url}/pkgs",
            "lookaside_upload_url": f"{lookaside_url}/pkgs/upload.cgi",
            "git_name": "Packit Sandbox",
            "git_email": "packit-sandbox@example.com",
        },
        # The archives lie on this machine.
        "box": {"source_hosts": ["127.0.0.1"]},
    }

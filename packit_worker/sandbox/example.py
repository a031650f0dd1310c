"""A small world for the demo: what the project's own saved payloads speak of, on each forge.

Commits of those payloads are made up; the repositories take any hash for their newest commit. The
accounts are the same on both forges and have the token `sandbox-<login>`: `brindle-fox` may do
everything, `wendy` writes, `oat-farmer` and `orin` are outsiders, and the bot writes. To Fedora
`wendy` is a packager who names her GitHub login, `vlasta` hides hers, and `oat-farmer` names none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packit_worker.sandbox import example_downstream
from packit_worker.sandbox.fasjson import FasjsonStandIn
from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.github_auth import App, load_app, new_app
from packit_worker.sandbox.pagure import PagureStandIn
from packit_worker.sandbox.things import Project, Role
from packit_worker.sandbox.world import World

BOT = "packit-sandbox"
_PEOPLE = ("brindle-fox", "vlasta", "wendy", "oat-farmer", "orin", BOT)
_ROLES: dict[str, Role] = {
    "brindle-fox": "admin",
    "vlasta": "admin",
    "wendy": "write",
    BOT: "write",
}
# Where those who wait for approval are told so.
NOTIFICATIONS = f"{BOT}/notifications"
KEY_FILE = "github-app.pem"
_SPEC = """\
Name:           {name}
Version:        1.0
Release:        1%{{?dist}}
Summary:        An example
License:        MIT
Source0:        {name}-%{{version}}.tar.gz

%description
An example.
"""
_CONFIG = """\
specfile_path: {name}.spec
upstream_package_name: {name}
downstream_package_name: {name}
upstream_project_url: https://github.com/meadow-tools/{name}
jobs:
  - job: copr_build
    trigger: pull_request
    targets: [fedora-all]
  - job: tests
    trigger: pull_request
    targets: [fedora-stable]
  - job: copr_build
    trigger: commit
    targets: [fedora-all]
  - job: upstream_koji_build
    trigger: release
    scratch: true
    targets: [fedora-latest-stable]
  - job: propose_downstream
    trigger: release
    dist_git_branches: [fedora-rawhide, fedora-latest-stable]
  - job: sync_from_downstream
    trigger: commit
"""
_PUSHED = "f0d3ab7a23e5415fa2c76c4fd5e50fb8a3fa5b03"


@dataclass(frozen=True, slots=True)
class _Place:
    """A repository of the example, with the fork its outsider changes things in.

    `head` is the newest commit of the pull request, as saved payloads tell it, and `tips` are those
    of branches.
    """

    path: str
    fork: str
    outsider: str
    pull: int
    issue: int
    branch: str = "main"
    head: str | None = None
    tips: Mapping[str, str] = field(default_factory=dict)


_HEDGEHOG = _Place(
    "meadow-tools/hedgehog",
    "oat-farmer/hedgehog",
    "oat-farmer",
    217,
    44,
    head="26ccb10237c07b512ed4d07d071da83d59905957",
    tips=dict.fromkeys(("main", "release/1.x", "stable-order"), _PUSHED),
)
# Of an account that has not installed the App in the eyes of the worker: no message said so yet.
_PEAR = _Place("orchard-lab/pear", "oat-farmer/pear", "oat-farmer", 5, 2)
_SPOUT = _Place(
    "tea/pots/spout",
    "fork/orin/tea/pots/spout",
    "orin",
    41,
    1,
    head="7770dc9536e9d32cc004bb97f38ecec2e9053bfe",
    tips={"main": "3613ddc1db061c0aafeec07faa39a5018d111aae"},
)
_KETTLE = _Place(
    "kettle",
    "fork/orin/kettle",
    "orin",
    8,
    1,
    tips={
        "try-copper": "107d2b4feedcd25ea81890fa08f64c3b796fb133",
        "releases/2.x": "fb71f7354737b6e585096ed5c21f007af67f327c",
    },
)
_TEAPOT = _Place("rpms/teapot", "fork/orin/rpms/teapot", "orin", 41, 1, "rawhide")


def example_github(folder: Path, lookaside_url: str = "https://lookaside.example") -> GithubStandIn:
    """Return a GitHub with a public repository, its fork, and a private one.

    The App is installed on those of `meadow-tools`; its key lies in the folder, for the worker.

    Args:
        folder: where the repositories lie.
        lookaside_url: where the archives of releases are downloaded.
    """
    stand_in = GithubStandIn(folder / "github", _app(folder))
    _people(stand_in.world)
    stand_in.world.user(f"{BOT}[bot]", bot=True)
    _fill(stand_in.world, _HEDGEHOG)
    hidden = _add(stand_in.world, "meadow-tools/hidden", private=True)
    hedgehog = stand_in.world.projects[_HEDGEHOG.path]
    example_downstream.publish(hedgehog, lookaside_url)
    # What was changed in dist-git comes back to it.
    older = _SPEC.format(name="teapot").replace("An example\n", "An older example\n")
    teapot = _add(stand_in.world, "meadow-tools/teapot", spec=older)
    stand_in.auth.install(_HEDGEHOG.path, hidden.path, teapot.path)
    _fill(stand_in.world, _PEAR)
    stand_in.auth.install(_PEAR.path)
    stand_in.world.project(NOTIFICATIONS, roles={BOT: "admin"})
    stand_in.auth.install(NOTIFICATIONS)
    return stand_in


def example_fasjson() -> FasjsonStandIn:
    """Return Fedora's accounts of the people of the example."""
    stand_in = FasjsonStandIn()
    world = stand_in.world
    world.user("wendy", "packager", "signed_fpca", github="wendy")
    world.user("vlasta", "packager", "signed_fpca", github="vlasta", private=True)
    world.user("farmer", "packager", "signed_fpca")
    return stand_in


def example_pagure(folder: Path) -> PagureStandIn:
    """Return a Pagure with public projects, their forks, and a private one.

    It stands for a dist-git and for an upstream forge at once.
    """
    stand_in = PagureStandIn(folder / "pagure")
    _people(stand_in.world)
    for place in (_SPOUT, _KETTLE, _TEAPOT):
        _fill(stand_in.world, place)
    _add(stand_in.world, "rpms/hidden", private=True)
    package = f"rpms/{example_downstream.PACKAGE}"
    spec = example_downstream.spec_of(example_downstream.PACKAGE, "https://lookaside.example")
    example_downstream.branch_package(_add(stand_in.world, package, branch="rawhide", spec=spec))
    return stand_in


def _fill(world: World, place: _Place) -> None:
    """Add the repository and its fork, two pull requests (outsider, writer) and an issue."""
    project = _add(world, place.path, branch=place.branch)
    project.git.told.update(place.tips)
    for tag in example_downstream.TAGS:
        project.git.commit({}, ref=f"refs/tags/{tag}", start=place.branch)
    roles: dict[str, Role] = {place.outsider: "admin"}
    _add(world, place.fork, parent=place.path, roles=roles, branch=place.branch)
    change = {"README.md": "# Something else\n"}
    world.issue(project, author=place.outsider, title="Please package 1.1", number=place.issue)
    pull = world.pull(
        project, author=place.outsider, files=change, source=place.fork, number=place.pull
    )
    pull.head_sha = place.head or pull.head_sha
    world.pull(project, author="wendy", files=change, source=place.path)


def _add(
    world: World,
    path: str,
    *,
    parent: str | None = None,
    roles: dict[str, Role] | None = None,
    branch: str = "main",
    private: bool = False,
    spec: str | None = None,
) -> Project:
    name = path.rpartition("/")[2]
    files = {
        ".packit.yaml": _CONFIG.format(name=name),
        f"{name}.spec": spec or _SPEC.format(name=name),
        ".fmf/version": "1\n",
        "README.md": f"# {name}\n",
    }
    return world.project(
        path,
        files=files,
        private=private,
        roles=roles or _ROLES,
        parent=parent,
        branch=branch,
        lenient=True,
    )


def _app(folder: Path) -> App:
    key_file = folder / KEY_FILE
    if key_file.exists():
        return load_app(key_file.read_text(), slug=BOT)
    app = new_app(slug=BOT)
    folder.mkdir(parents=True, exist_ok=True)
    key_file.touch(mode=0o600)
    key_file.write_text(app.private_key)
    return app


def _people(world: World) -> None:
    for login in _PEOPLE:
        world.user(login, token=f"sandbox-{login}")

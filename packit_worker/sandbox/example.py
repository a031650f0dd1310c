"""A small world for the demo: on each forge a public repository with a config, and a private one.

The accounts are the same on both: `ada` may do everything, `wendy` writes, `otto` is an outsider,
and the bot writes. Each has the token `sandbox-<login>`.
"""

from pathlib import Path

from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.github_auth import App, load_app, new_app
from packit_worker.sandbox.pagure import PagureStandIn
from packit_worker.sandbox.world import Project, Role, World

BOT = "packit-sandbox"
_SPEC = """\
Name:           hello
Version:        1.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT

%description
Says hello.
"""
_CONFIG = """\
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
jobs:
  - job: copr_build
    trigger: pull_request
    targets: [fedora-all]
"""
_FILES = {".packit.yaml": _CONFIG, "hello.spec": _SPEC, "README.md": "# Hello\n"}
_ROLES: dict[str, Role] = {"ada": "admin", "wendy": "write", BOT: "write"}
_KEY_FILE = "github-app.pem"


def example_github(folder: Path) -> GithubStandIn:
    """Return a GitHub with `sandbox/hello` (public), `sandbox/hidden` (private) and a fork.

    The App is installed on all of `sandbox`; its key lies in the folder, for the worker.
    """
    stand_in = GithubStandIn(folder / "github", _app(folder))
    _people(stand_in.world)
    stand_in.world.user(f"{BOT}[bot]", bot=True)
    hello = stand_in.world.project("sandbox/hello", files=_FILES, roles=_ROLES)
    stand_in.world.project("sandbox/hidden", files=_FILES, roles=_ROLES, private=True)
    stand_in.world.project("otto/hello", files=_FILES, parent=hello.path, roles={"otto": "admin"})
    _threads(stand_in.world, hello, "otto/hello")
    stand_in.auth.install("sandbox/hello", "sandbox/hidden")
    return stand_in


def example_pagure(folder: Path) -> PagureStandIn:
    """Return a Pagure with `rpms/hello` (public), `rpms/hidden` (private) and a fork."""
    stand_in = PagureStandIn(folder / "pagure")
    _people(stand_in.world)
    world, branch = stand_in.world, "rawhide"
    hello = world.project("rpms/hello", files=_FILES, roles=_ROLES, branch=branch)
    world.project("rpms/hidden", files=_FILES, roles=_ROLES, private=True, branch=branch)
    fork = "fork/otto/rpms/hello"
    world.project(fork, files=_FILES, parent=hello.path, roles={"otto": "admin"}, branch=branch)
    _threads(world, hello, fork)
    return stand_in


def _app(folder: Path) -> App:
    key_file = folder / _KEY_FILE
    if key_file.exists():
        return load_app(key_file.read_text(), slug=BOT)
    app = new_app(slug=BOT)
    folder.mkdir(parents=True, exist_ok=True)
    key_file.touch(mode=0o600)
    key_file.write_text(app.private_key)
    return app


def _people(world: World) -> None:
    for login in ("ada", "wendy", "otto", BOT):
        world.user(login, token=f"sandbox-{login}")


def _threads(world: World, project: Project, fork: str) -> None:
    """Open pull requests by the outsider (1) and the writer (2), and an issue (3)."""
    world.pull(project, author="otto", files={"README.md": "# Hello, all\n"}, source=fork)
    world.pull(project, author="wendy", files={"README.md": "# Hi\n"}, source=project.path)
    world.issue(project, author="otto", title="Please package 1.1")

"""The engine with the real handlers of dist-git, on stand-ins of forges, lookaside and Bodhi.

The upstream repository lies on GitHub (`octo/hello`), the package on Pagure (`rpms/hello`).
"""

import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from box_side import open_folder
from event_kwargs import event_of
from servers.forge_stand_ins import github_settings, pagure_settings

from packit_worker.box.running import Box
from packit_worker.box.settings import BoxSettings
from packit_worker.ending import Limits
from packit_worker.registry import HANDLERS
from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.lookaside import LookasideStandIn, write_tool
from packit_worker.sandbox.server import Server
from packit_worker.service_access import Services
from packit_worker.services.bodhi import BodhiReleases
from packit_worker.services.dist_git_settings import DistGitSettings
from packit_worker.services.download import Downloader
from packit_worker.services.downstream import BoxedDownstream
from packit_worker.services.git import Git
from packit_worker.services.steps import Steps
from packit_worker.services.targets import BodhiTargets

NAMES = {
    "ProposeDownstreamHandler",
    "GitHubIssueCommentProposeUpdateHandler",
    "NewDistGitCommitHandler",
}
# On a machine with much to do packit takes a while.
LIMITS = Limits(attempts=3, soft=300, hard=400)
BRANCHES = ("rawhide", "f44", "f43")
GIT_EMAIL = "packager@mail.example"
SPEC = """\
Name:           hello
Version:        {version}
Release:        1%{{?dist}}
Summary:        Greets
License:        MIT
URL:            https://hello.example
Source0:        {released}/hello-%{{version}}.tar.gz

%description
Greets.

%files

%changelog
* Mon Jan 01 2024 Ada <ada@mail.example> - {version}-1
- The first one
"""
CONFIG = """\
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
upstream_project_url: https://github.com/octo/hello
jobs:
  - job: propose_downstream
    trigger: release
    dist_git_branches: {branches}
  - job: sync_from_downstream
    trigger: commit
"""


class DownstreamSide:
    """What the handlers work on, and what is seen of it from outside."""

    def __init__(self, engine_side, lookaside, services, url):
        self.side = engine_side
        self.lookaside = lookaside
        self.released = f"{url}/released"
        self.numbers = count(1)
        real = tuple(spec for spec in HANDLERS if spec.name in NAMES)
        policy = replace(engine_side.engine.policy, bots=frozenset({"wilma", "bot"}))
        engine_side.change(handlers=real, services=services, policy=policy)
        self.upstream = engine_side.hello
        self.package = engine_side.rpm

    def publish(self, tag="1.1.0", *, spec=None, branches=BRANCHES, archive=b"an archive\n"):
        """Publish a release upstream: a tag, a release, and its archive."""
        files = {
            ".packit.yaml": CONFIG.format(branches=list(branches)),
            "hello.spec": spec or SPEC.format(version="1.0.0", released=self.released),
        }
        self.upstream.git.commit(files)
        self.upstream.git.commit({}, ref=f"refs/tags/{tag}", start="main")
        self.upstream.releases.append(tag)
        if archive is not None:
            self.lookaside.world.released[f"hello-{tag}.tar.gz"] = archive
        return tag

    def package_at(self, version="1.0.0", branches=BRANCHES):
        """Have the package in dist-git, with branches at a version."""
        spec = SPEC.format(version=version, released=self.released)
        files = {
            "hello.spec": spec,
            "sources": "",
            ".packit.yaml": CONFIG.format(branches=list(branches)),
        }
        for branch in branches:
            self.package.git.commit(files, ref=f"refs/heads/{branch}")

    def release(self, tag="1.1.0", event_id=None, **more):
        event = self.side.release_event(tag)
        return self._process(event, event_id, **more)

    def command(self, text="/packit propose-downstream", login="wendy", issue=None):
        """Comment in an issue, a new one unless told; return the issue."""
        world = self.side.github.world
        issue = issue or world.issue(self.upstream, author=login, title="Again, please")
        self._process(self.side.issue_event(issue.id, text, login), None)
        return issue

    def push(self, commit, branch="rawhide", **changes):
        """Say that dist-git was pushed to."""
        about = {
            "repo_namespace": "rpms",
            "repo_name": "hello",
            "git_ref": branch,
            "https_url": "https://src.example.org/rpms/hello",
            "commit_sha": commit,
            "user_login": "carl",
        }
        return self._process(event_of("PushPagureEvent", **(about | changes)), None)

    def _process(self, event, event_id, **more):
        self.last = event_id or f"d-{next(self.numbers)}"
        return self.side.process(event, self.last, **({"limits": LIMITS} | more))

    # What is seen.

    def pulls(self):
        """The pull requests of dist-git by branch."""
        return {pull.target_branch: pull for pull in self.package.pulls.values()}

    def shown(self, pull, path):
        """A file as a pull request of dist-git has it."""
        return self.package.git.read(pull.head_sha, path).decode()

    def states(self):
        return [(handler, state) for handler, _, state in self.side.states(self.last)]

    def statuses(self):
        """The last status of each context on GitHub."""
        return {context: (state, text) for context, state, text in self.side.statuses()}

    def issue_of(self, tag):
        """The issue about a release."""
        (issue,) = (
            each for each in self.upstream.issues.values() if f"Release {tag}" in each.title
        )
        return issue

    def issues(self):
        return [
            (ticket.title, ticket.state, ticket.body)
            for ticket in self.upstream.issues.values()
            if ticket.author == "wilma"
        ]


@pytest.fixture(scope="module")
def lookaside_server():
    stand_in = LookasideStandIn()
    with Server(stand_in.stand_in, "127.0.0.3") as server:
        yield stand_in, server.url


@pytest.fixture(scope="module")
def bodhi_url():
    with Server(BodhiStandIn().stand_in) as server:
        yield server.url


@pytest.fixture
def downstream_side(engine_side, lookaside_server, bodhi_url, tmp_path, monkeypatch):
    stand_in, url = lookaside_server
    stand_in.world.__init__()
    stand_in.stand_in.forget()
    # The settings say where the cache is; the tool's own is down.
    write_tool(tmp_path / "bin", "http://127.0.0.1:1", stand_in.world.token)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    github, pagure = engine_side.github, engine_side.pagure
    forges = {
        "github.com": github_settings(github.url, git_url=github.world.folder.as_uri()),
        "src.example.org": pagure_settings(pagure.url, git_url=pagure.world.folder.as_uri()),
    }
    releases = BodhiReleases(bodhi_url, tmp_path / "bodhi.json")
    settings = DistGitSettings(
        host="src.example.org",
        namespace="rpms",
        package_tool="fedpkg",
        lookaside_url=f"{url}/pkgs",
        lookaside_upload_url=f"{url}/pkgs/upload.cgi",
        git_name="Packager",
        git_email=GIT_EMAIL,
    )
    with open_folder(os.geteuid()) as folder:
        box = Box(BoxSettings(folder=Path(folder) / "boxes"))
        downloader = Downloader(2**20, frozenset({"127.0.0.3"}))
        downstream = BoxedDownstream(
            Steps(box, downloader), Git(2**26), forges, settings, lambda: releases.load().releases
        )
        targets = BodhiTargets(releases)
        services = Services(downstream=lambda: downstream, targets=lambda: targets)
        side = DownstreamSide(engine_side, stand_in, services, url)
        side.box = box
        engine_side.approve("src.example.org/rpms")
        yield side
        assert [path.name for path in (Path(folder) / "boxes").glob("run-*")] == []

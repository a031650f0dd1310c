"""The script for Copr, run for real with packit, git and rpmbuild: it makes a package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from packit_worker.srpm_script import (
    BranchCheckout,
    PackitOptions,
    PullRequestCheckout,
    TagCheckout,
    source_script,
)

pytestmark = pytest.mark.skipif(not shutil.which("rpmbuild"), reason="needs rpmbuild")

SPEC = """\
Name:           hedgehog
Version:        1.0
Release:        1%{?dist}
Summary:        An example
License:        MIT
Source0:        hedgehog-%{version}.tar.gz

%description
An example.

%prep
%autosetup

%files
"""
CONFIG = """\
specfile_path: packaging/hedgehog.spec
upstream_package_name: hedgehog
downstream_package_name: hedgehog
jobs: []
"""


@pytest.fixture
def environment(tmp_path):
    """What a script may see: packit of these tests, and no configuration of this machine."""
    (tmp_path / "home").mkdir()
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
        "LC_ALL": "C.UTF-8",
    }


class Upstream:
    """A repository with a release, a pull request, and a later commit on the branch."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit({"packaging/hedgehog.spec": SPEC, ".packit.yaml": CONFIG, "README": "One.\n"})
        self.git("tag", "1.0")
        self.git("checkout", "--quiet", "-b", "change")
        self.change = self.commit({"spines.txt": "Many.\n"})
        self.git("update-ref", "refs/pull/217/head", self.change)
        self.git("checkout", "--quiet", "main")
        self.git("branch", "--quiet", "-D", "change")
        self.main = self.commit({"LATER": "Later.\n"})

    def commit(self, files):
        for name, text in files.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=A change")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments):
        return output_of(["git", *arguments], self.environment, self.folder)


def make(checkout, upstream, **more):
    return source_script(upstream, checkout, marker="a-marker", chroot="fedora-44-x86_64", **more)


def run(script, folder, environment):
    path = folder.parent / "script"
    path.write_text(script.text)
    subprocess.run(
        ["bash", path], cwd=folder, env=environment, check=True, timeout=60, capture_output=True
    )


def built(tmp_path, environment, script):
    """Run the script, then do what Copr does: one spec file and its sources make a package."""
    work = tmp_path / "work"
    work.mkdir()
    run(script, work, environment)
    result = work / script.result_folder
    [spec] = result.glob("*.spec")
    assert [path.name for path in result.iterdir() if path.suffix == ".src.rpm"] == []
    defines = [f"--define=_{name} {result}" for name in ("sourcedir", "srcrpmdir", "topdir")]
    output_of(["rpmbuild", "-bs", *defines, spec], environment)
    [srpm] = result.glob("*.src.rpm")
    nvr = ["rpm", "-qp", "--queryformat", "%{name} %{version} %{release}", srpm]
    [archive] = result.glob("*.tar.gz")
    files = output_of(["tar", "--list", "--file", archive], environment).split()
    return output_of(nvr, environment).split(), {file.split("/", 1)[1] for file in files}


def output_of(command, environment, folder=None):
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


def test_a_pull_request_is_merged_and_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    checkout = PullRequestCheckout(number=217, commit=upstream.change, target_branch="main")
    script = make(checkout, str(upstream.folder))
    (name, version, release), files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert ".pr217." in release
    assert {"LATER", "spines.txt"} <= files


def test_a_branch_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    script = make(BranchCheckout(branch="main", commit=upstream.main), str(upstream.folder))
    (name, _, release), files = built(tmp_path, environment, script)
    assert name == "hedgehog"
    assert ".main." in release
    assert "LATER" in files
    assert "spines.txt" not in files


def test_a_tag_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    script = make(TagCheckout(tag="1.0"), str(upstream.folder))
    (name, version, _), files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert "LATER" not in files


def test_a_branch_and_a_folder_with_odd_names_become_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "up $(touch x) 'stream'", environment)
    odd = "$(touch${IFS}x);'\"&"
    upstream.git("checkout", "--quiet", "-b", odd)
    commit = upstream.commit({f"{odd}.yaml": CONFIG})
    script = make(
        BranchCheckout(branch=odd, commit=commit),
        str(upstream.folder),
        options=PackitOptions(config_path=f"{odd}.yaml"),
    )
    (name, version, _), _files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert list(tmp_path.rglob("x")) == []


def test_a_commit_that_was_pushed_away_is_named(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    upstream.git("update-ref", "refs/pull/217/head", upstream.main)
    checkout = PullRequestCheckout(number=217, commit=upstream.change, target_branch="main")
    (tmp_path / "work").mkdir()
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(make(checkout, f"file://{upstream.folder}"), tmp_path / "work", environment)
    wanted = f"Commit {upstream.change} is no longer part of pull request 217.\n"
    assert caught.value.stdout.decode() == wanted

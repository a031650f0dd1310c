"""Source packages by packit in the box, from a real repository."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from box_side import SPEC, open_folder
from servers.forge_stand_ins import github_settings

from packit_worker.box.limits import MIB, Limits
from packit_worker.box.running import Box
from packit_worker.box.settings import BoxSettings
from packit_worker.errors import RefusedError
from packit_worker.sandbox.git import GitRepository
from packit_worker.services.download import Downloader
from packit_worker.services.git import Git
from packit_worker.services.package_config import PackitConfigReader
from packit_worker.services.srpms import BoxedSrpms
from packit_worker.services.steps import Steps
from packit_worker.srpm_script import BranchCheckout, PackitOptions, PullRequestCheckout
from packit_worker.srpms import SrpmOrder

CONFIG = """\
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
actions:
  get-current-version: echo 1.0
"""
FILES = {
    ".packit.yaml": CONFIG,
    "hello.spec": SPEC.format(source="Source0: hello-%{version}.tar.gz", loot="none"),
}


@pytest.fixture
def limits():
    return Limits()


@pytest.fixture
def made(limits):
    """A repository, and what makes source packages of it."""
    with open_folder(os.geteuid()) as name:
        folder = Path(name)
        repository = GitRepository(folder / "forge" / "octo" / "hello.git")
        settings = github_settings(
            "http://127.0.0.9:9", git_url=(folder / "forge").resolve().as_uri()
        )
        box = Box(BoxSettings(folder=folder / "boxes", limits=limits))
        steps = Steps(box, Downloader(2**20))
        srpms = BoxedSrpms(steps, Git(2**26), {"github.com": settings}, PackitConfigReader())
        yield repository, srpms
        assert [path.name for path in (folder / "boxes").glob("run-*")] == []


def order(checkout):
    url = "https://github.com/octo/hello.git"
    return SrpmOrder(clone_url=url, checkout=checkout, options=PackitOptions())


def test_a_commit_of_a_branch_becomes_a_source_package(made, tmp_path):
    repository, srpms = made
    commit = repository.commit(FILES)
    path = srpms.make(order(BranchCheckout(branch="main", commit=commit)), tmp_path)
    assert path.parent == tmp_path
    ask = ["rpm", "-qp", "--qf", "%{NAME} %{VERSION}", str(path)]
    told = subprocess.run(ask, capture_output=True, text=True, check=True)
    assert told.stdout == "hello 1.0"


def test_a_pull_request_is_merged_first(made, tmp_path):
    repository, srpms = made
    repository.commit(FILES)
    head = repository.commit({"x": "y"}, ref="refs/pull/7/head", start="main")
    checkout = PullRequestCheckout(number=7, commit=head, target_branch="main")
    assert ".pr7." in srpms.make(order(checkout), tmp_path).name


def test_a_spec_file_that_cannot_be_read_is_the_fault_of_the_change(made, tmp_path):
    repository, srpms = made
    commit = repository.commit(FILES | {"hello.spec": "%{error:no}\n"})
    with pytest.raises(RefusedError) as caught:
        srpms.make(order(BranchCheckout(branch="main", commit=commit)), tmp_path)
    assert caught.value.code == "srpm-failed"


def reason_of(made, tmp_path, action):
    """Why no source package could be made with a command as action."""
    repository, srpms = made
    config = CONFIG + f"  post-upstream-clone: {json.dumps([['bash', '-c', action]])}\n"
    commit = repository.commit(FILES | {".packit.yaml": config})
    with pytest.raises(RefusedError) as caught:
        srpms.make(order(BranchCheckout(branch="main", commit=commit)), tmp_path)
    assert caught.value.code == "srpm-failed"
    return caught.value.reason


def test_an_action_that_fails_is_told_with_what_it_said(made, tmp_path):
    action = "for word in one two; do echo no such $word >&2; done; exit 3 # " + "x" * 2000
    assert reason_of(made, tmp_path, action) == (
        "`bash -c for word in one two; do echo no such $word >&2; done…` ended with 3: "
        "no such one\nno such two"
    )


def test_of_an_action_that_says_much_the_end_is_told(made, tmp_path):
    reason = reason_of(made, tmp_path, "seq 1000 >&2; exit 4")
    assert reason.startswith("`bash -c seq 1000 >&2; exit 4` ended with 4: …")
    assert reason.endswith("\n999\n1000")
    assert len(reason) < 500


def test_an_action_that_is_killed_and_says_nothing(made, tmp_path):
    assert reason_of(made, tmp_path, "kill -9 $$") == "`bash -c kill -9 $$` ended by signal 9"


@pytest.mark.parametrize("limits", [Limits(disk=32 * MIB)])
def test_a_disk_that_is_full_is_told_with_its_limit(made, tmp_path):
    reason = reason_of(made, tmp_path, "head -c 64M /dev/zero > large")
    assert reason.startswith(
        "box-disk: its work directory is full: box.disk_mib of the settings allows 32 MiB ("
    )
    assert "No space left on device" in reason

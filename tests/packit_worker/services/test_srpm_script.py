"""The script for Copr: whatever a name holds stays a name, and the script makes a package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packit_worker.errors import RefusedError
from packit_worker.services.srpm_script import (
    BranchCheckout,
    PackitOptions,
    PullRequestCheckout,
    TagCheckout,
    source_script,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
URL = "https://github.com/meadow-tools/hedgehog"
# Records its arguments, each with a newline behind, and an empty line at the end.
STUB = """#!/bin/bash
printf '%s\\n' "$(basename "$0")" "$@" >> "$CALLS"
echo >> "$CALLS"
if [ "$1" = clone ]; then mkdir repository; fi
"""
HOSTILE = [
    "$(touch x)",
    "`touch x`",
    "a'; touch x; '",
    'a"; touch x; "',
    "a\\'; touch x; #",
    "a && touch x",
    "a | touch x",
    "a > x",
    "${IFS}touch${IFS}x",
    "!touch x",
    "*",
    "~",
    "a b",
    "ünï",
]


def make(checkout=None, **more):
    checkout = checkout or PullRequestCheckout(number=217, commit=COMMIT, target_branch="main")
    given = {"clone_url": URL, "marker": "a-marker", "chroot": "fedora-44-x86_64"} | more
    return source_script(given.pop("clone_url"), checkout, **given)


def run_with_stubs(folder, script):
    """Run the script where git, packit and rpm only record; return the calls."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bin").mkdir(parents=True)
    (folder / "work").mkdir()
    for name in ("git", "packit", "rpm"):
        stub = folder / "bin" / name
        stub.write_text(STUB)
        stub.chmod(0o755)
    calls = folder / "calls"
    environment = {"PATH": f"{folder}/bin:{os.defpath}", "CALLS": str(calls), "LC_ALL": "C.UTF-8"}
    run(script, folder / "work", environment)
    assert sorted(path.name for path in (folder / "work").rglob("*")) == ["repository", "result"]
    return [call.split("\n") for call in calls.read_text().removesuffix("\n\n").split("\n\n")]


def run(script, folder, environment):
    path = folder.parent / "script"
    path.write_text(script.text)
    subprocess.run(
        ["bash", path], cwd=folder, env=environment, check=True, timeout=60, capture_output=True
    )


def test_what_is_run_for_a_pull_request(tmp_path):
    calls = run_with_stubs(tmp_path / "stubs", make())
    top = f"{tmp_path}/stubs/work"
    assert calls == [
        ["git", "clone", "--no-checkout", "--", URL, "repository"],
        [
            *("git", "fetch", "--quiet", "origin"),
            "+refs/pull/217/head:refs/remotes/origin/pr-head/217",
        ],
        ["git", "merge-base", "--is-ancestor", COMMIT, "refs/remotes/origin/pr-head/217"],
        [
            *("git", "checkout", "--quiet", "--no-track", "-B", "pr/217"),
            *("refs/remotes/origin/main", "--"),
        ],
        ["git", "merge", "--quiet", "--no-edit", COMMIT],
        ["packit", "--debug", "srpm", "--output", f"{top}/made.src.rpm", "."],
        [
            *("rpm", "--install", "--dbpath", f"{top}/rpmdb"),
            *("--define", f"_sourcedir {top}/result", "--define", f"_specdir {top}/result"),
            f"{top}/made.src.rpm",
        ],
    ]


def test_what_is_said_beside_the_text():
    script = make(build_deps=["python3dist(setuptools)", "rpm-build"])
    assert script.text.startswith("#!/bin/bash\n# Made by packit-worker. Marker: a-marker\n")
    assert script.chroot == "fedora-44-x86_64"
    assert script.result_folder == "result"
    assert script.packages == (
        *("git-core", "packit", "rpm-build", "rpmdevtools"),
        "python3dist(setuptools)",
    )


def test_what_is_run_for_a_branch_and_a_tag(tmp_path):
    branch = BranchCheckout(branch="main", commit=COMMIT)
    calls = run_with_stubs(tmp_path / "stubs", make(branch))
    assert calls[1] == ["git", "checkout", "--quiet", "--no-track", "-B", "main", COMMIT, "--"]
    calls = run_with_stubs(tmp_path / "stubs", make(TagCheckout(tag="v1.0")))
    assert calls[1] == ["git", "checkout", "--quiet", "--detach", "refs/tags/v1.0", "--"]


def test_a_pull_request_need_not_be_merged(tmp_path):
    checkout = PullRequestCheckout(number=217, commit=COMMIT, target_branch=None)
    calls = run_with_stubs(tmp_path / "stubs", make(checkout))
    assert calls[3] == ["git", "checkout", "--quiet", "--no-track", "-B", "pr/217", COMMIT, "--"]
    assert calls[4][0] == "packit"


def check_hostile(folder, value):
    options = PackitOptions(package=value, config_path=value, release_suffix=value)
    checkouts = (
        PullRequestCheckout(number=217, commit=COMMIT, target_branch=value),
        BranchCheckout(branch=value, commit=COMMIT),
        TagCheckout(tag=value),
    )
    expected = (
        (3, -2, f"refs/remotes/origin/{value}"),
        (1, -3, value),
        (1, -2, f"refs/tags/{value}"),
    )
    for checkout, (call, word, wanted) in zip(checkouts, expected, strict=True):
        url = f"https://example.com/{value}"
        calls = run_with_stubs(folder, make(checkout, clone_url=url, options=options))
        assert calls[0] == ["git", "clone", "--no-checkout", "--", url, "repository"]
        assert calls[call][word] == wanted
        assert calls[-2] == [
            *("packit", "--debug", f"--config={value}", "srpm", "--output"),
            f"{folder}/work/made.src.rpm",
            *(f"--package={value}", f"--release-suffix={value}", "."),
        ]


@pytest.mark.parametrize("value", HOSTILE)
def test_names_made_of_the_shells_own_characters_run_nothing(tmp_path, value):
    check_hostile(tmp_path / "stubs", value)


@given(st.text("abx $(){}[]'\"`;&|<>\\!*?~#=%-\t", min_size=1, max_size=12))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_name_runs_nothing(tmp_path, value):
    if value.startswith("-") or "\t" in value:
        with pytest.raises(RefusedError):
            make(TagCheckout(tag=value))
        return
    check_hostile(tmp_path / "stubs", value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: make(TagCheckout(tag="a\nb")),
        lambda: make(TagCheckout(tag="")),
        lambda: make(TagCheckout(tag="-d")),
        lambda: make(BranchCheckout(branch="a\0b", commit=COMMIT)),
        lambda: make(BranchCheckout(branch="--orphan", commit=COMMIT)),
        lambda: make(BranchCheckout(branch="main", commit="HEAD; touch x")),
        lambda: make(BranchCheckout(branch="main", commit=COMMIT.upper())),
        lambda: make(PullRequestCheckout(number=1, commit=COMMIT, target_branch="a\rb")),
        lambda: make(marker="a\ntouch x"),
        lambda: make(marker=""),
        lambda: make(clone_url="https://example.com/a\nb"),
        lambda: make(options=PackitOptions(config_path="a\nb")),
        lambda: make(options=PackitOptions(release_suffix="\ud800")),
        lambda: make(build_deps=["gcc make"]),
        lambda: make(build_deps=["--installroot=/"]),
    ],
)
def test_what_cannot_be_passed_on_is_refused(call):
    with pytest.raises(RefusedError) as caught:
        call()
    assert caught.value.code == "bad-name"


def test_copr_takes_no_longer_script():
    with pytest.raises(RefusedError) as caught:
        make(TagCheckout(tag="a" * 4096))
    assert caught.value.code == "too-large"


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


needs_rpmbuild = pytest.mark.skipif(not shutil.which("rpmbuild"), reason="needs rpmbuild")


@needs_rpmbuild
def test_a_pull_request_is_merged_and_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    checkout = PullRequestCheckout(number=217, commit=upstream.change, target_branch="main")
    script = make(checkout, clone_url=str(upstream.folder))
    (name, version, release), files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert ".pr217." in release
    assert {"LATER", "spines.txt"} <= files


@needs_rpmbuild
def test_a_branch_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    script = make(
        BranchCheckout(branch="main", commit=upstream.main), clone_url=str(upstream.folder)
    )
    (name, _, release), files = built(tmp_path, environment, script)
    assert name == "hedgehog"
    assert ".main." in release
    assert "LATER" in files
    assert "spines.txt" not in files


@needs_rpmbuild
def test_a_tag_becomes_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    script = make(TagCheckout(tag="1.0"), clone_url=str(upstream.folder))
    (name, version, _), files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert "LATER" not in files


@needs_rpmbuild
def test_a_branch_and_a_folder_with_odd_names_become_a_package(tmp_path, environment):
    upstream = Upstream(tmp_path / "up $(touch x) 'stream'", environment)
    odd = "$(touch${IFS}x);'\"&"
    upstream.git("checkout", "--quiet", "-b", odd)
    commit = upstream.commit({f"{odd}.yaml": CONFIG})
    script = make(
        BranchCheckout(branch=odd, commit=commit),
        clone_url=str(upstream.folder),
        options=PackitOptions(config_path=f"{odd}.yaml"),
    )
    (name, version, _), _files = built(tmp_path, environment, script)
    assert (name, version) == ("hedgehog", "1.0")
    assert list(tmp_path.rglob("x")) == []


@needs_rpmbuild
def test_a_commit_that_was_pushed_away_is_named(tmp_path, environment):
    upstream = Upstream(tmp_path / "upstream", environment)
    upstream.git("update-ref", "refs/pull/217/head", upstream.main)
    checkout = PullRequestCheckout(number=217, commit=upstream.change, target_branch="main")
    (tmp_path / "work").mkdir()
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(make(checkout, clone_url=f"file://{upstream.folder}"), tmp_path / "work", environment)
    wanted = f"Commit {upstream.change} is no longer part of pull request 217.\n"
    assert caught.value.stdout.decode() == wanted

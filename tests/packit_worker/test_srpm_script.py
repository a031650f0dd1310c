"""The script for Copr: whatever a name holds stays a name, and the script makes a package."""

import os
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packit_worker.errors import RefusedError
from packit_worker.srpm_script import (
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

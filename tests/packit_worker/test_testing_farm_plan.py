"""From a `tests` job, as packit reads it, to a request."""

import pytest

from packit_worker.errors import RefusedError
from packit_worker.services.package_config import PackitConfigReader
from packit_worker.testing_farm import CoprArtifact, Plans
from packit_worker.testing_farm_plan import (
    BuiltPackage,
    TestedCode,
    has_own_repository,
    metadata_file,
    new_request,
    ranch_of,
)

SHA, BASE = "5" * 40, "a" * 40
CODE = TestedCode(
    commit=SHA,
    url="https://github.com/olaf/hello",
    target_url="https://github.com/octo/hello",
    target_sha=BASE,
    variables={"PACKIT_PR_ID": "7"},
)
BUILD = BuiltPackage(build_id=7000001, chroot="fedora-44-x86_64", project="packit/octo-hello-7")


def job(*lines):
    text = "specfile_path: hello.spec\njobs:\n- job: tests\n  trigger: pull_request\n"
    text += "".join(f"  {line}\n" for line in lines)
    return PackitConfigReader().read(".packit.yaml", text, repository="hello").jobs[0]


def request(*lines, build=BUILD, has_metadata=True):
    target = "fedora-44-x86_64"
    return new_request(job(*lines), CODE, target, "F", build=build, has_metadata=has_metadata)


def test_the_usual_request():
    made = request()
    assert made.ranch == "public"
    assert made.plans == Plans(url=CODE.url, ref=SHA, path=".", name=None, merge_sha=BASE)
    assert (made.arch, made.compose) == ("x86_64", "F")
    assert made.context == {
        "distro": "fedora-44",
        "arch": "x86_64",
        "trigger": "commit",
        "initiator": "packit",
    }
    assert made.artifacts == (CoprArtifact(build_id=7000001, chroot="fedora-44-x86_64"),)
    assert made.variables == {
        "PACKIT_COMMIT_SHA": SHA,
        "PACKIT_UPSTREAM_NAME": "hello",
        "PACKIT_DOWNSTREAM_NAME": "hello",
        "PACKIT_PACKAGE_NAME": "hello",
        "PACKIT_TARGET_SHA": BASE,
        "PACKIT_TARGET_URL": "https://github.com/octo/hello",
        "PACKIT_SOURCE_URL": "https://github.com/olaf/hello",
        "PACKIT_COPR_PROJECT": "packit/octo-hello-7",
        "PACKIT_PR_ID": "7",
    }
    assert (made.post_install_script, made.extra) == (None, {})


@pytest.mark.parametrize(
    ("lines", "plans"),
    [
        (["merge_pr_in_ci: false"], Plans(url=CODE.url, ref=SHA)),
        (["tmt_plan: /plans/a"], Plans(url=CODE.url, ref=SHA, name="/plans/a", merge_sha=BASE)),
        (["fmf_path: /tests/./os/"], Plans(url=CODE.url, ref=SHA, path="tests/os", merge_sha=BASE)),
        (
            ["use_target_repo_for_fmf_url: true"],
            Plans(url="https://github.com/octo/hello", ref=SHA, merge_sha=BASE),
        ),
        (
            ["fmf_url: https://example.com/tests", "fmf_ref: v1"],
            Plans(url="https://example.com/tests", ref="v1"),
        ),
        (["fmf_url: https://example.com/tests"], Plans(url="https://example.com/tests", ref=None)),
    ],
)
def test_where_the_tests_lie(lines, plans):
    assert request(*lines).plans == plans


def test_what_a_config_sets():
    made = request(
        "use_internal_tf: true",
        "env: {PACKIT_PR_ID: none, A: 1, B: yes, C: 1.5, D: null}",
        "tf_post_install_script: echo",
        "tf_extra_params: {environments: [{pool: big}]}",
    )
    assert made.ranch == "redhat"
    own = {name: made.variables[name] for name in ("PACKIT_PR_ID", "A", "B", "C", "D")}
    assert own == {"PACKIT_PR_ID": "none", "A": "1", "B": "true", "C": "1.5", "D": ""}
    assert made.post_install_script == "echo"
    assert made.extra == {"environments": [{"pool": "big"}]}


def test_without_tests_the_packages_are_installed():
    made = request(has_metadata=False)
    assert made.plans.name == "/packit/installation"
    assert made.variables == {"REPOSITORY": "packit/octo-hello-7"}
    assert made.artifacts == ()


def test_a_job_that_needs_no_build():
    made = request("skip_build: true", build=None)
    assert made.artifacts == ()
    assert "PACKIT_COPR_PROJECT" not in made.variables


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("fmf_path: null", ".fmf/version"),
        ("fmf_path: /", ".fmf/version"),
        ("fmf_path: ./tests/", "tests/.fmf/version"),
    ],
)
def test_the_file_without_which_there_are_no_tests(line, path):
    assert metadata_file(job(line)) == path


def test_a_path_that_leaves_the_repository():
    with pytest.raises(RefusedError) as caught:
        metadata_file(job("fmf_path: tests/../../secret"))
    assert caught.value.code == "bad-request"


def test_facts_of_a_job():
    assert ranch_of(job()) == "public"
    assert not has_own_repository(job())
    assert has_own_repository(job("fmf_url: https://example.com/tests"))

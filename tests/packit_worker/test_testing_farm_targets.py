"""What a `tests` job tests, and which jobs build it."""

import pytest

from packit_worker.services.package_config import PackitConfigReader
from packit_worker.testing_farm_targets import (
    TestTarget,
    built_chroots,
    targets_to_test,
    unbuilt_targets,
)


def jobs_of(*lines):
    text = "specfile_path: hello.spec\njobs:\n"
    text += "".join(f"- {{{line}}}\n" for line in lines)
    return PackitConfigReader().read(".packit.yaml", text, repository="hello").jobs


TESTS = "job: tests, trigger: pull_request"
BUILD = "job: copr_build, trigger: pull_request"


@pytest.mark.parametrize(
    ("line", "ranch", "expected"),
    [
        ("targets: [fedora-44]", "public", [("fedora-44-x86_64", "fedora-44-x86_64")]),
        (
            "targets: [fedora-stable]",
            "public",
            [
                ("fedora-43-x86_64", "fedora-43-x86_64"),
                ("fedora-44-x86_64", "fedora-44-x86_64"),
            ],
        ),
        ("targets: [epel-9]", "public", [("centos-stream-9-x86_64", "epel-9-x86_64")]),
        ("targets: [epel-8]", "redhat", [("rhel-8-x86_64", "epel-8-x86_64")]),
        (
            "targets: {epel-9-aarch64: {distros: [rhel-9.6.0, centos-stream-9]}}",
            "redhat",
            [
                ("rhel-9.6.0-aarch64", "epel-9-aarch64"),
                ("centos-stream-9-aarch64", "epel-9-aarch64"),
            ],
        ),
        ("tmt_plan: x", "public", [("fedora-rawhide-x86_64", "fedora-rawhide-x86_64")]),
    ],
)
def test_where_tests_run(bodhi_targets, line, ranch, expected):
    (job,) = jobs_of(f"{TESTS}, {line}")
    found = targets_to_test(job, bodhi_targets, ranch, built=["fedora-rawhide-x86_64"])
    assert found == tuple(TestTarget(*each) for each in expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["targets: [fedora-44]"], {"fedora-44-x86_64": ("copr_build#1",)}),
        (
            ["targets: [fedora-44]", "targets: [fedora-44, fedora-43]"],
            {"fedora-44-x86_64": ("copr_build#1",), "fedora-43-x86_64": ("copr_build#2",)},
        ),
        (
            ["targets: [fedora-44]", "targets: [fedora-43], identifier: mine"],
            {"fedora-43-x86_64": ("mine",)},
        ),
        (
            ["targets: [fedora-44]", "targets: [fedora-43], identifier: other"],
            {"fedora-44-x86_64": ("copr_build#1",)},
        ),
        (["targets: [fedora-44], identifier: other"], {"fedora-44-x86_64": ("other",)}),
    ],
)
def test_which_jobs_build_what_is_tested(bodhi_targets, lines, expected):
    jobs = jobs_of(f"{TESTS}, identifier: mine", *(f"{BUILD}, {line}" for line in lines))
    assert built_chroots(jobs[0], jobs, bodhi_targets) == expected


def test_a_build_of_another_trigger_is_none(bodhi_targets):
    jobs = jobs_of(
        f"{TESTS}, targets: [fedora-44]", "job: copr_build, trigger: release, targets: [fedora-43]"
    )
    assert built_chroots(jobs[0], jobs, bodhi_targets) == {"fedora-44-x86_64": ("tests#0",)}


def test_tests_jobs_bring_one_build_for_all(bodhi_targets):
    jobs = jobs_of(
        f"{TESTS}, skip_build: true, targets: [fedora-43]",
        f"{TESTS}, targets: [fedora-44]",
        f"{TESTS}, targets: [fedora-rawhide]",
    )
    expected = {
        "fedora-44-x86_64": ("tests#1", "tests#2"),
        "fedora-rawhide-x86_64": ("tests#1", "tests#2"),
    }
    assert built_chroots(jobs[2], jobs, bodhi_targets) == expected


def test_what_is_never_built(bodhi_targets):
    jobs = jobs_of(f"{TESTS}, targets: [fedora-44, epel-9]", f"{BUILD}, targets: [fedora-44]")
    assert unbuilt_targets(jobs[0], jobs, bodhi_targets, "public") == (
        TestTarget("centos-stream-9-x86_64", "epel-9-x86_64"),
    )


def test_a_build_of_another_package_is_none(bodhi_targets):
    text = (
        "packages: {a: {specfile_path: a.spec}, b: {specfile_path: b.spec}}\njobs:\n"
        f"- {{{BUILD}, targets: [fedora-44], packages: [a]}}\n"
        f"- {{{TESTS}, targets: [fedora-44], packages: [b]}}\n"
    )
    jobs = PackitConfigReader().read(".packit.yaml", text, repository="hello").jobs
    assert built_chroots(jobs[1], jobs, bodhi_targets) == {}

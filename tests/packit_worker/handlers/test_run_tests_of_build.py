"""Tests start after a good build, whose report was good too."""

import pytest
from testing_farm_side import BUILD, F44, RAWHIDE, TESTS

from packit_worker.errors import TransientError
from packit_worker.handler import Done, Failed

CONTEXT44, CONTEXT_RAWHIDE = f"testing-farm:{F44}", f"testing-farm:{RAWHIDE}"
BOTH = ["Fedora-44 x86_64", "Fedora-Rawhide x86_64"]
ACCEPTED = "Accepted. Waiting for Testing Farm to start the tests."


def test_a_good_build_is_tested(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull)
    assert farm_side.build_ends().outcome == "done"
    [request] = farm_side.requests
    assert request.body["test"]["tmt"] == {
        "url": "https://github.com/octo/hello",
        "ref": pull.head_sha,
        "path": ".",
        "merge_sha": farm_side.side.hello.git.resolve("main"),
    }
    [machine] = request.body["environments"]
    assert (machine["arch"], machine["os"]) == ("x86_64", {"compose": "Fedora-44"})
    assert machine["artifacts"] == [
        {"id": "9:fedora-44-x86_64", "type": "fedora-copr-build"},
    ]
    told = {name: machine["variables"][name] for name in ("PACKIT_PR_ID", "PACKIT_COPR_PROJECT")}
    assert told == {"PACKIT_PR_ID": "1", "PACKIT_COPR_PROJECT": "packit/octo-hello-1"}
    assert request.body["notification"]["webhook"]["token"] == "hook-hush"
    assert farm_side.rows() == [(CONTEXT44, "submitted")]
    assert farm_side.statuses() == [(f"packit/{CONTEXT44}", "pending", ACCEPTED)]
    row = farm_side.row_models()[0]
    assert (row.outside_id, row.target) == (request.id, F44)
    assert row.web_url == f"{farm_side.farm.url}/requests/{request.id}"
    assert "hush" not in str(row.details)


def test_each_chroot_is_tested(farm_side):
    farm_side.built(farm_side.pull())
    farm_side.build_ends(F44)
    farm_side.build_ends(RAWHIDE)
    assert [one.target for one in farm_side.requests] == [
        "Fedora-44 x86_64",
        "Fedora-Rawhide x86_64",
    ]
    assert farm_side.rows() == [(CONTEXT44, "submitted"), (CONTEXT_RAWHIDE, "submitted")]


@pytest.mark.parametrize("chroot", [F44, "srpm-builds"])
def test_a_failed_build_is_not_tested(farm_side, chroot):
    farm_side.built(farm_side.pull())
    farm_side.build_ends(chroot, status=0)
    assert (farm_side.requests, farm_side.rows(), farm_side.statuses()) == ([], [], [])


@pytest.mark.parametrize("act", [ZeroDivisionError(), Failed("refused", "no"), TransientError("x")])
def test_a_build_whose_report_fails_is_not_tested(farm_side, act):
    farm_side.side.handlers.acts["CoprBuildEndHandler"] = act
    farm_side.built(farm_side.pull())
    farm_side.build_ends()
    assert (farm_side.requests, farm_side.rows()) == ([], [])


def test_a_report_that_waits_is_waited_for(farm_side):
    farm_side.side.handlers.acts["CoprBuildEndHandler"] = [TransientError("x"), Done("reported")]
    farm_side.built(farm_side.pull())
    assert farm_side.build_ends(event_id="end").outcome == "waiting"
    assert farm_side.requests == []
    farm_side.side.make_due("end")
    assert farm_side.build_ends(event_id="end").outcome == "done"
    assert len(farm_side.requests) == 1


def test_the_end_of_another_jobs_build_is_not_tested(farm_side):
    jobs = (
        "  - {job: copr_build, trigger: pull_request, targets: [fedora-44], identifier: old}\n"
        "  - {job: copr_build, trigger: pull_request, targets: [fedora-44], identifier: new}\n"
        "  - {job: tests, trigger: pull_request, targets: [fedora-44], identifier: new}\n"
    )
    pull = farm_side.pull(jobs)
    farm_side.built(pull, {F44: "success"}, job="old", number=9)
    farm_side.built(pull, {F44: "success"}, job="new", number=10)
    farm_side.build_ends(number=9)
    assert farm_side.requests == []
    farm_side.build_ends(number=10)
    assert farm_side.rows() == [(f"{CONTEXT44}:new", "submitted")]


def test_a_chroot_that_nobody_tests(farm_side):
    farm_side.built(farm_side.pull(BUILD + TESTS.replace(", fedora-rawhide", "")))
    farm_side.build_ends(RAWHIDE)
    assert (farm_side.requests, farm_side.rows()) == ([], [])


def test_a_build_of_a_commit_that_moved_on_is_not_tested(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull)
    pull.head_sha = farm_side.side.hello.git.commit({"a": "b"}, ref="refs/pull/1/head")
    end = farm_side.build_ends(event_id="end")
    assert end.outcome == "done"
    assert farm_side.side.states("end")[-1][-1] == "skipped"
    assert (farm_side.requests, farm_side.statuses()) == ([], [])


def test_without_tests_the_packages_are_installed(farm_side):
    farm_side.built(farm_side.pull(files={}))
    farm_side.build_ends()
    [request] = farm_side.requests
    assert request.body["test"]["tmt"]["name"] == "/packit/installation"
    assert request.body["environments"][0]["variables"] == {"REPOSITORY": "packit/octo-hello-1"}


def test_a_chroot_may_be_tested_on_several_systems(farm_side):
    jobs = BUILD.replace("fedora-44", "epel-9") + (
        "  - job: tests\n    trigger: pull_request\n"
        "    targets: {epel-9-x86_64: {distros: [centos-stream-9, CentOS-Stream-10]}}\n"
    )
    farm_side.built(farm_side.pull(jobs), {"epel-9-x86_64": "success"})
    farm_side.build_ends("epel-9-x86_64")
    targets = [one.target for one in farm_side.requests]
    assert targets == ["CentOS-Stream-9 x86_64", "CentOS-Stream-10 x86_64"]
    assert {one.body["environments"][0]["artifacts"][0]["id"] for one in farm_side.requests} == {
        "9:epel-9-x86_64"
    }


def test_a_job_without_targets_tests_what_is_built(farm_side):
    farm_side.built(farm_side.pull(BUILD + "  - {job: tests, trigger: pull_request}\n"))
    farm_side.build_ends(RAWHIDE)
    assert farm_side.rows() == [(CONTEXT_RAWHIDE, "submitted")]


def test_several_jobs_have_statuses_of_their_own(farm_side):
    jobs = BUILD + TESTS + TESTS + TESTS.replace("trigger", "identifier: slow, trigger")
    farm_side.built(farm_side.pull(jobs))
    farm_side.build_ends()
    assert [context for context, _ in farm_side.rows()] == [
        f"{CONTEXT44}:1",
        f"{CONTEXT44}:2",
        f"{CONTEXT44}:slow",
    ]
    assert len(farm_side.requests) == 3


def test_tests_on_command_alone_do_not_start_by_themselves(farm_side):
    farm_side.built(
        farm_side.pull(BUILD + TESTS.replace("trigger:", "manual_trigger: true, trigger:"))
    )
    farm_side.build_ends()
    assert farm_side.rows() == []

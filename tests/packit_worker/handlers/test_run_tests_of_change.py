"""Tests that need no build start at once, and what can never be tested is said at once."""

import pytest
from testing_farm_side import ALONE, BUILD, F44, FMF, RAWHIDE, TESTS

CONTEXT44, CONTEXT_RAWHIDE = f"testing-farm:{F44}", f"testing-farm:{RAWHIDE}"
BOTH = ["Fedora-44 x86_64", "Fedora-Rawhide x86_64"]


def test_tests_without_a_build_start_with_the_pull_request(farm_side):
    pull = farm_side.pull(ALONE)
    assert farm_side.opened(pull).outcome == "done"
    targets = [one.target for one in farm_side.requests]
    assert targets == ["Fedora-43 x86_64", "Fedora-44 x86_64"]
    assert all("artifacts" not in one.body["environments"][0] for one in farm_side.requests)
    assert set(farm_side.shown().values()) == {"pending"}


NAMELESS = "  - {job: tests, trigger: pull_request, skip_build: true}\n"


@pytest.mark.parametrize(
    ("jobs", "targets"),
    [
        (NAMELESS, ["Fedora-43 x86_64", "Fedora-44 x86_64"]),
        (BUILD + NAMELESS, BOTH),
        (TESTS.replace("44, fedora-", "") + NAMELESS, ["Fedora-Rawhide x86_64"]),
    ],
)
def test_tests_without_targets_run_where_it_is_built_or_on_the_stable_fedoras(
    farm_side, jobs, targets
):
    assert farm_side.opened(farm_side.pull(jobs)).outcome == "done"
    assert [one.target for one in farm_side.requests] == targets


def test_tests_that_need_a_build_wait_for_it(farm_side):
    assert farm_side.opened(farm_side.pull()).outcome == "skipped"
    assert (farm_side.requests, farm_side.statuses()) == ([], [])


def test_an_outsider_starts_none(farm_side):
    assert farm_side.opened(farm_side.pull(ALONE, author="olaf")).outcome == "denied"
    assert (farm_side.requests, farm_side.rows()) == ([], [])


def test_an_outsider_is_told_nothing_of_tests_that_only_wait(farm_side):
    farm_side.opened(farm_side.pull(author="olaf"))
    assert farm_side.statuses() == []


def test_without_tests_and_without_a_build_there_is_nothing_to_do(farm_side):
    end = farm_side.opened(farm_side.pull(ALONE.replace("stable", "44"), files={}))
    assert end.outcome == "failed"
    text = "There are no tests: .fmf/version is missing. `fmf init` makes it."
    assert farm_side.statuses()[-1] == (f"packit/{CONTEXT44}", "error", text)
    assert farm_side.requests == []


def test_targets_that_are_never_built_are_told_at_once(farm_side):
    jobs = BUILD + TESTS.replace("fedora-rawhide", "epel-9")
    assert farm_side.opened(farm_side.pull(jobs)).outcome == "failed"
    text = "No build of this target is configured. Add it to the targets of a copr_build job."
    context = "testing-farm:centos-stream-9-x86_64"
    assert farm_side.statuses()[-1] == (f"packit/{context}", "error", text)
    assert farm_side.rows() == [(context, "error")]


def test_of_an_outsider_s_change_they_are_told_with_its_build_once(farm_side):
    jobs = BUILD + TESTS.replace("fedora-rawhide", "epel-9")
    pull = farm_side.pull(jobs, author="olaf")
    farm_side.opened(pull)
    assert farm_side.rows() == []
    farm_side.built(pull)
    farm_side.build_ends(RAWHIDE)
    context = "testing-farm:centos-stream-9-x86_64"
    assert farm_side.rows() == [(context, "error")]
    text = "No build of this target is configured. Add it to the targets of a copr_build job."
    assert (f"packit/{context}", "error", text) in farm_side.statuses()
    farm_side.build_ends(F44)
    assert farm_side.rows() == [(context, "error"), (CONTEXT44, "submitted")]


def test_two_jobs_that_bring_one_build_test_what_it_builds(farm_side):
    jobs = TESTS.replace(", fedora-rawhide", "") + TESTS.replace("fedora-44, ", "")
    pull = farm_side.pull(jobs)
    assert farm_side.opened(pull).outcome == "skipped"
    farm_side.built(pull, job="tests#0")
    farm_side.build_ends(F44)
    farm_side.build_ends(RAWHIDE)
    assert [one.target for one in farm_side.requests] == [
        "Fedora-44 x86_64",
        "Fedora-Rawhide x86_64",
    ]


def test_a_push_is_tested_on_its_branch(farm_side):
    jobs = ALONE.replace("pull_request", "commit").replace("stable", "44")
    commit = farm_side.side.hello.git.commit(
        {".packit.yaml": "specfile_path: hello.spec\njobs:\n" + jobs, **FMF}, ref="refs/heads/main"
    )
    farm_side.process(farm_side.side.push_event(commit))
    [request] = farm_side.requests
    assert request.body["test"]["tmt"]["ref"] == commit
    assert "merge_sha" not in request.body["test"]["tmt"]
    assert farm_side.rows() == [(f"testing-farm:main:{F44}", "submitted")]
    farm_side.process(farm_side.side.push_event(commit, git_ref="other"))
    assert len(farm_side.requests) == 1


# What cannot be run is said.


def test_a_release_is_tested(farm_side):
    jobs = ALONE.replace("pull_request", "release").replace("stable", "44")
    files = {".packit.yaml": "specfile_path: hello.spec\njobs:\n" + jobs, **FMF}
    commit = farm_side.side.hello.git.commit(files, ref="refs/tags/v1")
    farm_side.process(farm_side.side.release_event("v1"))
    [request] = farm_side.requests
    assert request.body["test"]["tmt"]["ref"] == commit
    assert request.body["environments"][0]["variables"]["PACKIT_TAG_NAME"] == "v1"
    assert farm_side.rows() == [(f"testing-farm:v1:{F44}", "submitted")]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("fedora-39", "Testing Farm (public) has no such system. Change the targets of the job."),
        ("fedora-44-s390x", "Testing Farm (public) has no such system. Change the targets of the"),
    ],
)
def test_a_system_that_testing_farm_lacks(farm_side, target, text):
    farm_side.opened(farm_side.pull(ALONE.replace("fedora-stable", target)))
    assert farm_side.statuses()[-1][1] == "error"
    assert farm_side.statuses()[-1][2].startswith(text)


INSIDE = ALONE.replace("stable", "44").replace("trigger:", "use_internal_tf: true, trigger:")


def test_the_internal_ranch_is_for_those_who_may(farm_side):
    farm_side.opened(farm_side.pull(INSIDE))
    assert farm_side.requests == []
    assert farm_side.statuses()[-1][1:] == (
        "error",
        "Tests inside Red Hat are not enabled for this repository. Ask who runs this.",
    )
    farm_side.policy(internal_test_projects=frozenset({"github.com/octo/hello"}))
    farm_side.opened(farm_side.pull(INSIDE))
    [request] = farm_side.requests
    assert (request.ranch, request.target) == ("redhat", "Fedora-44-Updated x86_64")


def test_a_config_that_testing_farm_refuses(farm_side):
    extra = "tf_extra_params: {environments: [{hard: x}]}, trigger:"
    farm_side.opened(farm_side.pull(ALONE.replace("stable", "44").replace("trigger:", extra)))
    [*_, (context, state, text)] = farm_side.statuses()
    assert (context, state) == (f"packit/{CONTEXT44}", "error")
    assert "environments.0.hard: Unknown field." in text


def test_a_wrong_key_is_not_the_changes_fault(open_farm_side):
    side = open_farm_side(keys={"public": "stale-hush"})
    side.built(side.pull())
    side.build_ends()
    [*_, (_, state, text)] = side.statuses()
    assert (state, text[:43]) == ("pending", "Waiting for Testing Farm (bad-credentials).")
    assert "hush" not in text


def test_a_ranch_without_a_key(open_farm_side):
    side = open_farm_side(keys={})
    side.built(side.pull())
    assert side.build_ends().outcome == "failed"
    [*_, (_, state, text)] = side.statuses()
    assert (state, text) == (
        "error",
        (
            "Not your change: not-configured: no API key of the ranch public is set."
            " An operator of this service must mend it."
        ),
    )

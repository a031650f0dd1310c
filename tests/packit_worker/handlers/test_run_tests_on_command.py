"""`/packit test`: what is built is tested again; what is not is told."""

import pytest
from testing_farm_side import ALONE, BUILD, F44, RAWHIDE, TESTS

CONTEXT44, CONTEXT_RAWHIDE = f"testing-farm:{F44}", f"testing-farm:{RAWHIDE}"
BOTH = ["Fedora-44 x86_64", "Fedora-Rawhide x86_64"]


def test_a_command_tests_the_newest_good_build(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull, number=9)
    farm_side.built(pull, number=10)
    assert farm_side.comments(pull).outcome == "done"
    artifacts = [one.body["environments"][0]["artifacts"][0]["id"] for one in farm_side.requests]
    assert artifacts == [f"10:{F44}", f"10:{RAWHIDE}"]
    assert farm_side.answers() == []


def test_without_a_build_a_command_is_told_what_to_do(farm_side):
    pull = farm_side.pull()
    assert farm_side.comments(pull).outcome == "skipped"
    answer = f"There is no successful build of {pull.head_sha[:7]} to test."
    answer += ' Comment "/packit build": the tests start when it has ended.'
    assert farm_side.answers() == [answer]
    assert (farm_side.requests, farm_side.rows()) == ([], [])


def test_while_it_is_built_a_command_is_told_to_wait(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull, {F44: "running", RAWHIDE: "submitted"})
    farm_side.comments(pull)
    assert farm_side.answers() == ["The build has not ended: the tests start when it has ended."]
    assert farm_side.rows() == []


WAIT = "The build has not ended: the tests start when it has ended."
REBUILD = (
    "There is no successful build of {sha} to test."
    ' Comment "/packit build": the tests start when it has ended.'
)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({F44: "running", RAWHIDE: "success"}, WAIT),
        # What is still built here is none of its targets: no tests would follow.
        ({F44: "failure", RAWHIDE: "running"}, REBUILD),
    ],
)
def test_the_builds_of_its_own_targets_say_what_a_command_is_answered(farm_side, states, expected):
    pull = farm_side.pull(BUILD + TESTS.replace(", fedora-rawhide", ""))
    farm_side.built(pull, states)
    farm_side.comments(pull)
    assert farm_side.answers() == [expected.format(sha=pull.head_sha[:7])]
    assert farm_side.rows() == []


MANUAL = BUILD + TESTS.replace("trigger", "manual_trigger: true, trigger", 1)


def test_a_command_while_a_manual_job_is_built_is_remembered(farm_side):
    pull = farm_side.pull(MANUAL)
    farm_side.built(pull, {F44: "running", RAWHIDE: "submitted"})
    assert farm_side.build_ends(RAWHIDE).outcome == "done"
    assert farm_side.requests == []
    farm_side.comments(pull)
    assert farm_side.answers() == ["The build has not ended: the tests start when it has ended."]
    farm_side.comments(pull)
    farm_side.build_ends(F44)
    farm_side.build_ends(F44)
    assert [one.target for one in farm_side.requests] == ["Fedora-44 x86_64"]
    # Of another build nobody asked.
    farm_side.built(pull, {F44: "running"}, number=10)
    farm_side.build_ends(F44, number=10)
    assert len(farm_side.requests) == 1


def test_a_manual_job_of_which_one_chroot_is_built_already(farm_side):
    pull = farm_side.pull(MANUAL)
    farm_side.built(pull, {F44: "success", RAWHIDE: "running"})
    farm_side.comments(pull)
    assert [one.target for one in farm_side.requests] == ["Fedora-44 x86_64"]
    farm_side.build_ends(RAWHIDE)
    assert [one.target for one in farm_side.requests] == BOTH


def test_a_manual_job_is_not_tested_after_a_failed_build(farm_side):
    pull = farm_side.pull(MANUAL)
    farm_side.built(pull, {F44: "running"})
    farm_side.comments(pull)
    farm_side.build_ends(F44, status=0)
    assert farm_side.requests == []


def test_a_command_says_of_each_target_what_it_lacks(farm_side):
    pull = farm_side.pull(BUILD + TESTS.replace("44", "44, fedora-43"))
    farm_side.built(pull, {F44: "success", RAWHIDE: "failure"})
    farm_side.comments(pull)
    assert farm_side.shown() == {
        f"packit/{CONTEXT44}": "pending",
        f"packit/{CONTEXT_RAWHIDE}": "error",
        "packit/testing-farm:fedora-43-x86_64": "error",
    }
    assert len(farm_side.requests) == 1


def test_six_jobs_without_a_build_get_one_answer(farm_side):
    jobs = BUILD + "".join(TESTS.replace("trigger", f"identifier: i{n}, trigger") for n in range(6))
    pull = farm_side.pull(jobs)
    farm_side.comments(pull)
    assert len(farm_side.answers()) == 1
    assert farm_side.rows() == []


LABELED = BUILD + "".join(
    TESTS.replace("trigger", f"identifier: {name}, labels: [{labels}], trigger")
    for name, labels in (("a", "fast"), ("b", "slow"), ("c", "fast, slow"))
)


@pytest.mark.parametrize(
    ("options", "jobs"),
    [
        ("", ["a", "b", "c"]),
        ("--labels fast", ["a", "c"]),
        ("--labels=slow,none", ["b", "c"]),
        ("--identifier b", ["b"]),
        ("--identifier b --labels fast", []),
    ],
)
def test_a_command_may_choose(farm_side, options, jobs):
    pull = farm_side.pull(LABELED)
    farm_side.built(pull, {F44: "success"})
    farm_side.comments(pull, f"/packit test {options}")
    tested = [context for context, state in farm_side.rows() if state == "submitted"]
    assert tested == [f"{CONTEXT44}:{job}" for job in jobs]


@pytest.mark.parametrize(
    ("usual", "options", "jobs"),
    [
        ("default_labels: [slow]", "", ["b", "c"]),
        ("default_identifier: a", "", ["a"]),
        ("default_labels: [slow]", "--identifier a", ["a"]),
    ],
)
def test_a_config_says_what_a_bare_command_means(farm_side, usual, options, jobs):
    pull = farm_side.pull(f"{LABELED}test_command: {{{usual}}}\n")
    farm_side.built(pull, {F44: "success"})
    farm_side.comments(pull, f"/packit test {options}")
    tested = [context for context, state in farm_side.rows() if state == "submitted"]
    assert tested == [f"{CONTEXT44}:{job}" for job in jobs]


def test_a_stranger_is_refused_and_the_author_is_not(farm_side):
    pull = farm_side.pull(author="olaf")
    farm_side.built(pull)
    farm_side.side.github.world.user("stranger")
    assert farm_side.comments(pull, login="stranger").outcome == "denied"
    assert farm_side.requests == []
    farm_side.comments(pull, login="olaf")
    assert len(farm_side.requests) == 2


def test_a_command_twice_tests_once(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull)
    farm_side.comments(pull)
    farm_side.comments(pull)
    assert len(farm_side.requests) == 2
    [answer] = farm_side.answers()
    assert answer.startswith("Already running for job `tests#1` since ")


def test_a_command_while_the_tests_after_a_build_run(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull)
    farm_side.build_ends(F44)
    farm_side.comments(pull)
    assert [one.target for one in farm_side.requests] == [
        "Fedora-44 x86_64",
        "Fedora-Rawhide x86_64",
    ]
    farm_side.comments(pull)
    assert len(farm_side.requests) == 2


def test_a_new_build_of_the_commit_is_tested_though_the_old_tests_run(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull, {F44: "success"}, number=9)
    farm_side.build_ends(number=9)
    farm_side.built(pull, {F44: "success"}, number=10)
    farm_side.build_ends(number=10)
    artifacts = [one.body["environments"][0]["artifacts"][0]["id"] for one in farm_side.requests]
    assert artifacts == [f"9:{F44}", f"10:{F44}"]


def test_tests_that_have_ended_are_run_again(farm_side):
    pull = farm_side.pull()
    farm_side.built(pull, {F44: "success"})
    farm_side.build_ends()
    [test] = farm_side.requests
    farm_side.farm.run(test.id)
    farm_side.told(test)
    farm_side.comments(pull)
    assert len(farm_side.requests) == 2
    assert farm_side.shown()[f"packit/{CONTEXT44}"] == "pending"


def test_a_command_for_tests_without_a_build(farm_side):
    pull = farm_side.pull(ALONE)
    farm_side.comments(pull)
    assert len(farm_side.requests) == 2


def test_the_refusal_of_an_outsider_does_not_stay_red_when_a_maintainer_runs_the_tests(farm_side):
    """It was shown without a target; the test runs have contexts of their own."""
    side = farm_side
    pull = side.pull(ALONE, author="olaf")
    assert side.opened(pull).outcome == "denied"
    assert side.shown() == {"packit/testing-farm": "error"}
    assert side.statuses()[-1][-1].endswith('A maintainer can comment "/packit test".')
    for _ in range(2):
        assert side.comments(pull).outcome in ("done", "skipped")
    assert side.shown()["packit/testing-farm"] == "success"
    assert [name for name, *_ in side.statuses()].count("packit/testing-farm") == 2

"""Tests of a newer commit end those of the older one."""

import pytest
from testing_farm_side import ALONE, BUILD, F44, FMF, TESTS

from packit_worker.sandbox.faults import Fault

CONTEXT = f"packit/testing-farm:{F44}"


def pushed(farm_side, pull):
    side = farm_side.side
    pull.head_sha = side.hello.git.commit({"more": "x"}, ref=f"refs/pull/{pull.id}/head")


def states(farm_side):
    return [test.state for test in farm_side.requests]


def of_commit(farm_side, commit):
    found = [one for one in farm_side.side.writes("status") if one["sha"] == commit]
    return {one["context"]: (one["state"], one["description"]) for one in found}


def test_tests_of_an_older_commit_are_canceled_when_those_of_the_newer_start(farm_side):
    pull = farm_side.pull(BUILD + TESTS)
    old = pull.head_sha
    farm_side.built(pull, {F44: "success"}, number=9)
    farm_side.build_ends(number=9)
    pushed(farm_side, pull)
    farm_side.built(pull, {F44: "success"}, number=10)
    farm_side.build_ends(number=10)
    assert states(farm_side) == ["canceled", "new"]
    text = f"Superseded by {pull.head_sha[:7]}."
    assert of_commit(farm_side, old) == {CONTEXT: ("error", text)}
    assert of_commit(farm_side, pull.head_sha)[CONTEXT][0] == "pending"
    # Testing Farm tells of the cancellation: nothing changes.
    farm_side.told(farm_side.requests[0])
    assert of_commit(farm_side, old) == {CONTEXT: ("error", text)}


def test_tests_without_a_build(farm_side):
    pull = farm_side.pull(ALONE.replace("stable", "44"))
    farm_side.opened(pull)
    pushed(farm_side, pull)
    farm_side.opened(pull, action="synchronize")
    assert states(farm_side) == ["canceled", "new"]


@pytest.mark.parametrize("jobs", [BUILD + TESTS, ALONE.replace("stable", "44")])
def test_what_a_command_asked_for_is_not_tested_in_a_commit_that_came_later(farm_side, jobs):
    pull = farm_side.pull(jobs)
    older = pull.head_sha
    farm_side.built(pull, {F44: "success"})
    farm_side.farm.faults.add(Fault(kind="unavailable", match="POST"))
    assert farm_side.comments(pull, event_id="asked").outcome == "waiting"
    pushed(farm_side, pull)
    farm_side.side.make_due("asked")
    end = farm_side.comments(pull, event_id="asked")
    assert (end.outcome, end.code, farm_side.requests) == ("skipped", "superseded", [])
    text = f"Superseded by {pull.head_sha[:7]}."
    assert of_commit(farm_side, older)[CONTEXT] == ("error", text)
    assert of_commit(farm_side, pull.head_sha) == {}


def test_tests_of_another_job_or_pull_request_go_on(farm_side):
    alone = ALONE.replace("stable", "44").replace("trigger", "identifier: alone, trigger")
    pull = farm_side.pull(BUILD + TESTS + alone, files=FMF)
    other = farm_side.pull(alone)
    farm_side.opened(pull)
    farm_side.opened(other)
    pushed(farm_side, pull)
    farm_side.built(pull, {F44: "success"})
    farm_side.build_ends()
    assert states(farm_side) == ["new", "new", "new"]


@pytest.mark.parametrize("ended", [False, True])
def test_what_testing_farm_does_not_cancel_ends_all_the_same(farm_side, ended):
    pull = farm_side.pull(ALONE.replace("stable", "44"))
    old = pull.head_sha
    farm_side.opened(pull)
    if ended:
        farm_side.farm.run(farm_side.requests[0].id)
    else:
        farm_side.farm.world.tests[farm_side.requests[0].id].move("gone")
    pushed(farm_side, pull)
    assert farm_side.opened(pull, action="synchronize").outcome == "done"
    assert of_commit(farm_side, old)[CONTEXT][0] == "error"

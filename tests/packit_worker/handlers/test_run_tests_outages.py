"""Testing Farm is down, its answer is lost, or a worker dies: each run ends visibly, and once."""

import pytest
from engine_side import COPR_CONFIG
from testing_farm_side import ALONE, F44, FMF

from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.testing_farm_backend import Outcome

CONTEXT44 = f"testing-farm:{F44}"


@pytest.mark.parametrize("match", ["POST", "GET"])
def test_an_outage_is_waited_for(farm_side, match):
    farm_side.built(farm_side.pull())
    farm_side.farm.faults.add(Fault(kind="unavailable", match=match))
    assert farm_side.build_ends(event_id="end").outcome == "waiting"
    [*_, (_, state, text)] = farm_side.statuses()
    assert (state, text[:45]) == ("pending", "Waiting for Testing Farm (http-503). Tried ag")
    assert farm_side.requests == []
    farm_side.side.make_due("end")
    assert farm_side.build_ends(event_id="end").outcome == "done"
    assert len(farm_side.requests) == 1
    assert farm_side.rows() == [(CONTEXT44, "submitted")]


def test_an_outage_that_does_not_end_has_a_final_status(farm_side):
    farm_side.built(farm_side.pull())
    farm_side.farm.faults.add(Fault(kind="unavailable", match="POST", count=-1))
    for _attempt in range(3):
        end = farm_side.build_ends(event_id="end")
        farm_side.side.make_due("end")
    assert end.outcome == "gave-up"
    assert farm_side.rows() == [(CONTEXT44, "error")]
    assert farm_side.shown() == {f"packit/{CONTEXT44}": "error"}
    assert farm_side.requests == []


@pytest.mark.parametrize("kind", ["timeout", "drop"])
def test_an_answer_that_is_lost_ends_visibly_and_is_not_asked_for_again(farm_side, kind):
    farm_side.built(farm_side.pull())
    farm_side.farm.faults.add(Fault(kind=kind, match="POST", after=True))
    assert farm_side.build_ends(event_id="end").outcome == "failed"
    assert len(farm_side.requests) == 1
    assert farm_side.rows() == [(CONTEXT44, "unknown-if-submitted")]
    assert farm_side.statuses()[-1] == (
        f"packit/{CONTEXT44}",
        "error",
        (
            "Not your change: nobody knows if Testing Farm got the tests."
            ' Comment "/packit test" to try again.'
        ),
    )


PUSHED = ALONE.replace("pull_request", "commit").replace("stable", "44")


@pytest.mark.parametrize("is_lost", [True, False])
def test_tests_of_a_push_ask_for_no_comment(farm_side, is_lost):
    side = farm_side
    files = {".packit.yaml": COPR_CONFIG + PUSHED, **FMF}
    commit = side.side.hello.git.commit(files, ref="refs/heads/main")
    if is_lost:
        side.farm.faults.add(Fault(kind="drop", match="POST", after=True))
    side.process(side.side.push_event(commit))
    if not is_lost:
        [test] = side.requests
        side.farm.run(test.id, Outcome(state="canceled"))
        side.told(test)
    assert side.statuses()[-1][-1].endswith(". Push another commit to try again.")


class KilledError(BaseException):
    """As if the process ended here."""


def test_a_worker_that_dies_before_it_has_the_number_ends_visibly(farm_side):
    """Its successor cannot know whether the request was accepted, and does not send another."""
    farm_side.built(farm_side.pull())
    with pytest.raises(KilledError):
        _kill(farm_side)
    assert farm_side.rows() == [(CONTEXT44, "submitting")]
    farm_side.side.lose_worker("end")
    assert farm_side.build_ends(event_id="end").outcome == "failed"
    assert farm_side.rows() == [(CONTEXT44, "unknown-if-submitted")]
    assert len(farm_side.requests) == 1
    assert farm_side.shown() == {f"packit/{CONTEXT44}": "error"}


def test_a_worker_that_dies_before_the_call_loses_nothing(farm_side):
    farm_side.built(farm_side.pull())
    farm_side.farm.faults.add(Fault(kind="unavailable", match="GET"))
    farm_side.build_ends(event_id="end")
    farm_side.side.lose_worker("end")
    farm_side.side.make_due("end")
    assert farm_side.build_ends(event_id="end").outcome == "done"
    assert farm_side.rows() == [(CONTEXT44, "submitted")]


def _kill(side):
    """Die in the answer of the submission: before the number is stored."""
    farm = side.side.engine.services.testing_farm()
    submit = farm.submit

    def dying(request):
        submit(request)
        raise KilledError

    farm.submit = dying
    try:
        side.build_ends(event_id="end")
    finally:
        farm.submit = submit

"""What each word of Testing Farm means."""

import pytest

from packit_worker.sentences import again
from packit_worker.testing_farm import FarmRequest
from packit_worker.testing_farm_outcome import outcome_of, result_of
from packit_worker.texts import STATUS_LIMIT

AGAIN = "{again}"
NUMBER = "0f2d4c1a-55aa-4c3e-9b1a-7d1c2b3a4e5f"


@pytest.mark.parametrize(
    ("state", "overall", "summary", "progress", "text"),
    [
        ("new", None, None, "submitted", "Waiting for Testing Farm to start the tests."),
        ("queued", None, None, "submitted", "Waiting for Testing Farm to start the tests."),
        ("running", None, None, "running", "The tests are running."),
        ("RUNNING", None, None, "running", "The tests are running."),
        ("cancel-requested", None, None, "running", "The tests are being canceled."),
        ("canceled", None, None, "canceled", f"The tests were canceled. {AGAIN}"),
        ("complete", "passed", "All good.", "success", "The tests passed."),
        ("complete", "skipped", None, "success", "No test was run: all were skipped."),
        ("complete", "failed", None, "failure", "The tests failed."),
        ("complete", "failed", "2 of\n 3 failed.", "failure", "The tests failed. 2 of 3 failed."),
        (
            "complete",
            "error",
            "No machine",
            "error",
            f"Not your change: the tests could not be run. {AGAIN} No machine.",
        ),
        (
            "complete",
            "unknown",
            None,
            "error",
            f"Testing Farm does not know how the tests ended. {AGAIN}",
        ),
        (
            "complete",
            None,
            None,
            "error",
            f"Testing Farm does not know how the tests ended. {AGAIN}",
        ),
        (
            "complete",
            "splendid",
            None,
            "error",
            f'Testing Farm told the result "splendid", which is not known. {AGAIN}',
        ),
        (
            "error",
            None,
            "Plan /x does not exist",
            "error",
            f"Not your change: the tests could not be run. {AGAIN} Plan /x does not exist.",
        ),
        (
            "baking",
            None,
            None,
            "error",
            f'Testing Farm told the state "baking", which is not known. {AGAIN}',
        ),
    ],
)
def test_every_word(state, overall, summary, progress, text):
    outcome = outcome_of(FarmRequest(id=NUMBER, state=state, overall=overall, summary=summary))
    assert (outcome.progress, outcome.text) == (progress, text)


@pytest.mark.parametrize(
    ("result", "progress"),
    [
        ("new", "submitted"),
        ("running", "running"),
        ("passed", "success"),
        ("failed", "failure"),
        ("error", "error"),
        (None, "error"),
        ("needs_inspection", "error"),
    ],
)
def test_the_inline_result_of_2020(result, progress):
    assert result_of(result, "").progress == progress


def test_how_to_run_again_is_never_cut_off():
    outcome = result_of("error", "x" * 500)
    longest = again("GithubTestingFarmHandler", "release", "/packit")
    assert longest in outcome.text.replace("{again}", longest)[: STATUS_LIMIT - 10]

import json

import pytest
from saved_messages import load

from parsers import MalformedError, Parsed, parse

FOLDER = "testing-farm/testing_farm_result/"


def test_notification_tells_the_request_only():
    outcome = parse(load(FOLDER + "notification"))
    assert outcome == Parsed(
        "TestingFarmResultEvent",
        {
            "pipeline_id": "b2f252eb-5f1d-4fe6-9216-c4d78d53f94b",
            "result": None,
            "summary": None,
            "log_url": None,
            "copr_chroot": None,
            "commit_sha": None,
            "https_url": None,
        },
    )
    assert outcome.task == "task.process_testing_farm_result_event"


def test_result_that_comes_whole():
    assert parse(load(FOLDER + "passed")).kwargs == {
        "pipeline_id": "a2b91d1b-2557-464a-9702-c29d9a0bfdea",
        "result": "passed",
        "summary": "All tests passed",
        "log_url": "https://artifacts.example.org/pipe/pipeline.log",
        "copr_chroot": "fedora-40-x86_64",
        "commit_sha": "672475c04fdb0eca89d561b29845be86b53fcfd4",
        "https_url": "https://github.com/brewing/teapot",
    }


def test_error_without_a_log():
    assert parse(load(FOLDER + "error")).kwargs == {
        "pipeline_id": "a2b91d1b-2557-464a-9702-c29d9a0bfdea",
        "result": "error",
        "summary": "The image could not be provisioned",
        "log_url": None,
        "copr_chroot": "fedora-40-x86_64",
        "commit_sha": "672475c04fdb0eca89d561b29845be86b53fcfd4",
        "https_url": "https://github.com/brewing/teapot",
    }


def test_pipeline_alone_is_enough():
    assert parse({"pipeline": {"id": "p1"}}).kwargs == {
        "pipeline_id": "p1",
        "result": None,
        "summary": None,
        "log_url": None,
        "copr_chroot": None,
        "commit_sha": None,
        "https_url": None,
    }


def test_unknown_result_is_passed_on_and_an_address_without_git_kept():
    event = load(FOLDER + "passed")
    event["result"] = "Skipped"
    event["artifact"]["git-url"] = "https://gitlab.com/brewing/gitea"
    kwargs = parse(event).kwargs
    assert kwargs["result"] == "skipped"
    assert kwargs["https_url"] == "https://gitlab.com/brewing/gitea"


@pytest.mark.parametrize("case", ["notification", "passed", "error"])
def test_no_token_goes_on(case):
    event = load(FOLDER + case)
    assert event["token"] == "made-up-token"
    assert "token" not in json.dumps(parse(event).kwargs)


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"request_id": None}, "$.request_id"),
        ({"request_id": ""}, "$.request_id"),
        ({"pipeline": {}}, "$.pipeline.id"),
        ({"pipeline": {"id": 4}}, "$.pipeline.id"),
        ({"pipeline": {"id": "p"}, "result": {"overall": "passed"}}, "$.result"),
        ({"pipeline": {"id": "p"}, "artifact": []}, "$.artifact"),
        ({"pipeline": {"id": "p"}, "artifact": {"commit-sha": "\ud800"}}, "$.artifact.commit-sha"),
    ],
)
def test_malformed(event, path):
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert caught.value.path == path
    assert "made-up-token" not in str(caught.value)

"""Every saved webhook of ours goes through the relay into the queue of its event."""

import pytest
from saved_messages import MESSAGES

WORDS = {
    "release": "release",
    "push_github_gh": "push",
    "pull_request_gh": "pull_request",
    "pull_request_comment_gh": "issue_comment",
    "issue_comment": "issue_comment",
}
# By hand: how many files in each folder are events. The others are skips.
EVENTS = {
    "installation": 7,
    "release": 5,
    "push_github_gh": 7,
    "pull_request_gh": 13,
    "pull_request_comment_gh": 5,
    "issue_comment": 3,
    "push_pagure": 3,
    "pull_request_pagure": 5,
    "pull_request_comment_pagure": 2,
    "testing_farm_result": 3,
}
# Skips that a person may ask about: their text holds a command, or nobody knows them.
ASKED = {
    "github/issue_comment/edited_same_command.json",
    "github/issue_comment/deleted.json",
    "github/issue_comment/sibling_bot.json",
    "github/pull_request_comment_gh/deleted.json",
    "github/pull_request_comment_gh/edited_same_command.json",
    "github/pull_request_comment_gh/edited_without_old_text.json",
    "github/pull_request_comment_gh/fenced.json",
    "github/pull_request_comment_gh/hidden.json",
    "github/pull_request_comment_gh/indented.json",
    "github/pull_request_comment_gh/mid_sentence.json",
    "github/pull_request_comment_gh/quoted.json",
    "github/pull_request_comment_gh/sibling_bot.json",
    "github/unhandled/pull_request_review_comment.json",
    "github/unhandled/workspace_hibernation.json",
    "pagure/pull_request_comment_pagure/edited.json",
    "pagure/pull_request_comment_pagure/no_command.json",
    "pagure/pull_request_comment_pagure/own_bot.json",
}


def event_header(file):
    """The X-GitHub-Event that a saved payload came with."""
    word = file.parent.name
    if word == "installation":
        is_delta = file.stem.startswith("repositories_")
        return "installation_repositories" if is_delta else "installation"
    return file.stem if word == "unhandled" else WORDS[word]


def post(relay, file):
    body = file.read_bytes()
    source = file.parents[1].name
    if source == "github":
        return relay.post_github(body, event_header(file))
    if source == "pagure":
        return relay.post_pagure(body)
    return relay.post("/webhooks/testing-farm", body)


def saved():
    files = [
        file
        for source in ("github", "pagure", "testing-farm")
        for file in sorted((MESSAGES / source).rglob("*.json"))
    ]
    assert len(files) > 90
    return files


def test_each_reaches_the_queue_of_its_event(relay, stage_1, broker_side, waiting):
    answers = {str(file.relative_to(MESSAGES)): post(relay, file) for file in saved()}
    told = {name: answer.json() for name, answer in answers.items()}
    pong = told.pop("github/unhandled/ping.json")
    assert (answers.pop("github/unhandled/ping.json").status_code, pong) == (
        200,
        {"outcome": "pong"},
    )
    assert {answer.status_code for answer in answers.values()} == {202}
    ids = {name: each["event_id"] for name, each in told.items() if each["outcome"] == "accepted"}
    for queue, depth in EVENTS.items():
        broker_side.wait_for(queue, depth)
    broker_side.wait_for("record_outcome", len(ASKED))
    broker_side.wait_until_empty("parse_message")
    assert waiting() == EVENTS | {"record_outcome": len(ASKED)}
    assert {name for name in ids if "event" not in told[name]} == ASKED
    for name, event_id in ids.items():
        queue = "record_outcome" if name in ASKED else name.split("/")[1]
        assert event_id in taken(broker_side, queue), name
    assert waiting() == {}


def taken(broker_side, queue, known={}):  # noqa: B006 - remembers what was taken
    """The ids of all messages that came into a queue."""
    key = (broker_side.url, queue)
    if key not in known:
        count = broker_side.depth(queue)
        known[key] = {broker_side.take(queue).headers["id"] for _ in range(count)}
    return known[key]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/webhooks/github", "github/push_github_gh/branch"),
        ("/api/testing-farm/results", "testing-farm/testing_farm_result/notification"),
    ],
)
def test_the_paths_of_packit_service_work_too(relay, stage_1, broker_side, path, name):
    body = (MESSAGES / f"{name}.json").read_bytes()
    answer = (
        relay.post_github(body, "push", path=path) if "github" in path else relay.post(path, body)
    )
    assert answer.status_code == 202
    message = broker_side.take(name.split("/")[1])
    assert message.headers["id"] == answer.json()["event_id"]

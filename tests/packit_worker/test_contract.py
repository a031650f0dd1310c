"""The contract between the stages: what any parser says, a typed event takes."""

import json
import subprocess
import sys
from collections import Counter

import pytest
from saved_messages import MESSAGES
from servers.worker_process import ROOT

from packit_worker.registry import EVENTS
from parsers import MalformedError, Parsed, Skip, delivery_id, parse
from parsers.message import Message
from parsers.options import Options
from parsers.recognise import recognise
from parsers.routes import ROUTES

EVENT_OF = {event.__name__: event for event in EVENTS}
PATHS = sorted(MESSAGES.rglob("*.json"))
# Gitea's bodies look like GitHub's: what tells them apart is who sent them.
SOURCES = {"github": "github", "testing-farm": "testing-farm"}
PAGURE_TYPES = {
    "push_pagure": "git.receive",
    "pull_request_pagure": "pull-request.new",
    "pull_request_comment_pagure": "pull-request.comment.added",
}


def hints_of(path):
    source, word = path.relative_to(MESSAGES).parts[:2]
    hints = {"source": SOURCES.get(source)}
    if source == "pagure" and "topic" not in json.loads(path.read_text()):
        hints |= {"source": "pagure", "event_type": PAGURE_TYPES[word]}
    return hints


def outcome_of(path):
    return parse(path.read_text(), **hints_of(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(MESSAGES)))
def test_a_saved_payload_makes_its_event_or_is_skipped(path):
    outcome = outcome_of(path)
    if isinstance(outcome, Skip):
        assert outcome.code
        return
    assert isinstance(outcome, Parsed)
    word = path.parent.name
    assert outcome.task == f"task.process_{word}_event"
    on_the_wire = json.loads(json.dumps(outcome.kwargs))
    assert on_the_wire == outcome.kwargs
    event = EVENT_OF[outcome.event].from_kwargs(on_the_wire)
    assert type(event).task() == outcome.task
    # What the sender said is what stage 2 reads, not something that was made to fit.
    assert {name: plain(getattr(event, name)) for name in on_the_wire} == {
        name: plain(value) for name, value in on_the_wire.items()
    }


def plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_the_saved_payloads_lead_to_every_event():
    outcomes = Counter(
        outcome.event if isinstance(outcome, Parsed) else "skipped"
        for outcome in map(outcome_of, PATHS)
    )
    assert set(outcomes) - {"skipped"} == set(EVENT_OF)
    assert outcomes["skipped"] >= 25


def test_there_is_a_saved_payload_for_every_route():
    taken = set()
    for path in PATHS:
        hints = {"source": None, "event_type": None} | hints_of(path)
        message = recognise(json.loads(path.read_text()), **hints, options=Options())
        if isinstance(message, Message):
            taken.add((message.source, message.type))
    # Pagure says the same words over three channels: one saved payload of a word is enough.
    words = {route[1].removeprefix("pagure.") for route in taken}
    missing = {route for route in set(ROUTES) - taken if route[0] not in ("pagure", "centosmsg")}
    missing = {route for route in missing if route[1].removeprefix("pagure.") not in words}
    missing |= {topic for topic in PAGURE_TYPES.values() if topic not in words}
    assert missing == set()


def test_all_delivery_ids_are_read_without_an_error():
    found = [delivery_id(json.loads(path.read_text())) for path in PATHS]
    assert {type(value) for value in found} <= {str, type(None)}


def test_a_payload_that_breaks_its_promise():
    with pytest.raises(MalformedError) as caught:
        parse({"request_id": None}, source="testing-farm")
    assert caught.value.path == "$.request_id"


def test_parsers_load_no_third_party_module():
    program = (
        "import sys; before = set(sys.modules); import parsers, parsers.routes\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("['parsers']\n", "")

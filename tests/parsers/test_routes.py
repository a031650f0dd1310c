import json
import time

import pytest
import saved_messages
from saved_messages import load as saved

from parsers import MalformedError, Parsed, Skip, load, parse
from parsers.routes import ROUTES

COPR = {
    "build": 7,
    "chroot": "fedora-43-x86_64",
    "status": 1,
    "owner": "meadow",
    "copr": "hedgehog",
}


def refusal(call, *arguments, **hints):
    with pytest.raises(MalformedError) as caught:
        call(*arguments, **hints)
    return caught.value.path, caught.value.reason


def nested(depth):
    return "[" * depth + "]" * depth


def test_the_table():
    pagure = {
        "git.receive",
        "pull-request.new",
        "pull-request.reopened",
        "pull-request.updated",
        "pull-request.rebased",
        "pull-request.comment.added",
        "pull-request.comment.edited",
    }
    assert set(ROUTES) == {
        ("github", "installation"),
        ("github", "installation_repositories"),
        ("github", "issue_comment"),
        ("github", "pull_request"),
        ("github", "push"),
        ("github", "release"),
        *(("pagure", topic) for topic in pagure),
        *(("centosmsg", topic) for topic in pagure),
        *(("fedora-messaging", f"pagure.{topic}") for topic in pagure),
        ("fedora-messaging", "git.receive"),
        ("fedora-messaging", "copr.build.start"),
        ("fedora-messaging", "copr.build.end"),
        ("fedora-messaging", "buildsys.task.state.change"),
        ("fedora-messaging", "buildsys.build.state.change"),
        ("testing-farm", "notification"),
        ("testing-farm", "result"),
    }


@pytest.mark.parametrize("write", [json.dumps, lambda event: json.dumps(event).encode()])
def test_text_and_bytes_and_object_are_the_same(write):
    event = saved("github/release/published")
    outcome = parse(event, source="github")
    assert isinstance(outcome, Parsed)
    assert parse(write(event), source="github") == outcome


def test_parsing_changes_nothing():
    event = saved("github/pull_request_comment_gh/edited_new_command")
    parse(event)
    assert event == saved("github/pull_request_comment_gh/edited_new_command")


@pytest.mark.parametrize("event", ["[]", "null", "7", '"text"', b"[]", [], None, 7, 1.5, True])
def test_only_an_object_is_a_message(event):
    assert refusal(parse, event) == ("$", "expected an object")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{", "not JSON: Expecting property name enclosed in double quotes"),
        ('{"action": "crea', "not JSON: Unterminated string"),
        ("{} {}", "not JSON: Extra data"),
        ("{'a': 1}", "not JSON: Expecting property name"),
        ("\ufeff{}", "not JSON: it begins with a byte order mark (BOM)"),
        ("\ufeff{}".encode(), "not JSON: it begins with a byte order mark (BOM)"),
        ('{"a": NaN}', "not JSON: NaN is no JSON number"),
        ('{"a": -Infinity}', "not JSON: -Infinity is no JSON number"),
        (b'{"a": "\xff"}', "not JSON: not UTF-8"),
        (b"\xed\xa0\x80", "not JSON: not UTF-8"),
        (f'{{"a": {"9" * 10_000}}}', "a number has too many digits"),
        (f'{{"a": -{"9" * 10_000}}}', "a number has too many digits"),
    ],
)
def test_not_json(text, reason):
    path, refused = refusal(parse, text)
    assert path == "$"
    assert refused.startswith(reason)
    assert len(refused) <= 200


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_a_text_nested_too_deep(depth):
    refused = ("$", "nested too deep to be read")
    assert refusal(parse, nested(depth)) == refused
    assert refusal(parse, f'{{"a": {nested(depth)}}}', source="github") == refused


def test_an_object_with_a_deep_branch_is_parsed():
    event = saved("github/release/published")
    outcome = parse(event)
    branch = event["release"]["assets"]
    for _ in range(5_000):
        branch.append([])
        branch = branch[0]
    assert isinstance(outcome, Parsed)
    assert parse(event) == outcome


def test_a_payload_of_25_megabytes():
    event = saved("github/push_github_gh/branch")
    commit = event["commits"][0]
    event["commits"] = [commit] * (25_000_000 // len(json.dumps(commit)) + 1)
    text = json.dumps(event)
    assert len(text) >= 25_000_000
    before = time.process_time()
    outcome = parse(text)
    assert outcome == parse(saved("github/push_github_gh/branch"))
    assert time.process_time() - before < 10


def test_load():
    assert load('[1, "\\ud83d\\ude00", null, 1e3]') == [1, "😀", None, 1000.0]
    assert load(b'{"a": "\xc3\xa9"}') == {"a": "é"}
    assert refusal(load, b"\xff")[0] == "$"


@pytest.mark.parametrize(
    "name",
    [
        "star",
        "check_run",
        "create",
        "ping",
        "installation_target",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
    ],
)
def test_known_types_that_start_nothing(name):
    event = saved(f"github/unhandled/{name}")
    named = Skip("type-not-handled", f"github '{name}' is a type that starts nothing here")
    unnamed = Skip("type-not-handled", "github '' is a type that starts nothing here")
    assert parse(event, source="github", event_type=name) == named
    assert parse(event, event_type=name) == named
    assert parse(event, source="github") == unnamed
    assert parse(event) == unnamed


def test_a_type_that_nobody_knows():
    event = saved("github/unhandled/workspace_hibernation")
    outcome = parse(event, source="github", event_type="workspace_hibernation")
    detail = "github 'workspace_hibernation' is no type that we know"
    assert outcome == Skip("unknown-event", detail)
    assert len(parse(event, source="github", event_type="x" * 10_000).detail) < 200


@pytest.mark.parametrize("name", ["push/branch", "pull_request/opened"])
def test_gitea_is_unknown_without_a_source(name):
    event = saved(f"gitea/{name}")
    assert parse(event).code == "unknown-event"
    assert parse(event, event_type=name.partition("/")[0]).code == "unknown-event"
    assert parse(event, source="gitea").code == "unknown-event"


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"topic": "copr.build.end", **COPR, "status": True}, "$.status"),
        ({"topic": "copr.build.end", "msg": {**COPR, "status": True}}, "$.msg.status"),
        ({"topic": "copr.build.end", "body": {**COPR, "chroot": None}}, "$.body.chroot"),
    ],
)
def test_the_path_of_an_error_begins_at_the_message(event, path):
    assert refusal(parse, event)[0] == path


def test_a_body_is_parsed_alike_in_every_envelope():
    whole = parse(COPR, event_type="copr.build.end")
    assert isinstance(whole, Parsed)
    assert parse({"topic": "org.fedoraproject.prod.copr.build.end", "msg": COPR}) == whole
    assert parse({"topic": "copr.build.end", "body": COPR}) == whole


@pytest.mark.parametrize("hint", [5, True, [], {}])
@pytest.mark.parametrize("name", ["source", "event_type"])
def test_a_hint_that_is_no_text_is_malformed(name, hint):
    with pytest.raises(MalformedError) as caught:
        parse({"action": "opened"}, **{name: hint})
    assert caught.value.path == "$"


@pytest.mark.parametrize("source", ["GitHub", "GITHUB", "github"])
def test_a_source_is_read_without_regard_to_case(source):
    body = saved_messages.load("github/push_github_gh/branch")
    assert parse(body, source=source, event_type="push") == parse(body, source="github")


@pytest.mark.parametrize(
    "hints", [{"source": ""}, {"event_type": ""}, {"source": "", "event_type": ""}]
)
def test_an_empty_hint_is_none(hints):
    body = saved_messages.load("github/push_github_gh/branch")
    assert parse(body, **hints) == parse(body)
    notification = saved_messages.load("testing-farm/testing_farm_result/notification")
    assert parse(notification, **hints) == parse(notification)

"""Every real payload becomes the event it is, or is skipped by a rule of ours."""

import pytest
from corpus import FOLDER, SIBLINGS, body_of, expected, hints, rows

from parsers import MalformedError, Options, Parsed, Skip, parse

ROWS = rows()
if not ROWS:
    pytest.skip(f"no payloads in {FOLDER}", allow_module_level=True)

HOSTS = ("github.com", "octocoders.github.io")
OPTIONS = Options(github_hosts=frozenset(HOSTS))

# Cut down by their authors to less than the event can do without, and what is missing; or with a
# hash that they made up.
MALFORMED = {
    "github/pull_request/openshift-pipelines-pipelines-as-code__cel_test-L757.json": (
        "$.pull_request.head.sha"
    ),
    "github/pull_request/openshift-pipelines-pipelines-as-code__cel_test-L76.json": (
        "$.pull_request.head.sha"
    ),
    "github/push/openshift-pipelines-pipelines-as-code__cel_test-L483.json": "$.after",
    "pagure/distgit.git.receive/packit-packit-service__distgit_commit.json": "$.msg.commit.rev",
    "pagure/pagure.git.receive/packit-packit-service__distgit_commit.json": "$.end_commit",
    "github/pull_request/gocd-gocd__github-pr.json": "$.pull_request.head",
    "github/pull_request/tektoncd-triggers__github_test-L498.json": "$.pull_request.number",
    "github/push/argoproj-argo-cd__webhook_test-L1443.json": "$.repository.full_name",
}
MALFORMED_WITH_COMMAND = {
    "github/issue_comment/tektoncd-triggers__github_test-L1740.json": "$.repository",
}


def of(*sources, **columns):
    """Select rows by source and by the beginning of columns."""
    return [
        pytest.param(row, id=row["path"])
        for row in ROWS
        if (not sources or row["source"] in sources)
        and all(row[column].startswith(value) for column, value in columns.items())
    ]


def outcome_of(body, **arguments):
    """Parse; an error becomes its path, so that two outcomes compare."""
    try:
        return parse(body, options=OPTIONS, **arguments)
    except MalformedError as error:
        return error.path


def code(outcome):
    """Return what an outcome is: a skip's code; its detail may tell of the hints."""
    return outcome.code if isinstance(outcome, Skip) else outcome


@pytest.mark.parametrize("row", of())
def test_a_payload_becomes_what_it_is(row, corpus_counts):
    body = body_of(row)
    outcome = outcome_of(body, **hints(row))
    wanted = expected(row, body)
    name = outcome.event if isinstance(outcome, Parsed) else code(outcome)
    is_malformed = row["path"] in MALFORMED
    corpus_counts[f"{row['source']}: {'malformed' if is_malformed else name}"] += 1
    if is_malformed:
        assert outcome == MALFORMED[row["path"]]
    elif wanted == "not handled":
        known = row["source"] in ("github", "koji", "pagure", "centosmsg")
        assert name in (("type-not-handled",) if known else ("type-not-handled", "unknown-event"))
    elif isinstance(wanted, str):
        assert name == wanted
    else:
        event, fields = wanted
        assert name == event
        assert {key: outcome.kwargs[key] for key in fields} == fields


def test_the_malformed_are_these():
    found = {row["path"] for row in ROWS if isinstance(outcome_of(body_of(row), **hints(row)), str)}
    assert found == set(MALFORMED)


@pytest.mark.parametrize("row", of("github"))
def test_github_by_header_and_by_shape(row, corpus_counts):
    body = body_of(row)
    outcome = outcome_of(body, **hints(row))
    assert code(outcome_of(body, source="github")) == code(outcome)
    if host_of(body) in HOSTS:
        corpus_counts["github: recognised without hints"] += 1
        assert code(outcome_of(body)) == code(outcome)
        assert outcome_of(body, event_type=row["event_header_or_topic"]) == outcome
    else:
        assert code(outcome_of(body)) == "unknown-event"


def host_of(body):
    owners = [
        body.get("repository"),
        (body.get("installation") or {}).get("account"),
        body.get("organization"),
        body.get("sender"),
    ]
    addresses = [owner["html_url"] for owner in owners if owner and "html_url" in owner]
    return addresses[0].split("/")[2] if addresses else None


@pytest.mark.parametrize("row", of("gitea", "forgejo", "gitlab"))
def test_other_forges_are_unknown_without_hints(row):
    assert code(outcome_of(body_of(row))) == "unknown-event"


@pytest.mark.parametrize("source", ["copr", "koji", "pagure", "centosmsg", "anitya", "forgejo"])
def test_the_topic_may_be_inside(source, corpus_counts):
    for row in (row for row in ROWS if row["source"] == source):
        body = body_of(row)
        if "topic" in body:
            corpus_counts[f"{source}: topic inside"] += 1
            assert code(outcome_of(body)) == code(outcome_of(body, **hints(row)))


@pytest.mark.parametrize("row", of("testing_farm"))
def test_testing_farm_by_source_and_by_shape(row):
    body = body_of(row)
    assert outcome_of(body, source="testing-farm") == outcome_of(body)


@pytest.mark.parametrize("row", of("github", kind="github.issue_comment"))
@pytest.mark.parametrize("action", ["created", "edited"])
def test_a_comment_with_a_command(row, action, corpus_counts):
    body = body_of(row)
    text = "I'd say:\r\n\r\n/packit build\r\n"
    body["action"] = action
    body["comment"]["body"] = text
    body["changes"] = {"body": {"from": "I'd say:"}}
    outcome = outcome_of(body, **hints(row))
    author = body["comment"].get("user", {}).get("login")
    if row["path"] in MALFORMED_WITH_COMMAND:
        assert outcome == MALFORMED_WITH_COMMAND[row["path"]]
        return
    if author in SIBLINGS:
        assert code(outcome) == "own-bot"
        return
    corpus_counts["github: comments parsed with a command put in"] += 1
    wanted = {"action": action, "comment": text, "user_login": author}
    event, number = "IssueCommentEvent", "issue_id"
    if row["kind"].endswith(".pr"):
        event, number = "PullRequestCommentGHEvent", "pr_id"
    wanted[number] = int(row["number"])
    assert outcome.event == event
    assert {key: outcome.kwargs[key] for key in wanted} == wanted
    assert code(outcome_of(body, source="github")) == outcome


@pytest.mark.parametrize("row", of("pagure", "centosmsg", kind="pagure.pull_request.comment"))
def test_a_comment_without_its_command(row):
    body = body_of(row)
    assert isinstance(outcome_of(body, **hints(row)), Parsed)
    inside = body.get("msg") or body.get("body") or body
    inside["pullrequest"]["comments"][-1]["comment"] = "Nice!"
    assert code(outcome_of(body, **hints(row))) == "no-command"

from dataclasses import replace

import pytest
from event_kwargs import event_of
from fake_forge import POLICY, FakeForge, context_of

from packit_worker.checks.permission import may_command, may_write
from packit_worker.errors import RefusedError, TransientError

COMMENT = "PullRequestCommentGHEvent"
PAGURE_COMMENT = "PullRequestCommentPagureEvent"


def ask(check, name, login, forge=None):
    """Return the code of a check, `go-on` for none, and the facts that were noted."""
    event = event_of(name, user_login=login)
    context = context_of(event, forge)
    skip = check(event, context)
    context.decision.close_step("check", skip)
    return skip.code if skip else "go-on", context.decision.steps[0].facts


@pytest.mark.parametrize("check", [may_write, may_command])
@pytest.mark.parametrize("name", [COMMENT, PAGURE_COMMENT])
@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("wendy", "go-on"),
        ("WENDY", "go-on"),
        ("adele", "go-on"),
        ("Adele", "go-on"),
        ("olaf", "no-write-access"),
        ("wend", "no-write-access"),
        ("wendy2", "no-write-access"),
        (None, "actor-unknown"),
    ],
)
def test_who_may_write_and_so_may_command(check, name, login, code):
    assert ask(check, name, login)[0] == code


@pytest.mark.parametrize("login", ["anton", "Anton"])
def test_the_author_of_a_pull_request_may_command_it_on_github(login):
    assert ask(may_command, COMMENT, login) == (
        "go-on",
        (
            f"{login} may not write to github.com/acme/hello",
            "anton is the author of the pull request",
        ),
    )


def test_the_author_of_a_pull_request_is_not_enough_on_pagure():
    forge = FakeForge()
    assert ask(may_command, PAGURE_COMMENT, "anton", forge)[0] == "no-write-access"
    assert forge.asked == ["can_merge"]


def test_the_author_of_a_pull_request_is_not_enough_where_write_access_is_needed():
    assert ask(may_write, COMMENT, "anton")[0] == "no-write-access"


def test_the_author_of_an_issue_is_not_the_author_of_a_pull_request():
    forge = FakeForge(author="olaf")
    assert ask(may_command, "IssueCommentEvent", "olaf", forge)[0] == "no-write-access"
    assert "pull_request" not in forge.asked


@pytest.mark.parametrize("name", [COMMENT, PAGURE_COMMENT])
def test_a_pull_request_of_a_deleted_account_is_nobodys(name):
    forge = FakeForge(author=None)
    assert ask(may_command, name, "olaf", forge)[0] == "no-write-access"
    assert ask(may_command, name, None, forge)[0] == "actor-unknown"


@pytest.mark.parametrize("check", [may_write, may_command])
def test_a_forge_that_does_not_tell_means_no(check):
    forge = FakeForge(refuses={"can_merge": "no-permission"})
    assert ask(check, COMMENT, "wendy", forge)[0] == "permission-unknown"


def test_the_author_may_command_where_the_forge_tells_no_rights():
    forge = FakeForge(refuses={"can_merge": "no-permission"})
    assert ask(may_command, COMMENT, "anton", forge)[0] == "go-on"


def test_a_pull_request_that_the_forge_does_not_show_has_no_known_author():
    forge = FakeForge(refuses={"pull_request": "not-found"})
    assert ask(may_command, COMMENT, "anton", forge) == (
        "no-write-access",
        (
            "anton may not write to github.com/acme/hello",
            "the author of the pull request is not known: not-found: made up",
        ),
    )


@pytest.mark.parametrize("name", [COMMENT, PAGURE_COMMENT])
def test_an_admin_of_another_forge_is_somebody_else(name):
    admins = {COMMENT: "src.example.org/adele", PAGURE_COMMENT: "github.com/adele"}
    event = event_of(name, user_login="adele")
    policy = replace(POLICY, admins=frozenset({admins[name]}))
    assert may_write(event, context_of(event, policy=policy)).code == "no-write-access"


def test_an_admin_costs_no_question():
    forge = FakeForge()
    assert ask(may_command, COMMENT, "adele", forge) == ("go-on", ("adele is an admin",))
    assert forge.asked == []


def test_a_forge_that_is_down_is_asked_again_later():
    class Down(FakeForge):
        def can_merge(self, repository, login):
            raise TransientError("http-503")

    with pytest.raises(TransientError):
        ask(may_write, COMMENT, "wendy", Down())


def test_no_refusal_leaves_a_check():
    for question in ("can_merge", "pull_request"):
        for login in ("wendy", "anton", "olaf"):
            try:
                ask(may_command, COMMENT, login, FakeForge(refuses={question: "refused"}))
            except RefusedError:  # pragma: no cover - it would end the event as a bug
                pytest.fail(f"{question} for {login}")

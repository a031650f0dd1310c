"""The gates that every event passes: denied, bots, visibility, allowlist."""

from dataclasses import replace

import pytest
from event_kwargs import event_of
from fake_forge import POLICY, FakeForge, context_of

from packit_worker.checks.allowlist import is_allowed
from packit_worker.checks.bots import not_a_bot, not_our_commits
from packit_worker.checks.denied import not_denied
from packit_worker.checks.visibility import is_public
from packit_worker.facts import Allowance, Known
from packit_worker.forge import Visibility


def code_of(check, event, **surroundings):
    skip = check(event, context_of(event, **surroundings))
    return skip.code if skip else "go-on"


def detail_of(check, event, **surroundings):
    return check(event, context_of(event, **surroundings)).detail


DENIED = Allowance("denied", "github.com/acme")
APPROVED = Allowance("approved_manually", "github.com/acme")
RELEASE = event_of("ReleaseEvent")
COMMENT = event_of("PullRequestCommentGHEvent")


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Known(), "go-on"),
        (Known(repository=APPROVED), "go-on"),
        (Known(repository=DENIED), "denied"),
        (Known(actor=DENIED), "denied"),
        (Known(repository=APPROVED, actor=DENIED), "denied"),
        (Known(repository=DENIED, actor=APPROVED), "denied"),
        (Known(repository=Allowance("waiting", "github.com/acme")), "go-on"),
    ],
)
def test_denied(known, code):
    forge = FakeForge()
    assert code_of(not_denied, RELEASE, forge=forge, known=known) == code
    assert forge.asked == []


def test_denied_names_the_entry():
    assert detail_of(not_denied, RELEASE, known=Known(actor=DENIED)) == (
        "github.com/acme was denied by an operator"
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, "not-allowed"),
        ("waiting", "waiting-for-approval"),
        ("approved_automatically", "go-on"),
        ("approved_manually", "go-on"),
        ("denied", "not-allowed"),
        ("a-status-of-tomorrow", "not-allowed"),
    ],
)
def test_allowlist_on_github(status, code):
    known = Known(repository=Allowance(status, "github.com/acme"))
    assert code_of(is_allowed, RELEASE, known=known) == code


def test_an_approved_account_does_not_stand_in_for_the_namespace():
    assert code_of(is_allowed, RELEASE, known=Known(actor=APPROVED)) == "not-allowed"


def test_not_allowed_names_what_was_looked_up():
    assert detail_of(is_allowed, RELEASE) == "github.com/acme was never approved"


@pytest.mark.parametrize("login", ["adele", "ADELE"])
def test_admins_need_no_approval(login):
    assert code_of(is_allowed, event_of("ReleaseEvent", user_login=login)) == "go-on"


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("src.example.org", "go-on"),
        ("SRC.example.org", "go-on"),
        ("src.example.org.evil.example", "not-allowed"),
        ("src.example.org:8443", "not-allowed"),
        ("src.example.org.", "not-allowed"),
        ("src.example.org@evil.example", "not-allowed"),
    ],
)
def test_pagure_needs_no_approval_and_what_looks_like_it_does(host, code):
    event = event_of("PushPagureEvent", https_url=f"https://{host}/rpms/hello")
    assert code_of(is_allowed, event) == code


@pytest.mark.parametrize(
    "name", ["CoprBuildEvent", "KojiBuildEvent", "TestingFarmResultEvent", "InstallationEvent"]
)
def test_results_and_installations_need_no_approval(name):
    assert code_of(is_allowed, event_of(name)) == "go-on"


@pytest.mark.parametrize(
    ("visible", "code"),
    [
        (Visibility.PUBLIC, "go-on"),
        (Visibility.PRIVATE, "private-repository"),
        (Visibility.UNKNOWN, "visibility-unknown"),
    ],
)
def test_visibility(visible, code):
    assert code_of(is_public, RELEASE, forge=FakeForge(visible=visible)) == code


@pytest.mark.parametrize("refusal", ["repository-not-visible", "app-not-installed", "refused"])
def test_a_refusal_is_a_no(refusal):
    forge = FakeForge(refuses={"visibility": refusal})
    assert code_of(is_public, RELEASE, forge=forge) == refusal


@pytest.mark.parametrize("host", ["git.example.net", "github.com.evil.example", "github.com:444"])
def test_an_unknown_host_is_a_no_and_is_never_asked(host):
    forge = FakeForge()
    event = event_of("ReleaseEvent", https_url=f"https://{host}/acme/hello")
    assert code_of(is_public, event, forge=forge) == "unknown-forge"
    assert forge.asked == []


def test_an_installation_has_no_repository_to_be_public():
    assert code_of(is_public, event_of("InstallationEvent")) == "go-on"


@pytest.mark.parametrize("login", ["packit", "Packit-as-a-Service[bot]", "packit-stg"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PullRequestGHEvent", "own-bot"),
        ("PullRequestPagureEvent", "own-bot"),
        ("PullRequestCommentGHEvent", "own-bot"),
        ("PullRequestCommentPagureEvent", "own-bot"),
        ("IssueCommentEvent", "own-bot"),
        ("ReleaseEvent", "go-on"),
        ("PushGithubGHEvent", "go-on"),
        ("PushPagureEvent", "go-on"),
    ],
)
def test_bots_do_not_answer_bots(name, login, code):
    assert code_of(not_a_bot, event_of(name, user_login=login)) == code


@pytest.mark.parametrize("login", ["wendy", "packit2", "not-packit", None])
def test_people_are_no_bots(login):
    assert code_of(not_a_bot, event_of("PullRequestGHEvent", user_login=login)) == "go-on"


def test_bots_of_the_settings_are_bots():
    policy = replace(POLICY, bots=frozenset({"my-bot"}))
    event = event_of("PullRequestGHEvent", user_login="My-Bot")
    assert code_of(not_a_bot, event, policy=policy) == "own-bot"


@pytest.mark.parametrize(
    ("login", "code"), [("packit", "own-commits"), ("wendy", "go-on"), (None, "go-on")]
)
def test_our_own_push_does_not_go_back(login, code):
    assert code_of(not_our_commits, event_of("PushPagureEvent", user_login=login)) == code

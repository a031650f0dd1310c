"""Each way in which GitHub fails ends as a named error, at once: no call sleeps for it."""

import time

import pytest
from servers.forge_stand_ins import HELLO, SECRET, github_settings
from servers.patience import PATIENCE

from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Repository, Thread
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.github_auth import new_app
from packit_worker.services.forge_settings import GithubAppKey

THREAD = Thread("issue", 1)


def fail(github, kind, **more):
    github.faults.add(Fault(kind=kind, count=-1, **more))


def error_of(call):
    begin = time.monotonic()
    with pytest.raises((TransientError, RefusedError)) as caught:
        call()
    assert time.monotonic() - begin < PATIENCE + 2
    return caught.value


@pytest.mark.parametrize(
    ("kind", "reason", "retry_after"),
    [
        ("unavailable", "http-503", None),
        ("broken", "http-502", None),
        ("too-many-requests", "rate-limit", 3600),
        ("rate-limit", "rate-limit", 3600),
        ("secondary-rate-limit", "rate-limit", 3600),
        ("timeout", "timeout", None),
        ("drop", "connection", None),
        ("html", "unexpected-answer", None),
    ],
)
@pytest.mark.parametrize("act", ["read", "write"])
def test_what_may_pass_is_transient(github, writer, kind, reason, retry_after, act):
    fail(github, kind, seconds=3600)
    calls = {
        "read": lambda: writer.visibility(HELLO),
        "write": lambda: writer.comment(HELLO, THREAD, "Hello."),
    }
    error = error_of(calls[act])
    assert isinstance(error, TransientError)
    assert error.reason == reason
    if retry_after is None:
        assert error.retry_after is None
    else:
        assert retry_after - 5 <= error.retry_after <= retry_after


@pytest.mark.parametrize(
    ("kind", "code"),
    [("forbidden", "no-permission"), ("gone", "deleted")],
)
def test_what_will_not_pass_is_refused(github, writer, kind, code):
    fail(github, kind)
    error = error_of(lambda: writer.visibility(HELLO))
    assert isinstance(error, RefusedError)
    assert error.code == code


def test_a_token_that_is_no_good_is_waited_for(github, writer):
    fail(github, "unauthorized")
    error = error_of(lambda: writer.visibility(HELLO))
    assert isinstance(error, TransientError)
    assert (error.reason, error.detail[:20]) == ("bad-credentials", "GitHub answered 401:")


def test_a_read_survives_two_lost_connections(github, writer):
    github.faults.add(Fault(kind="drop", count=2))
    assert writer.visibility(HELLO) == "public"


def test_a_write_is_never_repeated(github, writer):
    github.world.issue(github.world.projects["octo/hello"], author="olaf", title="Help")
    github.faults.add(Fault(kind="drop", match="POST", after=True))
    error = error_of(lambda: writer.comment(HELLO, THREAD, "Hello."))
    assert error.reason == "connection"
    assert [write.kind for write in github.world.writes] == ["comment"]


def test_nobody_listens(open_forges):
    forges = open_forges(github_settings("http://127.0.0.1:1"))
    assert error_of(lambda: forges.visibility(HELLO)).reason == "connection"


def test_an_app_meets_the_failures_of_its_token(github, as_app):
    github.auth.install("octo/hello")
    fail(github, "rate-limit", match="access_tokens", seconds=3600)
    error = error_of(lambda: as_app.visibility(HELLO))
    assert isinstance(error, TransientError)
    assert error.reason == "rate-limit"


@pytest.mark.parametrize("repository", [SECRET, Repository("github.com", "octo", "deleted")])
def test_a_repository_we_do_not_see(writer, repository):
    assert error_of(lambda: writer.visibility(repository)).code == "repository-not-visible"


def test_bad_credentials(github, open_forges):
    forges = open_forges(github_settings(github.url, token="ghp_wrong"))
    assert error_of(lambda: forges.visibility(HELLO)).reason == "bad-credentials"


def test_an_app_whose_key_is_another(github, open_forges):
    key = GithubAppKey(app_id=github.github_app.id, private_key=new_app().private_key)
    forges = open_forges(github_settings(github.url, app=key))
    assert error_of(lambda: forges.visibility(HELLO)).reason == "bad-credentials"


def test_an_unreadable_key_is_told_without_the_key(github, open_forges):
    key = GithubAppKey(app_id="1", private_key="tr0ub4dor")
    forges = open_forges(github_settings(github.url, app=key))
    error = error_of(lambda: forges.visibility(HELLO))
    assert error.reason == "bad-credentials"
    assert "tr0ub4dor" not in str(error)

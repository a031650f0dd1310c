"""Each way in which Pagure fails ends as a named error, at once: no call sleeps for it."""

import time

import pytest
from servers.forge_stand_ins import RPM, pagure_settings
from servers.patience import PATIENCE

from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Repository, Thread
from packit_worker.sandbox.faults import Fault

THREAD = Thread("issue", 1)


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
        ("timeout", "timeout", None),
        ("drop", "connection", None),
        ("html", "unexpected-answer", None),
    ],
)
@pytest.mark.parametrize("act", ["read", "own-read", "write", "ogr-write"])
def test_what_may_pass_is_transient(pagure, bot, kind, reason, retry_after, act):
    pagure.faults.add(Fault(kind=kind, count=-1, seconds=3600))
    status = {"context": "rpm", "state": "pending", "text": "T", "url": "https://a.example"}
    calls = {
        "read": lambda: bot.can_merge(RPM, "anna"),
        "own-read": lambda: bot.pull_request(RPM, 1),
        "write": lambda: bot.comment(RPM, THREAD, "Hello."),
        "ogr-write": lambda: bot.set_status(RPM, "0" * 40, **status),
    }
    error = error_of(calls[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.retry_after) == (reason, retry_after)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("forbidden", "no-permission"),
        ("gone", "repository-not-visible"),
    ],
)
def test_what_will_not_pass_is_refused(pagure, bot, kind, code):
    pagure.faults.add(Fault(kind=kind, count=-1))
    error = error_of(lambda: bot.can_merge(RPM, "anna"))
    assert isinstance(error, RefusedError)
    assert error.code == code


def test_a_token_that_is_no_good_is_waited_for(pagure, bot):
    pagure.faults.add(Fault(kind="unauthorized", count=-1))
    error = error_of(lambda: bot.can_merge(RPM, "anna"))
    assert isinstance(error, TransientError)
    assert (error.reason, error.detail[:20]) == ("bad-credentials", "Pagure answered 401:")


def test_a_read_survives_two_lost_connections(pagure, bot):
    pagure.faults.add(Fault(kind="drop", count=2))
    assert bot.can_merge(RPM, "anna") is True


def test_a_write_is_never_repeated(pagure, bot):
    pagure.world.issue(pagure.world.projects["rpms/hello"], author="otto", title="Help")
    pagure.faults.add(Fault(kind="drop", match="POST", after=True))
    assert error_of(lambda: bot.comment(RPM, THREAD, "Hello.")).reason == "connection"
    assert [write.kind for write in pagure.world.writes] == ["comment"]


def test_nobody_listens(open_forges):
    forges = open_forges(pagure_settings("http://127.0.0.1:1"))
    assert error_of(lambda: forges.can_merge(RPM, "anna")).reason == "connection"


@pytest.mark.parametrize("name", ["secret", "deleted"])
def test_a_project_we_do_not_see(bot, name):
    repository = Repository("src.example.org", "rpms", name)
    error = error_of(lambda: bot.can_merge(repository, "anna"))
    assert error.code == "repository-not-visible"


def test_a_pull_request_that_is_none(bot):
    assert error_of(lambda: bot.pull_request(RPM, 99)).code == "not-found"


def test_a_password_of_the_users_netrc_does_not_replace_the_token(
    pagure, bot, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.2 login me password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    pagure.world.issue(pagure.world.projects["rpms/hello"], author="otto", title="Help")
    bot.comment(RPM, THREAD, "Hello.")
    assert pagure.world.writes[0].by == "bot"

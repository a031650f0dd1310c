"""Each way in which Copr fails ends as a named error, at once, and without a secret in it."""

import time
import traceback

import flask
import pytest
from servers.copr_stand_ins import OURS, copr_settings
from servers.patience import PATIENCE

from packit_worker.copr import BuildOptions, ProjectPlan, SourceScript
from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.faults import Fault

F44 = "fedora-44-x86_64"
PLAN = ProjectPlan(chroots=(F44,), description="D", instructions="I", contact="a@example.com")
SCRIPT = SourceScript(text="#!/bin/sh\n# m1\n", chroot=F44, packages=(), result_folder=".")
OPTIONS = BuildOptions(chroots=(F44,))


@pytest.fixture
def acts(copr, copr_stand_in, tmp_path):
    """One call of each kind."""
    copr.set_up_project(OURS, PLAN)
    build = copr.submit_script(OURS, SCRIPT, OPTIONS)
    srpm = tmp_path / "hedgehog-1.0-1.src.rpm"
    srpm.write_bytes(b"x" * 100_000)
    return {
        "read": lambda: copr.build(build.id),
        "project": lambda: copr.set_up_project(OURS, PLAN),
        "submit": lambda: copr.submit_script(OURS, SCRIPT, OPTIONS),
        "upload": lambda: copr.submit_srpm(OURS, srpm, OPTIONS, marker="m1"),
        "cancel": lambda: copr.cancel(build.id),
    }


def error_of(call):
    begin = time.monotonic()
    with pytest.raises((TransientError, RefusedError)) as caught:
        call()
    assert time.monotonic() - begin < PATIENCE + 2
    text = "".join(traceback.format_exception(caught.value))
    assert "hush-token" not in text
    assert "jhqtlogin" not in text
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
@pytest.mark.parametrize("act", ["read", "project", "submit", "upload", "cancel"])
def test_what_may_pass_is_transient(acts, copr_stand_in, act, kind, reason, retry_after):
    copr_stand_in.faults.add(Fault(kind=kind, count=-1, seconds=3600))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.retry_after) == (reason, retry_after)


@pytest.mark.parametrize("act", ["read", "project", "submit", "upload", "cancel"])
def test_what_will_not_pass_is_refused(acts, copr_stand_in, act):
    copr_stand_in.faults.add(Fault(kind="forbidden", count=-1))
    error = error_of(acts[act])
    assert isinstance(error, RefusedError)
    assert error.code == "no-permission"


@pytest.mark.parametrize("act", ["read", "project", "submit", "upload", "cancel"])
def test_our_credentials_are_waited_for(acts, copr_stand_in, act):
    """An operator mends them, and nobody's build is lost meanwhile."""
    copr_stand_in.faults.add(Fault(kind="unauthorized", count=-1))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.service) == ("bad-credentials", "Copr")


@pytest.mark.parametrize("act", ["read", "submit", "upload"])
@pytest.mark.parametrize("body", [{}, {"items": []}, {"id": "x"}, {"error": "odd", "id": 1}])
def test_an_answer_that_is_none_is_transient(acts, copr_stand_in, act, body):
    copr_stand_in.faults.add(Fault(kind="answer", count=-1, body=body))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert error.reason == "unexpected-answer"


def test_a_read_is_tried_again_where_the_connection_breaks(acts, copr_stand_in):
    copr_stand_in.faults.add(Fault(kind="drop", count=2))
    assert acts["read"]().id == 7000001


@pytest.mark.parametrize("act", ["submit", "upload"])
@pytest.mark.parametrize("kind", ["drop", "timeout"])
def test_a_submission_whose_answer_is_lost_is_not_repeated(acts, copr_stand_in, act, kind):
    known = set(copr_stand_in.world.builds)
    copr_stand_in.faults.add(Fault(kind=kind, match="POST", seconds=3600, after=True))
    assert isinstance(error_of(acts[act]), TransientError)
    assert len(set(copr_stand_in.world.builds) - known) == 1


@pytest.mark.parametrize(
    ("status", "text", "kind", "code"),
    [
        (400, "name: Name must contain only letters, digits", RefusedError, "bad-project-name"),
        (400, "Such chroot is not available: fedora-9", RefusedError, "unsupported-chroot"),
        (400, "name: You already have project named 'a'.", TransientError, "project-changed"),
        (400, "Something else about a project", RefusedError, "bad-request"),
        (404, "Group brewers does not exist.", RefusedError, "no-such-owner"),
        (404, "No such user `packit'", RefusedError, "no-such-owner"),
        (409, "Can't drop chroot from project", TransientError, "project-changed"),
        (409, "Can't build while there is an operation in progress: delete", TransientError, None),
        (413, "Too large", RefusedError, "too-large"),
        (418, "I am a teapot", RefusedError, "refused"),
    ],
)
def test_the_words_of_copr(copr, copr_stand_in, status, text, kind, code):
    app = copr_stand_in.stand_in.app
    app.after_request(lambda response: said(response, status, text))
    error = error_of(lambda: copr.set_up_project(OURS, PLAN))
    assert isinstance(error, kind)
    if kind is TransientError:
        assert error.reason == (code or "operation-in-progress")
    else:
        assert error.code == code
        assert text in error.reason


def said(response, status, text):
    """Answer a change with the words; a project is missing."""
    if flask.request.method == "POST":
        response = flask.jsonify({"error": text})
        response.status_code = status
    return response


def test_without_a_token_the_login_is_not_told(copr_stand_in, open_copr):
    copr = open_copr(copr_settings(copr_stand_in.url, token=""))
    error = error_of(lambda: copr.submit_script(OURS, SCRIPT, OPTIONS))
    assert (error.reason, error.detail) == ("bad-credentials", "the copr client has no API token")


def test_nobody_listens(open_copr):
    copr = open_copr(copr_settings("http://127.0.0.1:9"))
    assert error_of(copr.available_chroots).reason == "connection"

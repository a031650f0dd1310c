"""Each way in which Testing Farm fails ends as a named error, at once, without a secret in it."""

import time
import traceback

import flask
import pytest
from servers.patience import PATIENCE
from servers.testing_farm_stand_in import farm_settings

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.faults import Fault
from packit_worker.testing_farm import LostAnswerError, NewRequest, Plans

WANTED = NewRequest(
    ranch="public",
    plans=Plans(url="https://github.com/octo/hello", ref="main"),
    arch="x86_64",
    compose="Fedora-44",
    context={"distro": "fedora-44"},
)


@pytest.fixture
def acts(farm):
    number = farm.submit(WANTED).id
    return {
        "read": lambda: farm.request(number, "public"),
        "composes": lambda: farm.composes("public"),
        "submit": lambda: farm.submit(WANTED),
        "cancel": lambda: farm.cancel(number, "public"),
    }


def error_of(call):
    begin = time.monotonic()
    with pytest.raises((TransientError, RefusedError, LostAnswerError)) as caught:
        call()
    assert time.monotonic() - begin < PATIENCE + 2
    assert "hush" not in "".join(traceback.format_exception(caught.value))
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
@pytest.mark.parametrize("act", ["read", "composes"])
def test_a_read_that_may_pass_is_transient(acts, farm_stand_in, act, kind, reason, retry_after):
    farm_stand_in.faults.add(Fault(kind=kind, count=-1, seconds=3600))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.retry_after) == (reason, retry_after)
    assert error.service == "Testing Farm"


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        ("unavailable", TransientError, "http-503"),
        ("too-many-requests", TransientError, "rate-limit"),
        ("broken", LostAnswerError, "http-502"),
        ("timeout", LostAnswerError, "timeout"),
        ("drop", LostAnswerError, "connection"),
        ("html", LostAnswerError, "unexpected-answer"),
    ],
)
def test_a_submission_is_transient_only_if_it_was_not_accepted(
    acts, farm_stand_in, kind, expected, reason
):
    farm_stand_in.faults.add(Fault(kind=kind, count=-1, seconds=3600))
    error = error_of(acts["submit"])
    assert type(error) is expected
    assert error.reason == reason


@pytest.mark.parametrize("kind", ["drop", "timeout"])
def test_a_submission_whose_answer_is_lost_is_not_repeated(acts, farm_stand_in, kind):
    known = set(farm_stand_in.world.tests)
    farm_stand_in.faults.add(Fault(kind=kind, match="POST", seconds=3600, after=True))
    assert isinstance(error_of(acts["submit"]), LostAnswerError)
    assert len(set(farm_stand_in.world.tests) - known) == 1


@pytest.mark.parametrize("body", [{}, {"id": 7, "state": "new"}, {"id": "a"}, {"state": "new"}])
def test_an_answer_without_a_number_is_lost(acts, farm_stand_in, body):
    farm_stand_in.faults.add(Fault(kind="answer", count=-1, body=body))
    assert isinstance(error_of(acts["submit"]), LostAnswerError)
    error = error_of(acts["read"])
    assert isinstance(error, TransientError)
    assert error.reason == "unexpected-answer"


def test_a_read_is_tried_again_where_the_connection_breaks(acts, farm_stand_in):
    farm_stand_in.faults.add(Fault(kind="drop", count=2))
    assert acts["read"]().state == "new"


def test_nobody_listens(open_farm):
    farm = open_farm(farm_settings("http://127.0.0.1:9/v0.1"))
    for call in (lambda: farm.submit(WANTED), lambda: farm.composes("public")):
        error = error_of(call)
        assert isinstance(error, TransientError)
        assert error.reason == "connection"


def test_no_such_host(open_farm):
    farm = open_farm(farm_settings("http://no-such-host.invalid/v0.1"))
    error = error_of(lambda: farm.submit(WANTED))
    assert isinstance(error, TransientError)
    assert error.service == "Testing Farm"


def test_a_wrong_key(open_farm, farm_stand_in):
    farm = open_farm(farm_settings(farm_stand_in.url, keys={"public": "stale-hush"}))
    assert error_of(lambda: farm.submit(WANTED)).reason == "bad-credentials"


@pytest.mark.parametrize(
    ("status", "body", "code", "text"),
    [
        (400, {"message": "No."}, "bad-request", "Testing Farm answered 400: No."),
        (
            400,
            {"errors": {"environments": {"0": {"arch": ["Unsupported 'm68k'."]}}}},
            "bad-request",
            "Testing Farm answered 400: environments.0.arch: Unsupported 'm68k'.",
        ),
        (
            422,
            {"detail": [{"loc": ["body", "test"], "msg": "none", "input": {"token": "hook-hush"}}]},
            "bad-request",
            "Testing Farm answered 422: body.test: none",
        ),
        (
            403,
            {"message": "key key-hush is not for you"},
            "no-permission",
            "Testing Farm answered 403: key … is not for you",
        ),
        (413, {}, "too-large", "Testing Farm answered 413: REQUEST ENTITY TOO LARGE"),
        (418, [], "refused", "Testing Farm answered 418: I'M A TEAPOT"),
    ],
)
def test_the_words_of_testing_farm(farm, farm_stand_in, status, body, code, text):
    def say(_response):
        response = flask.jsonify(body)
        response.status_code = status
        return response

    farm_stand_in.stand_in.app.after_request(say)
    error = error_of(lambda: farm.submit(WANTED))
    assert isinstance(error, RefusedError)
    assert (error.code, error.reason) == (code, text)


def test_a_request_is_not_sent_elsewhere(farm, farm_stand_in):
    def lead_away(_response):
        return flask.redirect("http://127.0.0.1:9/", 307)

    farm_stand_in.stand_in.app.after_request(lead_away)
    for call in (lambda: farm.submit(WANTED), lambda: farm.composes("public")):
        error = error_of(call)
        assert isinstance(error, TransientError)
        assert error.reason == "unexpected-answer"

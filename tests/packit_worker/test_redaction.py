"""What looks like a secret, or is one of ours, is hidden; ordinary words stay as they are."""

import json
import socket
import time

import pytest
from flexmock import flexmock
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.redaction import HIDDEN, Redactor

GITHUB = "ghp_" + "a1B2" * 9
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl-x_y"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"
REDACTOR = Redactor.of("s3cr3t/w?rd", "our-own-key")

TEXTS = {
    f"clone https://x-access-token:{GITHUB}@github.com/o/r": "clone https://[hidden]@github.com/o/r",
    f"got {GITHUB}, tried again": "got [hidden], tried again",
    f"'\\n{GITHUB}'": "'\\n[hidden]'",
    "o/api_key=one/Authorization: Bearer two": "o/api_key=[hidden]Authorization: [hidden]",
    "token=secret=one": "token=secret=[hidden]",
    "ghs_x and github_pat_11AAA_b2 and glpat-12-3x": "[hidden] and [hidden] and [hidden]",
    f"{JWT} is a JWT": "[hidden] is a JWT",
    f"key: {PEM}, end": "key: [hidden], end",
    PEM.replace("\n", "\\n") + " in JSON": "[hidden] in JSON",
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ, and it was cut": "[hidden]",
    "redis://:pass@host/0": "redis://[hidden]@host/0",
    "amqp://user:pa/ss@w#rd?@host:5672/vh": "amqp://[hidden]@host:5672/vh",
    "postgresql+psycopg://u:p@h/db": "postgresql+psycopg://[hidden]@h/db",
    "mail jane.doe+x@example.org now": "mail [hidden] now",
    "Jane <jane@mail.example.co.uk>": "Jane <[hidden]>",
    "token=abc123 next": "token=[hidden] next",
    "api_key: abc, other: 1": "api_key: [hidden], other: 1",
    "{'token': 'a\\'b', 'n': 1}": "{'token': [hidden], 'n': 1}",
    '{"client_secret":"a\\"b","n":1}': '{"client_secret":[hidden],"n":1}',
    '{\\"api_key\\": \\"abc\\", \\"n\\": 1}': '{\\"api_key\\": [hidden], \\"n\\": 1}',
    '"password": "cut in the mid': '"password": [hidden]',
    "Authorization: Bearer abc.def": "Authorization: [hidden]",
    "Authorization: token abc": "Authorization: [hidden]",
    "a 's3cr3t/w?rd' of ours": "a '[hidden]' of ours",
    "s3cr3t%2Fw%3Frd in a URL": "[hidden] in a URL",
}
# What must not be taken for one.
PLAIN = (
    "parsed PullRequestGHEvent -> task.process_pull_request_gh_event",
    "https://github.com/o/r/pull/1 and git@github.com:o/r.git",
    "copr @group/project, chroot fedora-rawhide-x86_64",
    "https://copr.fedorainfracloud.org/coprs/@packit/x",
    "3 tokens are left, and a secret is none",
    "KeyError: 'sha'",
    f"stage1-7@{socket.gethostname()} ready.",
)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_hidden(text):
    assert REDACTOR.text(text) == TEXTS[text]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_not(text):
    assert REDACTOR.text(text) == text


def test_a_name_of_a_worker_on_a_host_with_dots():
    flexmock(socket).should_receive("gethostname").and_return("build.example.org")
    assert REDACTOR.text("celery@build.example.org ready.") == "celery@build.example.org ready."
    assert REDACTOR.text("jane@example.org ready.") == "[hidden] ready."


def test_values_are_hidden_by_their_keys_at_any_depth():
    value = {"a": [{"API-Key": 5, "b": ({"github_token": {"x": "y"}},)}], "token": None, "n": 1}
    assert REDACTOR.value(value) == {
        "a": [{"API-Key": HIDDEN, "b": [{"github_token": HIDDEN}]}],
        "token": None,
        "n": 1,
    }


def test_values_without_end_are_cut():
    endless = {}
    endless["again"] = endless
    assert json.dumps(REDACTOR.value(endless)).count("again") == 61


def test_what_is_too_short_to_be_a_secret_stays():
    assert Redactor.of("a", "", None).text("a bad idea") == "a bad idea"


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "token",
        "://",
        "eyJ",
        "eyJaaaaaaa.",
        "-----BEGIN ",
        "ghp_",
        "a.",
        "a@",
        "\\",
        '"',
        "token=",
        "token='",
    ],
)
def test_a_long_text_takes_no_longer_than_it_is_long(piece):
    text = piece * (200_000 // len(piece))
    started = time.perf_counter()
    REDACTOR.text(text)
    assert time.perf_counter() - started < 2


@given(st.text(), st.text(), st.sampled_from([GITHUB, JWT, "our-own-key", "s3cr3t/w?rd"]))
def test_a_secret_between_any_texts_is_hidden(before, after, secret):
    assert secret not in REDACTOR.text(f"{before}{secret}{after}")


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(json_values, st.sampled_from(["token", "X-Secret", "apiKey", "PRIVATE_KEY"]))
def test_what_lies_under_such_a_key_is_hidden_in_any_json(value, key):
    planted = {"deep": [value, {key: ["planted-7h1ng"]}]}
    assert "planted-7h1ng" not in json.dumps(REDACTOR.value(planted))
    assert REDACTOR.value(planted)["deep"][1] == {key: HIDDEN}

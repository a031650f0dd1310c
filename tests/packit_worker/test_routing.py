"""queues.yaml: the shipped one loads, and each mistake in one is told with its line."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from packit_worker.registry import WORDS
from packit_worker.routing import DEFAULT_FILE, Route, RoutingError, load_routing

TWO_WORDS = frozenset({"parse_message", "pull_request_gh"})
GOOD = """\
default: default
queues:
  - default
  - parse_message
  - pull_request_gh
  - slow
tasks:
  parse_message: {queue: parse_message, soft_time_limit: 20, time_limit: 30, attempts: 3}
  pull_request_gh:
    queue: pull_request_gh
    slow_queue: slow
    soft_time_limit: 840
    time_limit: 900
    attempts: 5
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load a text as `queues.yaml`, which lies in the current folder: texts name it short."""
    monkeypatch.chdir(tmp_path)

    def load(text):
        Path("queues.yaml").write_text(text, encoding="utf-8")
        return load_routing(Path("queues.yaml"), TWO_WORDS)

    return load


def test_a_good_file(load):
    routing = load(GOOD)
    assert routing.default == "default"
    assert routing.queues == ("default", "parse_message", "pull_request_gh", "slow")
    assert routing.routes == {
        "parse_message": Route(
            queue="parse_message", soft_time_limit=20, time_limit=30, attempts=3
        ),
        "pull_request_gh": Route(
            queue="pull_request_gh",
            slow_queue="slow",
            soft_time_limit=840,
            time_limit=900,
            attempts=5,
        ),
    }


def test_patience_is_a_key_of_a_route(load):
    routes = load(GOOD.replace("    attempts: 5\n", "    attempts: 5\n    patience: 900\n")).routes
    assert (routes["pull_request_gh"].patience, routes["parse_message"].patience) == (900, 21_600)


def test_the_shipped_file_gives_each_task_a_queue_of_its_own():
    routing = load_routing(DEFAULT_FILE, WORDS)
    assert routing.default == "default"
    assert len(routing.routes) == 15
    assert {word: route.queue for word, route in routing.routes.items()} == {
        "parse_message": "parse_message",
        "record_outcome": "record_outcome",
        "sweep": "sweep",
        "installation": "installation",
        "release": "release",
        "push_github_gh": "push_github_gh",
        "pull_request_gh": "pull_request_gh",
        "pull_request_comment_gh": "pull_request_comment_gh",
        "issue_comment": "issue_comment",
        "push_pagure": "push_pagure",
        "pull_request_pagure": "pull_request_pagure",
        "pull_request_comment_pagure": "pull_request_comment_pagure",
        "copr_build": "copr_build",
        "koji_build": "koji_build",
        "testing_farm_result": "testing_farm_result",
    }


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param(
            "  pull_request_gh:\n",
            "  pull_request_hg:\n",
            'line 9: unknown event "pull_request_hg"; did you mean "pull_request_gh"?',
            id="misspelt event",
        ),
        pytest.param(
            "  pull_request_gh:\n",
            "  PullRequestGHEvent:\n",
            'line 9: unknown event "PullRequestGHEvent"; did you mean "pull_request_gh"?',
            id="name of the event's class",
        ),
        pytest.param(
            "  pull_request_gh:\n",
            "  wiki:\n",
            'line 9: unknown event "wiki"; valid are: parse_message, pull_request_gh',
            id="event like no other",
        ),
        pytest.param(
            "slow_queue: slow",
            "slow_queue: slwo",
            'line 11: unknown queue "slwo"; did you mean "slow"?',
            id="unknown slow queue",
        ),
        pytest.param(
            "queue: parse_message,",
            "queue: parse-message,",
            'line 8: unknown queue "parse-message"; did you mean "parse_message"?',
            id="unknown queue",
        ),
        pytest.param(
            "default: default",
            "default: celery",
            'line 1: unknown queue "celery"; valid are:'
            " default, parse_message, pull_request_gh, slow",
            id="unknown default",
        ),
        pytest.param(
            "attempts: 5",
            "attempt: 5",
            'line 14: unknown key "attempt"; did you mean "attempts"?',
            id="unknown key of a route",
        ),
        pytest.param(
            "queues:\n",
            "queue:\n",
            'line 2: unknown key "queue"; did you mean "queues"?',
            id="unknown section",
        ),
        pytest.param(
            "    attempts: 5\n", "", "line 10: missing: attempts", id="missing key of a route"
        ),
        pytest.param("default: default\n", "", "line 1: missing: default", id="missing section"),
        pytest.param(
            "  parse_message: {queue: parse_message, soft_time_limit: 20, time_limit: 30,"
            " attempts: 3}\n",
            "",
            "line 8: no route for: parse_message",
            id="missing route",
        ),
        pytest.param(
            "  pull_request_gh:\n",
            "  parse_message:\n",
            'line 9: "parse_message" stands here twice',
            id="route twice",
        ),
        pytest.param(
            "    attempts: 5\n",
            "    attempts: 5\n    attempts: 6\n",
            'line 15: "attempts" stands here twice',
            id="key twice",
        ),
        pytest.param(
            "  - slow\n",
            "  - slow\n  - default\n",
            'line 7: "default" stands here twice',
            id="queue twice",
        ),
        pytest.param(
            "time_limit: 900",
            "time_limit: 840",
            "line 13: time_limit must be above soft_time_limit",
            id="limits equal",
        ),
        pytest.param(
            "time_limit: 30",
            "time_limit: 10",
            "line 8: time_limit must be above soft_time_limit",
            id="limits turned round",
        ),
        pytest.param(
            "attempts: 5",
            "attempts: 0",
            "line 14: expected a whole number above 0",
            id="no attempt",
        ),
        pytest.param(
            "attempts: 5",
            "attempts: five",
            "line 14: expected a whole number above 0",
            id="a word for a number",
        ),
        pytest.param(
            "attempts: 5",
            'attempts: "5"',
            "line 14: expected a whole number above 0",
            id="a quoted number",
        ),
        pytest.param(
            "attempts: 5",
            "attempts: 010",
            "line 14: expected a whole number above 0",
            id="an octal number",
        ),
        pytest.param(
            "attempts: 5",
            f"attempts: {'9' * 5000}",
            "line 14: expected a whole number above 0",
            id="a number that no int takes",
        ),
        pytest.param(
            "slow_queue: slow", "slow_queue: [slow]", "line 11: expected a word", id="list for word"
        ),
        pytest.param("  - slow\n", "  - 5\n", "line 6: expected a word", id="number for word"),
        pytest.param("  - slow\n", "  - ''\n", "line 6: expected a word", id="empty name"),
        pytest.param(
            "  - default\n  - parse_message\n  - pull_request_gh\n  - slow\n",
            "  default: slow\n",
            "line 3: expected a list",
            id="keys for list",
        ),
        pytest.param(
            "{queue: parse_message, soft_time_limit: 20, time_limit: 30, attempts: 3}",
            "parse_message",
            "line 8: expected keys and values",
            id="word for keys",
        ),
        pytest.param(
            "  pull_request_gh:\n",
            "  [pull_request_gh]:\n",
            "line 9: expected a word as key",
            id="list as key",
        ),
        pytest.param(
            "attempts: 5\n",
            "attempts: 5\n    bad\n",
            "line 16: not YAML: could not find expected ':'",
            id="not YAML",
        ),
        pytest.param(
            "attempts: 5", "attempts: *five", "line 14: not YAML: found undefined alias 'five'",
            id="undefined alias",
        ),
        pytest.param(
            "default: default", "default: \0", "not YAML: special characters are not allowed",
            id="not text",
        ),
        pytest.param(
            "attempts: 5", "attempts: " + "[" * 3000, "not YAML: nested too deep", id="too deep"
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(load, old, new, text):
    assert GOOD.count(old) == 1
    with pytest.raises(RoutingError) as caught:
        load(GOOD.replace(old, new))
    separator = ", " if text.startswith("line") else ": "
    assert str(caught.value) == f"queues.yaml{separator}{text}"


@pytest.mark.parametrize("text", ["", "# nothing\n", "just a word", "[a, b]"])
def test_a_file_without_keys(load, text):
    with pytest.raises(RoutingError) as caught:
        load(text)
    assert str(caught.value) == "queues.yaml, line 1: expected keys and values"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RoutingError) as caught:
        load_routing(tmp_path / "queues.yaml", TWO_WORDS)
    assert str(caught.value) == f"{tmp_path / 'queues.yaml'}: No such file or directory"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(RoutingError) as caught:
        load_routing(tmp_path, TWO_WORDS)
    assert str(caught.value) == f"{tmp_path}: Is a directory"


def test_a_file_that_is_not_utf_8(tmp_path):
    (tmp_path / "queues.yaml").write_bytes(b"default: \xff\n")
    with pytest.raises(RoutingError) as caught:
        load_routing(tmp_path / "queues.yaml", TWO_WORDS)
    assert str(caught.value) == f"{tmp_path / 'queues.yaml'}: not YAML: not UTF-8"


PIECES = st.sampled_from([
    *GOOD.split(), ":", " ", "\n", "- ", "{", "}", "[", "]", "*a", "&a ", "!!int ", "|", "'", '"',
    "? ", "<<", "\t", "---\n", "%", "\0", "😀",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(str.encode),
        st.binary(max_size=60),
        st.lists(PIECES, max_size=60).map("".join).map(str.encode),
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), PIECES).map(
            lambda cut: f"{GOOD[: cut[0]]}{cut[2]}{GOOD[cut[0] + cut[1] :]}".encode()
        ),
    )
)
@example(b"&a [*a]")
@example(b"&a {default: *a, queues: *a, tasks: *a}")
@example(b"[" * 1500)
@example(b"{? " * 1000)
def test_no_text_leads_to_another_error(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any-queues.yaml"
    file.write_bytes(text)
    try:
        routing = load_routing(file, TWO_WORDS)
    except RoutingError as error:
        assert str(error).startswith(str(file))  # noqa: PT017 - either ending is right
    else:
        assert routing.routes.keys() == TWO_WORDS

"""Whatever JSON comes in, with whatever hints: an outcome that fits the wire, or MalformedError."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved_messages import MESSAGES, load
from wire import check_kwargs

from parsers import MalformedError, Options, Parsed, Skip, delivery_id, parse
from parsers.routes import ROUTES

NAMES = [str(path.relative_to(MESSAGES))[:-5] for path in sorted(MESSAGES.glob("*/*/*.json"))]
TOPICS = sorted({f"org.fedoraproject.prod.{topic}" for _, topic in ROUTES})
TYPES = sorted({event_type for _, event_type in ROUTES})
OPTIONS = Options(bots=frozenset(), command_prefix="/packit")

SOURCES = st.sampled_from(
    [None, "github", "pagure", "fedora-messaging", "centosmsg", "testing-farm"]
)
HINTS = st.sampled_from(
    [None, "", "star", "x/y", "x/git.receive", "\x00", "\ud800", *TYPES, *TOPICS]
)
NUMBERS = st.integers() | st.sampled_from([2**63, -(2**63), 10**400]) | st.floats()
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "\x00", "\ud800", "a\udfff", "0" * 40, "refs/tags/1", "opened", "edited", "/packit build"]
)
KEYS = st.sampled_from(
    """
    action after author before body branch comment commit commits created_at deleted from full_name
    head html_url id installation issue login msg name number owner prerelease pull_request ref
    release repo repositories_added repository sender sha tag_name topic type url user
    """.split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=4),
    max_leaves=8,
)
FAST = settings(
    max_examples=500,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def nested(depth):
    node = {}
    for _ in range(depth):
        node = {"user": [node]}
    return node


def outcome_of(event, source, event_type):
    try:
        return parse(event, source=source, event_type=event_type, options=OPTIONS)
    except MalformedError as error:
        return error


def check(event, source, event_type):
    """Parse, and hold what comes out against the wire."""
    outcome = outcome_of(event, source, event_type)
    if isinstance(outcome, Parsed):
        check_kwargs(outcome.event, outcome.kwargs)
    elif isinstance(outcome, Skip):
        assert outcome.code.replace("-", "").isalpha()
        assert len(outcome.detail.encode()) < 500
    else:
        assert outcome.path.startswith("$")
        assert 0 < len(outcome.reason.encode()) < 500


def place(draw, node):
    """Walk down to some container of `node`, and choose one of its keys."""
    while True:
        keys = list(node) if type(node) is dict else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        inner = node[key]
        if type(inner) not in (dict, list) or not inner or draw(st.integers(0, 3)) == 0:
            return node, key
        node = inner


@st.composite
def mutated(draw):
    """A saved message, changed at one to three places."""
    event = load(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 3))):
        if not event:
            break
        node, key = place(draw, event)
        how = draw(st.sampled_from(["delete", "replace", "splice", "deep"]))
        if how == "delete":
            del node[key]
        elif how == "replace":
            node[key] = draw(VALUES)
        elif how == "splice":
            other, at = place(draw, load(draw(st.sampled_from(NAMES))))
            node[key] = other[at]
        else:
            node[key] = nested(2_000)
            break
    return event


@FAST
@given(mutated(), SOURCES, HINTS)
def test_a_changed_message_of_any_kind(event, source, event_type):
    check(event, source, event_type)


@FAST
@given(mutated())
def test_a_changed_message_by_its_shape(event):
    check(event, None, None)
    check(event, "github", None)


@FAST
@given(st.dictionaries(KEYS, VALUES, max_size=8), st.sampled_from(sorted(ROUTES)))
def test_any_object_by_any_route(event, route):
    source, event_type = route
    check(event, source, f"x/{event_type}" if source == "centosmsg" else event_type)


@FAST
@given(VALUES, SOURCES, HINTS)
def test_any_json(event, source, event_type):
    check(event, source, event_type)
    assert delivery_id(event) is None or type(delivery_id(event)) is str


@FAST
@given(st.text() | st.binary() | VALUES.map(json.dumps))
def test_any_text(text):
    check(text, "github", None)


@FAST
@given(st.sampled_from(NAMES), st.floats(0, 1))
def test_a_text_cut_short(name, share):
    text = json.dumps(load(name))
    check(text[: int(share * len(text))], None, None)

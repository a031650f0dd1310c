"""Which headers of a message are handed on, and which are not believed."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.headers import Trail, trace_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"
BAGGAGE = "sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,sentry-sampled=true"


def test_what_a_sender_set_is_handed_on():
    request = SimpleNamespace(
        id="task-1",
        packit_correlation_id="c-1",
        packit_follow="queue-1",
        **{"sentry-trace": TRACE, "baggage": f"other=1, {BAGGAGE},more=jane@example.org"},
    )
    trail = Trail.of_request(request)
    headers = trail.headers()
    assert headers.pop("packit_sent_at").endswith("+00:00")
    assert headers == {
        "packit_correlation_id": "c-1",
        "packit_follow": "queue-1",
        "sentry-trace": TRACE,
        "baggage": f" {BAGGAGE}",
    }


def test_of_a_sender_that_set_nothing():
    trail = Trail.of_request(SimpleNamespace(id="task-1"))
    assert trail == Trail("task-1")
    assert set(trail.headers()) == {"packit_correlation_id", "packit_sent_at"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sentry-trace": TRACE}, {"sentry-trace": TRACE}),
        ({"sentry-trace": TRACE[:-2]}, {"sentry-trace": TRACE[:-2]}),
        ({"sentry-trace": TRACE, "baggage": "other=1"}, {"sentry-trace": TRACE}),
        ({"sentry-trace": TRACE, "baggage": "sentry-a=" + "b" * 2000}, {"sentry-trace": TRACE}),
        ({"sentry-trace": TRACE, "baggage": 5}, {"sentry-trace": TRACE}),
        ({"baggage": BAGGAGE}, {}),
        ({"sentry-trace": TRACE + "\n"}, {}),
        ({"sentry-trace": TRACE.upper()}, {}),
        ({"sentry-trace": "ghp_" + "a" * 40}, {}),
        ({"sentry-trace": [TRACE]}, {}),
    ],
)
def test_what_is_believed(headers, expected):
    assert trace_of(headers) == expected


@given(
    st.dictionaries(
        st.sampled_from(["sentry-trace", "baggage"]), st.none() | st.text() | st.integers()
    )
)
def test_whatever_was_sent_it_never_raises(headers):
    assert trace_of(headers) == {}

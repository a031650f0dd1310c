"""Values come back from both databases as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from packit_worker.store.models import Event, Stage1Outcome
from packit_worker.store.types import excerpt

shared = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def event(number, **values):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    needed = {"task": "t", "kwargs": {}, "received_at": now}
    return Event(id=number, generation=1, fence=1, attempts=1, **{**needed, **values})


def stored(database, **values):
    with database.write() as session:
        session.merge(event("e", **values))
    with database.read() as session:
        return session.get_one(Event, "e")


def test_a_time_comes_back_in_utc(database):
    moment = datetime(2026, 3, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    back = stored(database, sent_at=moment).sent_at
    assert back == datetime(2026, 2, 28, 23, 30, 0, 123456, tzinfo=UTC)
    assert back.tzinfo is UTC


def test_a_time_without_an_offset_is_refused(database):
    with pytest.raises(StatementError, match="a time needs an offset: 2026-03-01T00:00:00"):
        stored(database, sent_at=datetime(2026, 3, 1))  # noqa: DTZ001 - what is refused


def test_times_are_ordered_whatever_their_offset(database):
    late = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    early = datetime(2026, 3, 1, 13, 59, 59, tzinfo=timezone(timedelta(hours=2)))
    with database.write() as session:
        session.add_all([event("late", received_at=late), event("early", received_at=early)])
    with database.read() as session:
        in_order = session.query(Event.id).order_by(Event.received_at).all()
        assert [row.id for row in in_order] == ["early", "late"]
        before_noon = session.query(Event.id).where(Event.received_at < late).all()
        assert [row.id for row in before_noon] == ["early"]


@shared
@given(kwargs=st.dictionaries(st.text(), json_values, max_size=4))
def test_json_comes_back_as_it_was(database, kwargs):
    assert stored(database, kwargs=kwargs).kwargs == kwargs


def test_json_none_is_null(database):
    stored(database, decision=None)
    with database.read() as session:
        assert session.query(Event).where(Event.decision.is_(None)).count() == 1


@shared
@given(text=st.text(st.characters()))
def test_any_text_of_others_can_be_kept(database, text):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    row = Stage1Outcome(id="o", outcome="skip", code="x", detail=text, recorded_at=now)
    with database.write() as session:
        session.merge(row)
    with database.read() as session:
        kept = session.get_one(Stage1Outcome, "o").detail
    assert len(kept) == len(text)
    assert [a for a, b in zip(kept, text, strict=True) if a != b] == ["\ufffd"] * sum(
        letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in text
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("all of it", "all of it"),
        ("x" * 65_536, "x" * 65_536),
        ("a" + "x" * 65_536, "x" * 65_536),
        ("€" * 40_000, "€" * 21_845),
        ("\x00\ud800", "\ufffd\ufffd"),
    ],
)
def test_an_excerpt_is_the_end(text, kept):
    assert excerpt(text) == kept

"""Every state, kind and event has its words; what would break a page is replaced."""

from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from packit_worker.pages import wording
from packit_worker.registry import EVENTS
from packit_worker.resuming import OUTCOMES
from packit_worker.run_states import RunKind, RunState

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_nothing_lacks_its_words():
    assert set(wording.RUN_STATES) == set(RunState)
    assert set(wording.KINDS) == set(RunKind)
    assert set(wording.EVENTS) == {event.__name__ for event in EVENTS}
    known = {*OUTCOMES, *OUTCOMES.values(), "denied"}
    assert set(wording.OUTCOME_COLOURS) <= known


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (252, "4 min 12 s"),
        (3600, "1 h"),
        (3725, "1 h 2 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations(seconds, said):
    assert wording.duration(NOON, NOON + timedelta(seconds=seconds)) == said


def test_moments():
    assert wording.moment(NOON) == "2026-03-01 12:00:00 UTC"


def test_what_would_break_a_page_is_replaced():
    assert (
        wording.shown("a\x00b\x1bc\u202ed\u2066e\ud800f\r")
        == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffd"
    )
    assert wording.shown("tab\tline\nžluťoučký 🎉 <b>") == "tab\tline\nžluťoučký 🎉 <b>"
    assert wording.shown(7) == 7
    assert wording.shown(Markup("<b>\x00")) == Markup("<b>\x00")

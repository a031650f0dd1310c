"""What people are told: the hint names a command that does what was refused."""

import pytest

from packit_worker.decision import PairDecision
from packit_worker.sentences import sentence_of

REFUSED = "Not allowed yet: only people with write access may start this. "


@pytest.mark.parametrize(
    ("again", "hint"),
    [
        ("build", 'A maintainer can comment "/packit build".'),
        ("test", 'A maintainer can comment "/packit test".'),
        ("", "A maintainer can push it again."),
    ],
)
def test_who_is_refused_reads_what_a_maintainer_can_do(again, hint):
    pair = PairDecision("AnyHandler", "job#0", "", code="no-write-access", again=again)
    assert sentence_of(pair, "e-1", "/packit") == REFUSED + hint

"""Our own account is not let in: an operator's fault, so nobody's build is lost by it."""

from dataclasses import replace

import pytest
from koji_side import F44
from servers.koji_stand_ins import koji_settings

from packit_worker.services.koji import KojiHub


@pytest.fixture
def locked_out(koji_side):
    """Koji with a password that it does not take; `mend` gives the right one."""
    side = koji_side
    right = side.hub
    wrong = koji_settings(side.koji.url)
    side.hub = KojiHub(replace(wrong, login=replace(wrong.login, password="not-it")))
    side.change(services=replace(side.engine.services, koji=lambda: side.hub))

    def mend():
        side.hub.close()
        side.hub = right

    side.mend = mend
    return side


def test_a_build_waits_until_the_operator_mends_it(locked_out):
    side = locked_out
    pull, end = side.opened()
    assert end.outcome == "waiting"
    [(state, text)] = side.shown().values()
    assert (state, text[:36]) == ("pending", "Waiting for Koji (bad-credentials). ")
    side.mend()
    assert side.once_more(side.pull_event(pull)).outcome == "done"
    assert side.rows() == [("f44", "submitted")]


def test_who_is_never_let_in_is_told_how_to_repeat_it(locked_out):
    side = locked_out
    pull, end = side.opened()
    for _ in range(10):
        if end.outcome != "waiting":
            break
        end = side.once_more(side.pull_event(pull))
    assert (end.outcome, end.code) == ("gave-up", "bad-credentials")
    state, text = side.shown()[F44]
    assert state == "error"
    assert text == (
        "Not your change: Koji does not take our credentials, 3 attempts (bad-credentials)."
        ' Comment "/packit upstream-koji-build" to try again.'
    )

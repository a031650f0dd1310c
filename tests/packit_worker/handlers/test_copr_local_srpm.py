"""`srpm_build: local`: the source package is made here, in the box, and uploaded to Copr."""

from dataclasses import replace

import pytest
from copr_side import TWO

from packit_worker.errors import RefusedError, TransientError

S43, S44 = "packit/rpm-build:fedora-43-x86_64", "packit/rpm-build:fedora-44-x86_64"


class Srpms:
    """Makes what it is told; `orders` are those it got."""

    def __init__(self):
        self.orders, self.folders, self.refuses = [], [], None

    def make(self, order, folder):
        self.orders.append(order)
        self.folders.append(folder)
        if self.refuses:
            raise self.refuses
        file = folder / "teapot-2.1-1.src.rpm"
        file.write_bytes(b"a source package")
        return file


@pytest.fixture
def srpms(copr_side):
    srpms = Srpms()
    services = replace(copr_side.engine.services, srpms=lambda: srpms)
    policy = replace(copr_side.engine.policy, srpm_build="local")
    copr_side.change(services=services, policy=policy)
    return srpms


def test_it_is_made_and_uploaded(copr_side, srpms):
    side = copr_side
    pull, end = side.opened()
    assert end.outcome == "done"
    (order,) = srpms.orders
    assert order.clone_url == "https://github.com/octo/hello.git"
    assert (order.checkout.number, order.checkout.commit) == (pull.id, pull.head_sha)
    (build,) = side.copr.world.builds.values()
    (marker,) = {run.marker for run in side.runs()}
    assert build.source_type == "upload"
    assert build.source["pkg"] == f"teapot-2.1-1.{marker}.src.rpm"
    assert build.options["chroots"] == ["fedora-43-x86_64", "fedora-44-x86_64"]
    assert not srpms.folders[0].exists()
    texts = [text for context, _, text in side.statuses() if context == S43]
    assert texts == ["Accepted. Waiting for Copr.", "Building the SRPM."]
    side.build()
    assert {state for state, _ in side.shown().values()} == {"success"}


def test_a_change_that_gives_none_fails(copr_side, srpms):
    side = copr_side
    srpms.refuses = RefusedError("srpm-failed", 'action "create-archive" exited with 2')
    _pull, end = side.opened()
    assert (end.outcome, end.code) == ("failed", "srpm-failed")
    text = 'The SRPM could not be made: action "create-archive" exited with 2.'
    assert side.shown() == {S43: ("failure", text), S44: ("failure", text)}
    assert side.copr.world.builds == {}


def test_without_a_box_nothing_is_made(copr_side, srpms):
    side = copr_side
    srpms.refuses = RefusedError("sandbox-unavailable", "bubblewrap (bwrap) is not installed")
    side.opened()
    text = "Not your change: the service has no box to make the SRPM in: bubblewrap (bwrap) is not"
    assert side.shown()[S43] == ("error", f"{text} installed.")


def test_an_upload_whose_answer_is_lost_is_found(copr_side, srpms):
    side = copr_side
    side.copr.faults.add(side.fault(kind="drop", match="create/upload", after=True))
    pull = side.pull(TWO, source="octo/hello")
    event = side.pull_event(pull)
    assert side.process(event, "opened").outcome == "waiting"
    side.make_due("opened")
    assert side.process(event, "opened").outcome == "done"
    assert list(side.copr.world.builds) == [7000001]
    assert len(srpms.orders) == 1


def test_a_forge_that_is_down_is_waited_for(copr_side, srpms):
    side = copr_side
    srpms.refuses = TransientError("connection")
    _pull, end = side.opened()
    assert end.outcome == "waiting"
    assert side.shown()[S43][0] == "pending"

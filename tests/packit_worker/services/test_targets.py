"""Targets and aliases become the chroots that packit means, also while Bodhi is down."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from servers.patience import PATIENCE

from packit_worker.errors import TransientError
from packit_worker.sandbox.bodhi import RELEASES, BodhiStandIn, fedora
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.server import Server
from packit_worker.services.bodhi import BodhiReleases
from packit_worker.services.targets import BodhiTargets

BEGIN = datetime(2026, 11, 25, 5, 10, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.time = BEGIN

    def __call__(self):
        return self.time

    def pass_hours(self, hours):
        self.time += timedelta(hours=hours)


@pytest.fixture
def bodhi():
    stand_in = BodhiStandIn()
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache_file(tmp_path):
    return tmp_path / "state" / "releases.json"


@pytest.fixture
def open_targets(bodhi, cache_file, clock):
    """Open what a new process would."""
    return lambda: BodhiTargets(BodhiReleases(bodhi.url, cache_file, timeout=PATIENCE, now=clock))


@pytest.fixture
def targets(open_targets):
    return open_targets()


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], ["fedora-43-x86_64", "fedora-44-x86_64"]),
        (["fedora-stable"], ["fedora-43-x86_64", "fedora-44-x86_64"]),
        (["fedora-stable-aarch64"], ["fedora-43-aarch64", "fedora-44-aarch64"]),
        (
            ["fedora-all"],
            ["fedora-43-x86_64", "fedora-44-x86_64", "fedora-45-x86_64", "fedora-rawhide-x86_64"],
        ),
        (["fedora-development"], ["fedora-45-x86_64", "fedora-rawhide-x86_64"]),
        (["fedora-latest"], ["fedora-45-x86_64"]),
        (["fedora-latest-stable"], ["fedora-44-x86_64"]),
        (["fedora-branched"], ["fedora-43-x86_64", "fedora-44-x86_64", "fedora-45-x86_64"]),
        (["fedora-rawhide"], ["fedora-rawhide-x86_64"]),
        (["rawhide"], ["fedora-rawhide-x86_64"]),
        (["f44"], ["fedora-44-x86_64"]),
        (["eln"], ["fedora-eln-x86_64"]),
        (["fedora-40-x86_64"], ["fedora-40-x86_64"]),
        (["fedora-40", "fedora-40-x86_64", "fedora-40"], ["fedora-40-x86_64"]),
        (
            ["epel-all"],
            ["epel-10-x86_64", "epel-8-x86_64", "epel-9-x86_64", "rhel+epel-10-x86_64"],
        ),
        (["epel-9-s390x", "epel9"], ["epel-9-s390x", "epel-9-x86_64"]),
        (["epel-10"], ["epel-10-x86_64"]),
        (["epel-10-all"], ["epel-10-x86_64", "rhel+epel-10-x86_64"]),
        (["epel-10-branched", "epel10.2"], ["rhel+epel-10-x86_64"]),
        (["centos-stream"], ["centos-stream-8-x86_64"]),
        (["centos-stream-10-ppc64le"], ["centos-stream-10-ppc64le"]),
        (["centos-stream+epel-next-9"], ["centos-stream+epel-next-9-x86_64"]),
        (["mageia-9-i586"], ["mageia-9-i586"]),
        (["opensuse-tumbleweed"], ["opensuse-tumbleweed-x86_64"]),
        (["fedora-stabel"], ["fedora-stabel-x86_64"]),
    ],
)
def test_what_targets_mean(targets, given, names):
    found = targets.chroots(given)
    assert list(found.names) == names
    assert found.notes == ()


def test_the_latest_stable_fedora(targets):
    assert targets.latest_stable_fedora().names == ("fedora-44-x86_64",)


def test_opensuse_comes_from_a_bundled_list_which_is_said(targets, bodhi):
    found = targets.chroots(["opensuse-tumbleweed-all"])
    assert found.names == ("opensuse-tumbleweed-x86_64",)
    [note] = found.notes
    assert note.startswith("The releases of openSUSE are those that opensuse-distro-aliases ")
    assert bodhi.stand_in.requests == []


ASKS_PACKIT = """
import json, sys
from packit.config.aliases import get_build_targets
print(json.dumps([sorted(get_build_targets(one)) for one in json.load(sys.stdin)]))
"""
COMPARED = """fedora-all fedora-stable fedora-development fedora-latest fedora-latest-stable
fedora-43
fedora-branched fedora-rawhide rawhide f43 f45 f46 fedora-46 fedora-40-x86_64 epel-all epel-8 epel9
epel-10 epel-10-all epel-10-branched epel10.2 epel-10.2 epel-10-s390x eln fedora-eln-aarch64
fedora-all-ppc64le centos-stream centos-stream-x86_64 centos-stream-9 epel-7 fedora-stabel
opensuse-leap-15.6 main epel-11""".split()


def test_packit_means_the_same(targets, tmp_path):
    folder = tmp_path / ".cache" / "fedora-distro-aliases"
    folder.mkdir(parents=True)
    kept = {"timestamp": 1, "data": [one for one in RELEASES if one["state"] != "archived"]}
    # The library sorts all that is not ELN by its number.
    (folder / "cache.json").write_text(json.dumps(kept))
    nowhere = "http://127.0.0.1:9"
    environment = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "https_proxy": nowhere,
        "http_proxy": nowhere,
    }
    said = subprocess.run(
        [sys.executable, "-c", ASKS_PACKIT],
        input=json.dumps(COMPARED),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    ours = {name: list(targets.chroots([name]).names) for name in COMPARED}
    assert ours == dict(zip(COMPARED, json.loads(said), strict=True))


def test_bodhi_is_asked_once_and_only_when_needed(targets, open_targets, bodhi, clock, cache_file):
    targets.chroots(["fedora-44", "centos-stream-10-x86_64"])
    assert bodhi.stand_in.requests == []
    targets.chroots(["fedora-all"])
    targets.chroots(["epel-all"])
    open_targets().chroots(["fedora-all"])
    [request] = bodhi.stand_in.requests
    assert str(request) == "GET /releases/"
    assert cache_file.exists()
    clock.pass_hours(13)
    bodhi.world.releases.append(fedora(47, "pending", "rawhide"))
    assert "fedora-46-x86_64" in targets.chroots(["fedora-all"]).names
    assert len(bodhi.stand_in.requests) == 2


def test_all_pages_are_read(targets, bodhi):
    bodhi.world.most_rows = 2
    assert "epel-10-x86_64" in targets.chroots(["epel-all"]).names
    assert [request.query["page"] for request in bodhi.stand_in.requests] == list("123456")


@pytest.mark.parametrize("kind", ["unavailable", "html", "broken", "drop", "timeout"])
def test_old_data_is_used_and_said_so(targets, open_targets, bodhi, clock, kind):
    targets.chroots(["fedora-all"])
    clock.pass_hours(30)
    bodhi.faults.add(Fault(kind=kind, count=-1))
    for one in (targets, open_targets()):
        found = one.chroots(["fedora-stable"])
        assert found.names == ("fedora-43-x86_64", "fedora-44-x86_64")
        assert found.notes == ("Bodhi is down: the releases are those of 2026-11-25 05:10 UTC.",)
        assert one.latest_stable_fedora().notes == found.notes


def test_bodhi_that_is_down_is_left_alone_for_a_minute(targets, bodhi, clock):
    bodhi.faults.add(Fault(kind="unavailable"))
    for _ in range(3):
        with pytest.raises(TransientError) as caught:
            targets.chroots(["fedora-all"])
        assert (caught.value.reason, caught.value.retry_after) == ("http-503", 60)
    assert len(bodhi.stand_in.requests) == 1
    clock.pass_hours(1)
    assert targets.chroots(["fedora-all"]).notes == ()


def test_versions_need_no_bodhi(targets, bodhi):
    bodhi.faults.add(Fault(kind="unavailable", count=-1))
    found = targets.chroots(["fedora-44-x86_64", "epel-9", "fedora-rawhide"])
    assert found.names == ("epel-9-x86_64", "fedora-44-x86_64", "fedora-rawhide-x86_64")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"fetched": 1}', '{"releases": [], "fetched": ""}']
)
def test_a_broken_file_is_none(targets, cache_file, text):
    cache_file.parent.mkdir()
    cache_file.write_text(text)
    assert targets.chroots(["fedora-latest-stable"]).names == ("fedora-44-x86_64",)


def test_a_file_that_cannot_be_written_costs_nothing(bodhi, tmp_path):
    (tmp_path / "file").write_text("")
    targets = BodhiTargets(BodhiReleases(bodhi.url, tmp_path / "file" / "releases.json"))
    assert targets.latest_stable_fedora().names == ("fedora-44-x86_64",)


def test_without_a_stable_release_somebody_has_to_wait(targets, bodhi):
    bodhi.world.releases = [fedora(46, "pending", "rawhide")]
    with pytest.raises(TransientError) as caught:
        targets.latest_stable_fedora()
    assert caught.value.reason == "no-stable-release"


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], ["f43", "f44"]),
        (["fedora-all"], ["f43", "f44", "f45", "rawhide"]),
        (["fedora-development", "fedora-43"], ["f43", "f45", "rawhide"]),
        (["epel-9", "epel9", "epel-10.2"], ["epel10.2", "epel9"]),
        (["fedora-rawhide", "rawhide"], ["rawhide"]),
        (["fedora-eln"], ["eln"]),
        (["f44-build-side-17", "my-target"], ["f44-build-side-17", "my-target"]),
        (["fedora-17", "fedora-nonsense"], ["f17", "fedora-nonsense"]),
    ],
)
def test_targets_of_koji(targets, given, names):
    assert targets.koji_targets(given).names == tuple(names)


def test_targets_of_koji_that_need_no_bodhi(bodhi, targets):
    bodhi.faults.add(Fault(kind="unavailable", count=-1))
    assert targets.koji_targets(["fedora-44", "rawhide", "epel-9"]).names == (
        "epel9",
        "f44",
        "rawhide",
    )
    with pytest.raises(TransientError):
        targets.koji_targets(["fedora-stable"])

"""The source package of a Copr build is fetched whole, or not at all."""

import pytest
import requests
from servers.copr_stand_ins import OURS

from packit_worker.copr import BuildOptions, ProjectPlan, SourceScript
from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.faults import Fault
from packit_worker.services.copr_source import fetch_source

F44 = "fedora-44-x86_64"
SCRIPT = SourceScript(text="#!/bin/sh\n", chroot=F44, packages=(), result_folder=".")
CONTENT = bytes(range(256)) * 10_000


@pytest.fixture
def build(copr, copr_stand_in):
    """A build whose source package is there."""
    plan = ProjectPlan(chroots=(F44,), description="D", instructions="I", contact="a@example.com")
    copr.set_up_project(OURS, plan)
    number = copr.submit_script(OURS, SCRIPT, BuildOptions(chroots=(F44,))).id
    build = copr_stand_in.world.builds[number]
    build.srpm = CONTENT
    return build


def code_of(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.code


def test_it_is_fetched_without_our_credentials(copr, copr_stand_in, build, tmp_path):
    copr_stand_in.run(build.id)
    copr_stand_in.stand_in.forget()
    file = copr.download_srpm(build.id, tmp_path)
    assert file == tmp_path / "teapot-2.1-1.src.rpm"
    assert file.read_bytes() == CONTENT
    path = f"/results/{OURS}/srpm-builds/07000001/teapot-2.1-1.src.rpm"
    asked = [(one.path, one.login) for one in copr_stand_in.stand_in.requests]
    assert asked == [("/api_3/build/7000001", None), (path, None)]


def test_it_is_not_made_yet(copr, build, tmp_path):
    assert code_of(lambda: copr.download_srpm(build.id, tmp_path)) == "no-source-package"


def test_it_is_kept_no_more(copr, copr_stand_in, build, tmp_path):
    copr_stand_in.run(build.id, Outcome())
    build.srpm = None
    assert code_of(lambda: copr.download_srpm(build.id, tmp_path)) == "no-source-package"


@pytest.mark.parametrize("kind", ["drop", "timeout", "unavailable"])
def test_copr_is_down(copr, copr_stand_in, build, tmp_path, kind):
    copr_stand_in.run(build.id)
    copr_stand_in.faults.add(Fault(kind=kind, match="GET /results", seconds=60))
    with pytest.raises(TransientError):
        copr.download_srpm(build.id, tmp_path)


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fetc%2Fa.src.rpm", ".src.rpm", "a.rpm", "", "a%00.src.rpm", "-a.src.rpm"]
)
def test_a_name_that_is_none_is_refused(copr_stand_in, tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    with requests.Session() as session:
        url = f"{copr_stand_in.url}/results/{name}"
        assert code_of(lambda: fetch_source(session, url, folder)) == "no-source-package"
    assert list(tmp_path.rglob("*")) == [folder]


def test_one_that_is_too_large_is_refused(copr_stand_in, build, tmp_path):
    copr_stand_in.run(build.id)
    url = f"{copr_stand_in.url}/results/{OURS}/srpm-builds/07000001/teapot-2.1-1.src.rpm"
    with requests.Session() as session:
        code = code_of(lambda: fetch_source(session, url, tmp_path, most_bytes=2_000_000))
    assert code == "too-large"

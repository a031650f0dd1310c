"""What a Copr frontend promises: the stand-in keeps it, and so does a real one where given."""

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from packit_worker.copr import BuildOptions, CoprProject, CoprState, ProjectPlan, SourceScript
from packit_worker.errors import RefusedError, TransientError

SCRIPT = "#!/bin/bash\n# packit-worker: {marker}\nexit 1\n"


def plan(*chroots, **more):
    given = {"description": "D", "instructions": "I", "contact": "https://example.com/contact"}
    return ProjectPlan(chroots=chroots, **(given | more))


@pytest.fixture
def chroots(any_copr):
    """Two chroots of Fedora."""
    found = sorted(name for name in any_copr.available_chroots() if name.startswith("fedora-"))
    assert len(found) >= 2
    return found[:2]


@pytest.fixture
def project(any_copr):
    return CoprProject(any_copr.username, f"packit-worker-test-{uuid.uuid4().hex}")


@pytest.fixture
def made(any_copr, project, chroots):
    any_copr.set_up_project(project, plan(chroots[0]))
    return project


def submit(copr, project, chroot, marker, **options):
    script = SourceScript(
        text=SCRIPT.format(marker=marker),
        chroot=chroot,
        packages=("git-core",),
        result_folder="result",
    )
    return copr.submit_script(project, script, BuildOptions(chroots=(chroot,), **options))


def code_of(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.code


def test_a_project_is_made_and_builds(any_copr, made, chroots):
    build = submit(any_copr, made, chroots[0], "a-marker", enable_net=False)
    assert build.project == made
    assert build.submitter == any_copr.username
    assert not build.state.is_final
    assert build.url == any_copr.build_url(build.id)
    again = any_copr.build(build.id)
    assert (again.id, again.project) == (build.id, made)
    assert abs(again.submitted - datetime.now(UTC)) < timedelta(minutes=5)
    assert any_copr.source_build(build.id).state in set(CoprState) - {CoprState.UNKNOWN}


def test_setting_up_twice_adds_a_chroot_and_keeps_the_first(any_copr, made, chroots):
    any_copr.set_up_project(made, plan(chroots[1]))
    assert submit(any_copr, made, chroots[0], "first").id
    assert submit(any_copr, made, chroots[1], "second").id


def test_a_build_is_found_again_by_its_marker(any_copr, made, chroots):
    since = datetime.now(UTC) - timedelta(minutes=5)
    marker = uuid.uuid4().hex
    wanted = submit(any_copr, made, chroots[0], marker)
    submit(any_copr, made, chroots[0], uuid.uuid4().hex)
    assert any_copr.find_build(made, marker, since=since).id == wanted.id
    assert any_copr.find_build(made, uuid.uuid4().hex, since=since) is None


def test_an_uploaded_source_package_is_found_again(any_copr, made, chroots, tmp_path):
    since = datetime.now(UTC) - timedelta(minutes=5)
    srpm = tmp_path / "hedgehog-1.0-1.src.rpm"
    srpm.write_bytes(b"\xed\xab\xee\xdb not much of a package")
    marker = uuid.uuid4().hex
    options = BuildOptions(chroots=(chroots[0],))
    build = any_copr.submit_srpm(made, srpm, options, marker=marker)
    assert any_copr.find_build(made, marker, since=since).id == build.id


def test_a_cancelled_build_has_ended(any_copr, made, chroots):
    build = submit(any_copr, made, chroots[0], "a-marker")
    any_copr.cancel(build.id)
    assert any_copr.build(build.id).state is CoprState.CANCELED
    assert code_of(lambda: any_copr.cancel(build.id)) == "already-ended"


@pytest.mark.parametrize("name", ["no spaces", "a/b", "41", "ünsafe;name"])
def test_a_bad_project_name_is_refused(any_copr, chroots, name):
    project = CoprProject(any_copr.username, name)
    assert code_of(lambda: any_copr.set_up_project(project, plan(chroots[0]))) == "bad-project-name"


def test_chroots_that_copr_has_not_are_named_each(any_copr, project, chroots):
    wanted = plan(chroots[0], "fedora-9-x86_64", "fedora-8-x86_64")
    with pytest.raises(RefusedError) as caught:
        any_copr.set_up_project(project, wanted)
    assert caught.value.code == "unsupported-chroot"
    assert "fedora-9-x86_64" in caught.value.reason
    assert "fedora-8-x86_64" in caught.value.reason


def test_a_chroot_of_the_project_alone_can_be_built_in(any_copr, made, chroots):
    assert code_of(lambda: submit(any_copr, made, chroots[1], "m")) == "chroot-not-in-project"


def test_what_is_missing_is_told_apart(any_copr, project, chroots):
    assert code_of(lambda: submit(any_copr, project, chroots[0], "m")) == "no-such-project"
    assert code_of(lambda: any_copr.build(2**31 - 1)) == "no-such-build"
    foreign = CoprProject(f"nobody-{uuid.uuid4().hex}", "teapot")
    assert code_of(lambda: any_copr.set_up_project(foreign, plan(chroots[0]))) == "no-such-project"


def test_a_forge_project_has_to_be_listed(any_copr, made, chroots):
    def call():
        submit(any_copr, made, chroots[0], "m", forge_project="github.com/meadow-tools/hedgehog")

    assert code_of(call) == "forge-project-not-allowed"


def test_an_owner_asks_itself_for_nothing(any_copr, made):
    assert code_of(lambda: any_copr.request_permission(made, "builder")) == "bad-request"


def test_a_wrong_token_is_refused(any_copr, open_copr, made, chroots):
    wrong = open_copr(dataclasses.replace(any_copr._settings, token="wrong"))
    with pytest.raises(TransientError, match="bad-credentials"):
        submit(wrong, made, chroots[0], "m")

"""What goes over the wire to Copr, and what is made of its answers."""

from datetime import UTC, datetime, timedelta

import pytest
from servers.copr_stand_ins import OURS, THEIRS, copr_settings

from packit_worker.copr import BuildOptions, CoprProject, CoprState, ProjectPlan, SourceScript
from packit_worker.errors import RefusedError
from packit_worker.sandbox.copr_backend import Outcome

F44, RAWHIDE = "fedora-44-x86_64", "fedora-rawhide-x86_64"
SCRIPT = SourceScript(
    text="#!/bin/bash\n# packit-worker: 0b1c-marker\npackit srpm\n",
    chroot=F44,
    packages=("git-core", "packit"),
    result_folder="result",
)


def plan(*chroots, **more):
    given = {
        "description": "Builds of meadow-tools/hedgehog.",
        "instructions": "Use with care.",
        "contact": "https://example.com/contact",
    }
    return ProjectPlan(chroots=chroots, **(given | more))


def writes(stand_in):
    return [(one.kind, one.repository, one.by, one.data) for one in stand_in.world.writes]


def submit(copr, **options):
    return copr.submit_script(OURS, SCRIPT, BuildOptions(chroots=(F44, RAWHIDE), **options))


@pytest.fixture
def made(copr, copr_stand_in):
    copr.set_up_project(OURS, plan(F44, RAWHIDE))
    copr_stand_in.stand_in.forget()


def test_a_project_is_made(copr, copr_stand_in):
    copr.set_up_project(OURS, plan(RAWHIDE, F44, F44))
    [(kind, path, by, data)] = writes(copr_stand_in)
    assert (kind, path, by) == ("project-add", "packit/meadow-tools-hedgehog-217", "packit")
    wanted = {
        "name": "meadow-tools-hedgehog-217",
        "chroots": ["fedora-44-x86_64", "fedora-rawhide-x86_64"],
        "description": "Builds of meadow-tools/hedgehog.",
        "instructions": "Use with care.",
        "contact": "https://example.com/contact",
        "unlisted_on_hp": True,
        "delete_after_days": 60,
        "follow_fedora_branching": False,
    }
    assert {name: data[name] for name in wanted} == wanted


def test_a_project_that_fits_costs_one_call(copr, copr_stand_in, made):
    copr.set_up_project(OURS, plan(F44))
    assert [str(one) for one in copr_stand_in.stand_in.requests] == ["GET /api_3/project"]
    assert writes(copr_stand_in) == []


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        (plan(F44, "epel-9-x86_64"), {"chroots": ["epel-9-x86_64", F44, RAWHIDE]}),
        (plan(F44, instructions="Other."), {"instructions": "Other."}),
        (plan(F44, delete_after_days=None), {"delete_after_days": -1}),
        (plan(F44, listed=True), {"unlisted_on_hp": False}),
        (plan(F44, additional_repos=("copr://a/b",)), {"repos": ["copr://a/b"]}),
    ],
)
def test_only_what_differs_is_edited(copr, copr_stand_in, made, wanted, sent):
    copr.set_up_project(OURS, wanted)
    path = "packit/meadow-tools-hedgehog-217"
    assert writes(copr_stand_in) == [("project-edit", path, "packit", sent)]


def test_a_project_of_others_is_never_changed(copr, copr_stand_in):
    copr.set_up_project(THEIRS, plan(F44))
    with pytest.raises(RefusedError) as caught:
        copr.set_up_project(THEIRS, plan(F44, RAWHIDE, "epel-9-x86_64"))
    assert caught.value.code == "not-our-project"
    assert caught.value.reason == "@brewers/teapot has no epel-9-x86_64, fedora-rawhide-x86_64"
    missing = CoprProject("stranger", "nothing")
    with pytest.raises(RefusedError) as caught:
        copr.set_up_project(missing, plan(F44))
    assert caught.value.code == "no-such-project"
    assert {one.method for one in copr_stand_in.stand_in.requests} == {"GET"}


def test_who_may_not_build_asks_for_it(copr, copr_stand_in):
    options = BuildOptions(chroots=(F44,))
    with pytest.raises(RefusedError) as caught:
        copr.submit_script(THEIRS, SCRIPT, options)
    assert caught.value.code == "no-permission"
    for _ in range(2):
        copr.request_permission(THEIRS, "builder")
    request = ("permission-request", "@brewers/teapot", "packit", {"builder": True})
    assert writes(copr_stand_in) == [request, request]
    project = copr_stand_in.world.projects["@brewers/teapot"]
    assert project.permissions == {("packit", "builder"): "request"}
    project.permissions["packit", "builder"] = "approved"
    assert copr.submit_script(THEIRS, SCRIPT, options).project == THEIRS


def test_a_script_goes_out_as_it_is(copr, copr_stand_in, made):
    build = submit(copr, enable_net=False, timeout=7200)
    sent = {
        "script": "#!/bin/bash\n# packit-worker: 0b1c-marker\npackit srpm\n",
        "chroot": "fedora-44-x86_64",
        "builddeps": ["git-core", "packit"],
        "resultdir": "result",
        "chroots": ["fedora-44-x86_64", "fedora-rawhide-x86_64"],
        "enable_net": False,
        "timeout": 7200,
    }
    path = "packit/meadow-tools-hedgehog-217"
    assert writes(copr_stand_in) == [("build-custom", path, "packit", sent)]
    assert [one.login for one in copr_stand_in.stand_in.requests] == ["packit"]
    assert build.id == 7000001
    assert build.url == f"{copr_stand_in.url}/coprs/build/7000001/"


def test_a_source_package_goes_out_under_a_name_with_the_marker(
    copr, copr_stand_in, made, tmp_path
):
    srpm = tmp_path / "hedgehog-1.0-1.src.rpm"
    srpm.write_bytes(b"twelve bytes")
    copr.submit_srpm(OURS, srpm, BuildOptions(chroots=(F44,)), marker="0b1c-marker")
    sent = {"pkg": "hedgehog-1.0-1.0b1c-marker.src.rpm", "size": 12, "chroots": [F44]}
    path = "packit/meadow-tools-hedgehog-217"
    assert writes(copr_stand_in) == [("build-upload", path, "packit", sent)]
    with pytest.raises(RefusedError):
        copr.submit_srpm(OURS, tmp_path / "a.rpm", BuildOptions(chroots=(F44,)), marker="m")


def test_a_build_is_looked_for_among_ours_of_late(copr, copr_stand_in, made):
    since = datetime.now(UTC) - timedelta(minutes=1)
    old, foreign, wanted = submit(copr), submit(copr), submit(copr)
    builds = copr_stand_in.world.builds
    builds[old.id].submitted -= 3600
    builds[foreign.id].submitter = "stranger"
    copr_stand_in.stand_in.forget()
    assert copr.find_build(OURS, "0b1c-marker", since=since).id == wanted.id
    assert len(copr_stand_in.stand_in.requests) == 2
    copr_stand_in.stand_in.forget()
    assert copr.find_build(OURS, "another", since=since) is None
    assert [one.path for one in copr_stand_in.stand_in.requests] == [
        "/api_3/build/list",
        f"/api_3/build/source-build-config/{wanted.id}",
    ]


def test_a_build_of_many_chroots_is_read_in_one_call(copr, copr_stand_in, made):
    build = submit(copr)
    copr_stand_in.run(build.id, Outcome(chroots={RAWHIDE: "failed"}))
    copr_stand_in.stand_in.forget()
    parts = copr.chroot_builds(build.id)
    assert len(copr_stand_in.stand_in.requests) == 1
    assert {name: part.state for name, part in parts.items()} == {
        F44: CoprState.SUCCEEDED,
        RAWHIDE: CoprState.FAILED,
    }
    folder = f"{copr_stand_in.url}/results/{OURS}/{F44}/07000001-teapot"
    assert parts[F44].log_url == f"{folder}/builder-live.log.gz"
    assert parts[F44].ended - parts[F44].started < timedelta(minutes=1)
    whole = copr.build(build.id)
    assert (whole.state, whole.package, whole.version) == (CoprState.FAILED, "teapot", "2.1-1")
    assert whole.chroots == (F44, RAWHIDE)


def test_the_source_package_fails(copr, copr_stand_in, made):
    build = submit(copr)
    assert copr.source_build(build.id).log_url is None
    copr_stand_in.run(build.id, Outcome(source="failed"))
    source = copr.source_build(build.id)
    assert source.state is CoprState.FAILED
    folder = f"{copr_stand_in.url}/results/{OURS}/srpm-builds/07000001"
    assert source.log_url == f"{folder}/builder-live.log.gz"
    assert {part.state for part in copr.chroot_builds(build.id).values()} == {CoprState.FAILED}
    assert copr.build(build.id).state is CoprState.FAILED


def test_a_build_that_runs_has_a_log_to_follow(copr, copr_stand_in, made):
    build = submit(copr)
    copr_stand_in.run(build.id, Outcome(chroots={F44: "hangs", RAWHIDE: "hangs"}))
    part = copr.chroot_builds(build.id)[F44]
    assert (part.state, part.ended) == (CoprState.RUNNING, None)
    assert part.log_url.endswith("/builder-live.log")
    assert copr.build(build.id).state is CoprState.RUNNING


def test_a_state_we_do_not_know_is_no_end(copr, copr_stand_in, made):
    build = submit(copr)
    copr_stand_in.world.builds[build.id].source_progress.state = "pondering"
    assert copr.build(build.id).state is CoprState.UNKNOWN
    assert not CoprState.UNKNOWN.is_final
    assert CoprState.FORKED.is_final
    assert CoprState.FORKED.is_good
    assert not CoprState.CANCELED.is_good


def test_twenty_chroots_are_three_calls(copr, copr_stand_in):
    chroots = tuple(f"fedora-{number}-x86_64" for number in range(30, 50))
    copr_stand_in.world.chroots = list(chroots)
    assert copr.available_chroots() == set(chroots)
    copr_stand_in.stand_in.forget()
    copr.set_up_project(OURS, plan(*chroots))
    copr.submit_script(
        OURS,
        SourceScript(text="#!/bin/sh\n", chroot=chroots[0], packages=(), result_folder="."),
        BuildOptions(chroots=chroots),
    )
    assert len(copr_stand_in.stand_in.requests) == 3


def test_pages_for_people(copr, copr_stand_in):
    url = copr_stand_in.url
    assert copr.project_url(OURS) == f"{url}/coprs/packit/meadow-tools-hedgehog-217/"
    assert copr.project_url(THEIRS) == f"{url}/coprs/g/brewers/teapot/"
    assert copr.permissions_url(THEIRS) == f"{url}/coprs/g/brewers/teapot/permissions/"


def test_no_secret_in_a_repr():
    shown = repr(copr_settings("https://copr.example.com"))
    assert "hush-token" not in shown
    assert "jhqtlogin" not in shown
    assert "packit" in shown

"""A pull request becomes one build in Copr, and a status for each chroot."""

from copr_side import PROJECT, TWO
from transactions import count_transactions

F43 = "packit/rpm-build:fedora-43-x86_64"
F44 = "packit/rpm-build:fedora-44-x86_64"


def test_a_pull_request_ends_green(copr_side_anywhere):
    side = copr_side_anywhere
    pull, end = side.opened()
    assert (end.outcome, end.code) == ("done", "")
    assert side.rows() == [
        ("", "submitted"),
        ("fedora-43-x86_64", "submitted"),
        ("fedora-44-x86_64", "submitted"),
    ]
    accepted = ("pending", "Accepted. Waiting for Copr.")
    assert side.shown() == {F43: accepted, F44: accepted}
    side.build()
    assert side.rows() == [
        ("", "success"),
        ("fedora-43-x86_64", "success"),
        ("fedora-44-x86_64", "success"),
    ]
    built = ("success", "Built in 1 min 15 s. Packages can be installed from Copr.")
    assert side.shown() == {F43: built, F44: built}
    assert {one["sha"] for one in side.writes("status")} == {pull.head_sha}
    texts = [text for context, _, text in side.statuses() if context == F44]
    assert texts == [
        "Accepted. Waiting for Copr.",
        "Building the SRPM.",
        "Copr build 7000001 is running.",
        "Built in 1 min 15 s. Packages can be installed from Copr.",
    ]
    assert side.copr.world.projects[PROJECT].chroots == ["fedora-43-x86_64", "fedora-44-x86_64"]


def test_what_goes_over_the_wire_to_copr(copr_side):
    side = copr_side
    jobs = """\
  - job: copr_build
    trigger: pull_request
    targets: [fedora-stable, fedora-44-aarch64]
    enable_net: true
    timeout: 9000
    additional_repos: ["copr://brewers/teapot"]
    list_on_homepage: true
    preserve_project: true
    srpm_build_deps: [make]
"""
    pull, _end = side.opened(jobs)
    project, build = side.copr.world.writes
    chroots = ["fedora-43-x86_64", "fedora-44-aarch64", "fedora-44-x86_64"]
    assert (project.kind, project.repository) == ("project-add", PROJECT)
    assert project.data["chroots"] == chroots
    assert project.data["additional_repos"] == ["copr://brewers/teapot"]
    assert project.data["unlisted_on_hp"] is False
    assert "delete_after_days" not in project.data
    assert project.data["contact"] == "https://packit.example.org"
    assert (build.kind, build.repository) == ("build-custom", PROJECT)
    sent = dict(build.data)
    script = sent.pop("script")
    assert sent == {
        "chroot": "fedora-44-x86_64",
        "builddeps": ["git-core", "packit", "rpm-build", "rpmdevtools", "make"],
        "resultdir": "result",
        "chroots": chroots,
        "enable_net": True,
        "timeout": 9000,
    }
    lines = script.splitlines()
    assert "git clone --no-checkout -- https://github.com/octo/hello.git repository" in lines
    assert f"git merge --quiet --no-edit {pull.head_sha}" in lines
    assert lines[-2] == 'packit --debug srpm --output "$top/made.src.rpm" .'
    (marker,) = {run.marker for run in side.runs()}
    assert f"# Made by packit-worker. Marker: {marker}" in lines


def test_a_link_of_a_status_never_fails(copr_side):
    side = copr_side
    side.opened()
    known = {run.id for run in side.runs()}
    for write in side.writes("status"):
        base, _, number = write["target_url"].rpartition("/")
        assert base == "https://packit.example.org/runs"
        assert int(number) in known


def test_twenty_chroots_cost_one_build_and_seven_other_calls(copr_side):
    side = copr_side
    chroots = tuple(f"fedora-{number}-x86_64" for number in range(40, 60))
    side.copr.world.chroots[:] = chroots
    targets = ", ".join(chroots)
    _pull, end = side.opened(
        f"  - {{job: copr_build, trigger: pull_request, targets: [{targets}]}}\n"
    )
    assert end.outcome == "done"
    others = [one for one in side.requests() if "POST" not in one]
    copr = [one for one in side.copr_requests() if "create/custom" not in one]
    bodhi = [str(one) for one in side.bodhi.stand_in.requests]
    assert len(side.writes("status")) == 20
    assert len(side.copr.world.builds) == 1
    assert [*others, *copr, *bodhi] == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/contents/.packit.yaml",
        "GET /repos/octo/hello/collaborators/wendy/permission",
        "GET /repos/octo/hello/pulls/1",
        "GET /api_3/mock-chroots/list",
        "POST /api_3/project/add/packit",
        "GET /releases/",
    ]


def test_it_takes_eight_transactions(copr_side_anywhere):
    side = copr_side_anywhere
    pull = side.pull(TWO, source="octo/hello")
    with count_transactions(side.database) as count:
        assert side.process(side.pull_event(pull)).outcome == "done"
    # Take, plan, start, begin, reported, submitted, finish, end.
    assert count.begun == 8

"""A pull request, a push and a release become scratch builds in Koji, and statuses."""

import pytest
from engine_side import COPR_CONFIG
from koji_side import F44, JOB, ON_PUSH, ON_RELEASE
from sqlalchemy import update

from packit_worker.errors import RefusedError, TransientError
from packit_worker.pages.first_error import clean_lines, first_error
from packit_worker.sandbox.bodhi import RELEASES
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.store import models

ACCEPTED = ("pending", "Accepted. Waiting for Koji.")
MAKING = "Building the SRPM."
BUILT = ("success", "Built in 4 min 12 s for aarch64, x86_64.")


def sent(side):
    """Return `(path, target, options)` of each build that was asked of Koji."""
    writes = [one for one in side.koji.world.writes if one.kind == "build"]
    return [(one.repository, one.data["target"], one.data["opts"]) for one in writes]


def test_a_pull_request_ends_green(koji_side_anywhere):
    side = koji_side_anywhere
    pull, end = side.opened()
    assert (end.outcome, end.code) == ("done", "")
    assert side.rows() == [("f44", "submitted")]
    assert side.shown() == {F44: ACCEPTED}
    assert [one.outcome for one in side.built()] == ["skipped", "skipped", "done", "done"]
    assert side.rows() == [("f44", "success")]
    texts = [text for _context, _state, text in side.statuses()]
    assert texts == [ACCEPTED[1], MAKING, ACCEPTED[1], "Koji task 117000001 is running.", BUILT[1]]
    assert {one["sha"] for one in side.writes("status")} == {pull.head_sha}
    [run] = side.runs()
    assert run.web_url == "https://koji.example.org/koji/taskinfo?taskID=117000001"
    log = "https://koji-files.example.org/work/tasks/3/117000003/build.log"
    assert run.details["arches"]["x86_64"] == {"task_id": 117000003, "log_url": log}
    url = f"https://packit.example.org/runs/{run.id}"
    assert {one["target_url"] for one in side.writes("status")} == {url}


def test_what_goes_over_the_wire_to_koji(koji_side):
    side = koji_side
    pull, _end = side.opened()
    [run] = side.runs()
    path = f"cli-build/packit-worker-{run.marker}-{run.id}/hedgehog-2.1-1.src.rpm"
    assert sent(side) == [(path, "f44", {"scratch": True})]
    assert bytes(side.koji.world.uploads[path]) == b"\xed\xab\xee\xdb not much of a package"
    [order] = side.srpms.orders
    assert order.clone_url == "https://github.com/octo/hello.git"
    assert (order.checkout.number, order.checkout.commit) == (pull.id, pull.head_sha)
    assert order.checkout.target_branch == "main"


def test_a_push_ends_green(koji_side):
    side = koji_side
    commit = side.push(ON_PUSH)
    end = side.process(side.push_event(commit, git_ref="main", user_login="wendy"))
    assert end.outcome == "done"
    side.built()
    assert side.shown() == {"packit/upstream-koji-build:main:f44": BUILT}
    assert {one["sha"] for one in side.writes("status")} == {commit}
    [order] = side.srpms.orders
    assert (order.checkout.branch, order.checkout.commit) == ("main", commit)


def test_a_release_ends_green(koji_side):
    side = koji_side
    files = {".packit.yaml": COPR_CONFIG + ON_RELEASE}
    commit = side.hello.git.commit(files, ref="refs/tags/v2.1")
    end = side.process(side.release_event("v2.1"))
    assert end.outcome == "done"
    side.built()
    assert side.shown() == {"packit/upstream-koji-build:v2.1:f44": BUILT}
    assert {one["sha"] for one in side.writes("status")} == {commit}
    assert side.srpms.orders[0].checkout.tag == "v2.1"


def test_the_old_name_of_the_job(koji_side):
    side = koji_side
    _pull, end = side.opened(
        "  - {job: production_build, trigger: pull_request,"
        " metadata: {scratch: true, targets: [rawhide]}}\n"
    )
    assert end.outcome == "done"
    assert side.tasks() == [(117000001, "rawhide")]


def test_aliases_are_targets_of_koji(koji_side):
    side = koji_side
    side.koji.world.target("f43")
    side.opened(JOB.replace("[f44]", "[fedora-stable, fedora-rawhide, epel-9]"))
    assert [target for _id, target in side.tasks()] == ["epel9", "f43", "f44", "rawhide"]
    assert len(side.srpms.orders) == 1


def test_a_failed_build_names_the_architectures(koji_side):
    side = koji_side
    side.opened()
    side.built(Outcome(arches={"aarch64": "failed"}))
    text = "Build failed after 4 min 12 s for aarch64. The page shows the log."
    assert side.shown() == {F44: ("failure", text)}
    [run] = side.runs()
    assert run.details["failed_arches"] == ["aarch64"]
    assert "error: Bad exit status from %build" in run.log_excerpt
    said = "error building package (arch aarch64), mock exited with status 1; see build.log for"
    assert run.log_excerpt.splitlines()[-1] == f"{said} more information"


@pytest.mark.parametrize("fault", ["", "BuildError: error building package (arch aarch64)"])
def test_the_first_error_is_that_of_the_log_not_what_koji_makes_of_it(koji_side, fault):
    side = koji_side
    side.opened()
    side.koji.run(117000001, Outcome(arches={"aarch64": "failed"}, fault=fault))
    [failed] = [task for task in side.koji.world.tasks.values() if task.state == "FAILED"][1:]
    failed.files["build.log"] = "gcc -c wick.c\nwick.c:42:9: error: 'flame' undeclared\n"
    for message in side.heard:
        side.say(message)
    lines = clean_lines(side.runs()[0].log_excerpt)
    assert lines[first_error(lines).number] == "wick.c:42:9: error: 'flame' undeclared"


def test_a_source_package_that_koji_cannot_use(koji_side):
    side = koji_side
    side.opened()
    side.built(Outcome(source="failed"))
    text = "Build failed after 4 min 12 s, before any architecture was begun. The page shows why."
    assert side.shown() == {F44: ("failure", text)}
    assert "rebuildSRPM srpm" in side.runs()[0].log_excerpt


def test_a_canceled_build(koji_side):
    side = koji_side
    side.opened()
    side.built(Outcome(arches={"x86_64": "canceled"}))
    text = "Canceled in Koji after 4 min 12 s. Not your change."
    assert side.shown() == {F44: ("error", text)}
    assert side.rows() == [("f44", "canceled")]


def test_a_failure_counts_though_koji_does_not_say_why(koji_side):
    side = koji_side
    side.opened()
    side.koji.faults.add(Fault(kind="unavailable", count=-1))
    side.built(Outcome(arches={"x86_64": "failed"}))
    assert side.rows() == [("f44", "failure")]


def test_what_somebody_else_built_first_is_recognised(koji_side):
    side = koji_side
    world = side.koji.world
    side.opened()
    world.build("hedgehog-2.1-1", world.users["stranger"], state="COMPLETE")
    already = "Build already exists (id=2470001, state=COMPLETE): {}"
    side.built(Outcome(source="failed", fault=already))
    text = "Koji has hedgehog-2.1-1 already, built by stranger. There is nothing more to do."
    assert side.shown() == {F44: ("success", text)}


def test_what_somebody_else_failed_to_build_is_no_success(koji_side):
    side = koji_side
    world = side.koji.world
    side.opened()
    world.build("hedgehog-2.1-1", world.users["stranger"], state="FAILED")
    side.built(Outcome(source="failed", fault="Build already exists"))
    assert side.rows() == [("f44", "failure")]


def test_a_build_that_is_kept_is_refused(koji_side):
    side = koji_side
    _pull, end = side.opened(
        "  - {job: upstream_koji_build, trigger: pull_request, targets: [f44]}\n"
    )
    assert (end.outcome, end.code) == ("failed", "not-scratch")
    text = (
        "Koji takes only scratch builds of what is not in dist-git yet."
        " Set `scratch: true` in the job."
    )
    assert side.shown() == {F44: ("error", text)}
    assert (side.tasks(), side.srpms.orders, side.koji.world.calls) == ([], [], [])


def test_an_unknown_target_stops_no_other(koji_side):
    side = koji_side
    _pull, end = side.opened(JOB.replace("[f44]", "[f44, rawhid, epel9]"))
    assert end.outcome == "done"
    assert [target for _id, target in side.tasks()] == ["epel9", "f44"]
    text = 'Koji has no target "rawhid". Did you mean "rawhide"?'
    shown = side.shown()
    assert shown.pop("packit/upstream-koji-build:rawhid") == ("error", text)
    assert set(shown.values()) == {ACCEPTED}


def test_unknown_targets_alone_cost_no_source_package(koji_side):
    side = koji_side
    _pull, end = side.opened(JOB.replace("[f44]", "[nothing, at-all]"))
    assert (end.outcome, end.code) == ("failed", "not-submitted")
    assert {state for state, _text in side.shown().values()} == {"error"}
    assert side.srpms.orders == []


def test_targets_that_mean_nothing_now(koji_side):
    side = koji_side
    side.bodhi.world.releases = [one for one in RELEASES if one["id_prefix"] != "FEDORA-EPEL"]
    _pull, end = side.opened(JOB.replace("[f44]", "[epel-all]"))
    assert end.outcome == "failed"
    [(state, text)] = side.shown().values()
    assert state == "error"
    assert text == (
        "Not your change: no-targets: epel-all: no release is called so now."
        " Change the targets of the job."
    )


def test_a_source_package_that_cannot_be_made(koji_side):
    side = koji_side
    reason = 'action "create-archive" exited with 2'
    side.srpms.error = RefusedError("srpm-failed", reason)
    _pull, end = side.opened(JOB.replace("[f44]", "[f44, epel9]"))
    assert end.outcome == "failed"
    text = f"The SRPM could not be made: {reason}."
    assert set(side.shown().values()) == {("failure", text)}
    assert side.tasks() == []


def test_a_box_that_is_not_there_is_not_the_change_s_fault(koji_side):
    side = koji_side
    side.srpms.error = RefusedError("sandbox-unavailable", "no bubblewrap here")
    _pull, end = side.opened()
    assert end.outcome == "failed"
    assert side.shown() == {F44: ("error", "Not your change: no bubblewrap here.")}


def test_an_account_that_may_not_build(koji_side):
    side = koji_side
    side.koji.world.permissions = set()
    _pull, end = side.opened()
    assert end.outcome == "failed"
    text = "Not your change: Koji says: policy violation (build_from_srpm)."
    assert side.shown() == {F44: ("error", text)}


@pytest.mark.parametrize("login", ["olaf", "stranger-of-all"])
def test_a_stranger_s_pull_request_is_refused(koji_side, login):
    side = koji_side
    side.github.world.user(login)
    _pull, end = side.opened(author=login)
    assert (end.outcome, end.code) == ("denied", "no-write-access")
    assert (side.tasks(), side.srpms.orders, side.koji.world.calls) == ([], [], [])
    [(state, text)] = side.shown().values()
    assert state == "error"
    assert text == (
        "Not allowed yet: only people with write access may start this."
        ' A maintainer can comment "/packit upstream-koji-build".'
    )


def test_a_stranger_s_push_is_refused(koji_side):
    side = koji_side
    side.github.world.user("olaf")
    commit = side.push(ON_PUSH)
    end = side.process(side.push_event(commit, git_ref="main", user_login="olaf"))
    assert (end.outcome, end.code) == ("denied", "no-write-access")
    assert side.koji.world.calls == []
    [(_state, text)] = side.shown().values()
    assert text.endswith(
        "only people with write access may start this. A maintainer can push it again."
    )


@pytest.mark.parametrize("command", ["upstream-koji-build", "production-build"])
def test_a_maintainer_s_comment_builds_a_stranger_s_pull_request(koji_side, command):
    side = koji_side
    side.github.world.user("olaf")
    pull, _end = side.opened(author="olaf")
    refused = side.process(side.comment_event(pull, f"/packit {command}", "olaf"), "c-1")
    assert (refused.outcome, refused.code, side.tasks()) == ("denied", "no-write-access", [])
    end = side.process(side.comment_event(pull, f"/packit {command}", "wendy"), "c-2")
    assert (end.outcome, side.tasks()) == ("done", [(117000001, "f44")])
    side.built()
    assert side.shown()[F44][0] == "success"
    # The refusal without a target is taken back.
    assert {state for state, _text in side.shown().values()} == {"success"}


@pytest.mark.parametrize("text", ["/packit build", "/packit test"])
def test_a_comment_for_something_else_starts_no_koji_build(koji_side, text):
    side = koji_side
    side.github.world.user("olaf")
    pull = side.pull(JOB, author="olaf")
    for number, login in enumerate(("olaf", "wendy")):
        side.process(side.comment_event(pull, text, login), f"c-{number}")
    assert side.koji.world.calls == []


def test_a_pull_request_that_moved_on_is_not_built(koji_side):
    side = koji_side
    pull = side.pull(JOB)
    event = side.pull_event(pull)
    pull.head_sha = side.push("", branch="moved")
    end = side.process(event)
    assert (end.outcome, end.code) == ("failed", "superseded")
    assert side.koji.world.calls == []


def test_koji_is_not_in_the_settings(koji_side):
    side = koji_side

    def refuse():
        raise RefusedError("not-configured", "Koji: the settings have no koji")

    side.change(
        services=type(side.engine.services)(targets=side.engine.services.targets, koji=refuse)
    )
    _pull, end = side.opened()
    assert end.outcome == "failed"
    [(state, text)] = side.shown().values()
    assert (state, text) == (
        "error",
        (
            "Not your change: not-configured: Koji: the settings have no koji."
            " An operator of this service must mend it."
        ),
    )


def test_a_second_request_is_told_that_it_runs(koji_side):
    side = koji_side
    pull, _end = side.opened()
    end = side.process(side.pull_event(pull, action="reopened"), "again")
    assert end.code == "already-running"
    assert len(side.tasks()) == 1
    side.built()
    assert side.process(side.pull_event(pull, action="reopened"), "again-2").outcome == "done"
    assert len(side.tasks()) == 2


def test_the_source_package_of_copr_is_taken(koji_side):
    side = koji_side
    both = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n" + JOB
    pull = side.pull(both, source="octo/hello")
    side.srpms.error = TransientError("no-room")
    side.process(side.pull_event(pull), "opened")
    side.copr.world.builds[7000001].srpm = b"made by copr"
    side.build()
    end = side.once_more(side.pull_event(pull))
    assert end.outcome == "done"
    [(path, _target, _options)] = sent(side)
    assert path.endswith("/teapot-2.1-1.src.rpm")
    assert side.shown()[F44] == ACCEPTED
    assert bytes(side.koji.world.uploads[path]) == b"made by copr"


def test_a_source_package_that_copr_keeps_no_more_is_made_anew(koji_side):
    side = koji_side
    both = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n" + JOB
    pull = side.pull(both, source="octo/hello")
    side.srpms.error = TransientError("no-room")
    side.process(side.pull_event(pull), "opened")
    side.build()
    side.srpms.error = None
    assert side.once_more(side.pull_event(pull)).outcome == "done"
    assert sent(side)[0][0].endswith("/hedgehog-2.1-1.src.rpm")


def after_copr(side, jobs):
    """Return which source package Koji builds once Copr has made one."""
    pull = side.pull(jobs, source="octo/hello")
    side.srpms.error = TransientError("no-room")
    side.process(side.pull_event(pull), "opened")
    side.copr.world.builds[7000001].srpm = b"made by copr"
    side.build()
    side.srpms.error = None
    assert side.once_more(side.pull_event(pull)).outcome == "done"
    return sent(side)[0][0].rpartition("/")[2].removesuffix("-2.1-1.src.rpm")


@pytest.mark.parametrize(
    ("of_copr", "of_koji", "taken"),
    [
        (", release_suffix: 0.dev", "", "hedgehog"),
        ("", ", release_suffix: 0.dev", "hedgehog"),
        (", release_suffix: 0.dev", ", release_suffix: 0.dev", "teapot"),
        (", identifier: x, release_suffix: 0.dev", ", identifier: x", "hedgehog"),
        (", identifier: x", ", identifier: x", "teapot"),
    ],
)
def test_a_source_package_with_another_suffix_is_another(koji_side, of_copr, of_koji, taken):
    copr = f"  - {{job: copr_build, trigger: pull_request, targets: [fedora-44]{of_copr}}}\n"
    koji = JOB.replace("[f44]", f"[f44]{of_koji}")
    assert after_copr(koji_side, copr + koji) == taken


def test_a_source_package_made_for_tests_is_taken(koji_side):
    tests = "  - {job: tests, trigger: pull_request, targets: [fedora-44]}\n"
    assert after_copr(koji_side, tests + JOB) == "teapot"


@pytest.mark.parametrize(("job", "taken"), [("copr_build#0", "teapot"), ("gone#0", "hedgehog")])
def test_a_source_package_of_a_job_that_is_gone_is_not_taken(koji_side, job, taken):
    side = koji_side
    both = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n" + JOB
    pull, _end = side.opened(both)
    side.copr.world.builds[7000001].srpm = b"made by copr"
    side.build()
    side.built()
    with side.database.write() as session:
        whose = models.JobRun.job == "copr_build#0"
        session.execute(update(models.JobRun).where(whose).values(job=job))
    side.process(side.comment_event(pull, "/packit upstream-koji-build"), "again")
    assert sent(side)[-1][0].rpartition("/")[2] == f"{taken}-2.1-1.src.rpm"

"""Releases become pull requests in a real dist-git repository, by packit's own code in the box.

All of it at once, three branches and a command that repairs one, is in test_downstream_workers.
"""

from dataclasses import replace

import pytest
from downstream_side import LIMITS, SPEC

from packit_worker.box.limits import Limits as BoxLimits
from packit_worker.sandbox.faults import Fault

ONE = ("f44",)
CONTEXT = "packit/propose-downstream:1.1.0:f44"


def test_each_release_has_a_pull_request_of_its_own(downstream_side):
    """One that is tried again later leaves alone what a newer one proposed."""
    side = downstream_side
    side.package_at("1.0.0", branches=ONE)
    side.publish("1.1.0", branches=ONE)
    refuses = Fault(kind="forbidden", match="upload.cgi", count=-1)
    side.lookaside.faults.add(refuses)
    side.release("1.1.0")
    side.lookaside.faults.clear()
    assert side.package.pulls == {}
    side.publish("1.2.0", branches=ONE)
    side.release("1.2.0")
    (newer,) = side.package.pulls.values()
    tip = newer.head_sha
    side.command(issue=side.issue_of("1.1.0"))
    older, again = sorted(side.package.pulls.values(), key=lambda pull: pull.title)
    assert (older.title, older.source_branch) == (
        "Update f44 to upstream release 1.1.0",
        "1.1.0-f44-update",
    )
    assert (again.title, again.source_branch) == (
        "Update f44 to upstream release 1.2.0",
        "1.2.0-f44-update",
    )
    assert again.head_sha == tip
    assert "Version:        1.2.0\n" in side.shown(again, "hello.spec")
    assert "Version:        1.1.0\n" in side.shown(older, "hello.spec")


def test_the_pull_request_of_the_same_release_is_brought_up_to_date(downstream_side):
    side = downstream_side
    side.package_at("1.0.0", branches=ONE)
    side.publish("1.1.0", branches=ONE)
    side.release("1.1.0")
    # The tag was moved since: the rows of the release say nothing of its new commit.
    side.upstream.git.commit({"new": "file"})
    side.upstream.git.tag("1.1.0", side.upstream.git.resolve("main"))
    side.release("1.1.0")
    assert len(side.package.pulls) == 1
    assert side.statuses()[CONTEXT][1].startswith("Pull request brought up to date")


def test_a_branch_that_takes_too_long_ends_alone(downstream_side):
    side = downstream_side
    side.box.settings = replace(side.box.settings, limits=BoxLimits(seconds=2))
    side.publish("1.1.0", branches=("f44", "f43"))
    config = side.upstream.git.read("main", ".packit.yaml").decode()
    side.upstream.git.commit({".packit.yaml": f"actions: {{pre-sync: sleep 3600}}\n{config}"})
    side.upstream.git.tag("1.1.0", side.upstream.git.resolve("main"))
    side.package_at("1.0.0")
    end = side.release("1.1.0", limits=replace(LIMITS, soft=60, hard=70))
    assert (end.outcome, end.code) == ("failed", "downstream-failed")
    assert side.statuses() == {
        f"packit/propose-downstream:1.1.0:{branch}": (
            "failure",
            "Box-time: it took longer than 2 s.",
        )
        for branch in ("f44", "f43")
    }


def test_in_the_issue_of_a_release_the_command_is_about_that_release(downstream_side):
    """Also where a newer one is well: its own branches decide whether the issue is closed."""
    side = downstream_side
    side.publish("1.1.0", branches=ONE)
    side.package_at("1.0.0", branches=("rawhide",))
    side.release("1.1.0")
    issue = side.issue_of("1.1.0")
    assert "To try the failed branches again, comment `/packit propose-downstream` here." in (
        issue.body
    )
    side.package_at("1.0.0", branches=ONE)
    side.publish("1.2.0", branches=ONE)
    side.command(issue=issue)
    (pull,) = side.package.pulls.values()
    assert pull.title == "Update f44 to upstream release 1.1.0"
    assert issue.state == "closed"
    assert "To try" not in issue.body


@pytest.mark.parametrize("tag", ["1.1.0", "one->two%3E"])
def test_an_issue_stays_open_while_a_branch_of_its_release_fails(downstream_side, tag):
    side = downstream_side
    side.publish(tag, branches=ONE)
    side.package_at("1.0.0", branches=("rawhide",))
    side.release(tag)
    (issue,) = (each for each in side.upstream.issues.values())
    side.publish("1.2.0", branches=ONE)
    side.command(issue=issue)
    assert (issue.state, side.package.pulls) == ("open", {})
    assert "To try the failed branches again" in issue.body
    assert len(side.issues()) == 1


def add_job(side, branch):
    """Have the release 1.1.0 ask for another branch by a job of its own."""
    job = (
        "  - job: propose_downstream\n    trigger: release\n    identifier: second\n"
        f"    dist_git_branches: [{branch}]\n"
    )
    config = side.upstream.git.read("main", ".packit.yaml").decode() + job
    side.upstream.git.commit({".packit.yaml": config})
    side.upstream.git.tag("1.1.0", side.upstream.git.resolve("main"))


def test_an_issue_stays_open_while_another_job_of_its_release_failed(downstream_side):
    side = downstream_side
    side.publish("1.1.0", branches=ONE)
    add_job(side, "rawhide")
    side.package_at("2.0.0", branches=("rawhide",))
    side.release("1.1.0")
    issue = side.issue_of("1.1.0")
    assert (issue.state, len(side.issues())) == ("open", 1)
    assert "| `f44` | `Dist-git has no such branch.` |" in issue.body
    assert "| `rawhide` | `Skipped: " in issue.body
    asking = side.command()
    assert (issue.state, asking.state) == ("open", "open")
    side.package_at("2.0.0", branches=ONE)
    asking = side.command()
    assert (issue.state, asking.state) == ("closed", "closed")


@pytest.mark.parametrize(("there", "missing"), [("f43", "f44"), ("f44", "f43")])
def test_an_issue_that_asks_stays_open_until_all_jobs_are_well(downstream_side, there, missing):
    """Of a release that was never proposed before, the job that has not run has no rows yet."""
    side = downstream_side
    side.publish("1.1.0", branches=("f43",))
    add_job(side, "f44")
    side.package_at("1.0.0", branches=(there,))
    asking = side.command()
    assert asking.state == "open"
    (answer,) = (note.body for note in side.upstream.notes if note.author == "wilma")
    assert f"{there}: Pull request opened: " in answer
    assert f"{missing}: Dist-git has no such branch." in answer
    side.package_at("1.0.0", branches=(missing,))
    side.command(issue=asking)
    assert (asking.state, len(side.pulls())) == ("closed", 2)


def test_a_mark_that_somebody_else_wrote_counts_for_nothing(downstream_side):
    side = downstream_side
    side.package_at("1.0.0", branches=ONE)
    side.publish("1.1.0", branches=ONE)
    side.publish("1.2.0", branches=ONE)
    issue = side.side.github.world.issue(side.upstream, author="wendy", title="Please")
    issue.body = "<!-- packit-worker: propose-downstream 1.1.0 -->"
    side.command(issue=issue)
    (pull,) = side.package.pulls.values()
    assert pull.title == "Update f44 to upstream release 1.2.0"
    assert issue.state == "closed"


def test_the_release_of_an_issue_whose_tag_is_gone_is_told(downstream_side):
    side = downstream_side
    side.publish("1.1.0", branches=ONE)
    side.package_at("1.0.0", branches=("rawhide",))
    side.release("1.1.0")
    issue = side.issue_of("1.1.0")
    issue.body = issue.body.replace("propose-downstream 1.1.0", "propose-downstream 1.0.7")
    side.command(issue=issue)
    (answer,) = side.side.bodies()
    assert answer == "Nothing to propose: github.com/octo/hello has no tag 1.0.7."
    assert issue.state == "open"


def test_an_archive_that_is_not_there_yet_is_waited_for(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE, archive=None)
    downstream_side.release("1.1.0", "d-late")
    assert downstream_side.statuses()[CONTEXT][0] == "pending"
    assert "archive-not-there" in downstream_side.statuses()[CONTEXT][1]
    assert downstream_side.issues() == []
    # Not at once, and the next time later than that.
    first = downstream_side.side.wait_seconds("d-late")
    downstream_side.side.make_due("d-late")
    downstream_side.release("1.1.0", "d-late")
    assert downstream_side.side.wait_seconds("d-late") > first > 5
    downstream_side.lookaside.world.released["hello-1.1.0.tar.gz"] = b"late\n"
    downstream_side.side.make_due("d-late")
    downstream_side.release("1.1.0", "d-late")
    assert downstream_side.states() == [("ProposeDownstreamHandler", "done")]
    assert downstream_side.statuses()[CONTEXT][0] == "success"


def test_what_is_down_at_every_attempt_is_told_in_the_end(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    down = Fault(kind="unavailable", match="upload.cgi", count=-1)
    downstream_side.lookaside.faults.add(down)
    for _ in range(2):
        downstream_side.release("1.1.0", "d-down", limits=replace(LIMITS, attempts=2))
        downstream_side.side.make_due("d-down")
    downstream_side.lookaside.faults.clear()
    assert downstream_side.states() == [("ProposeDownstreamHandler", "failed")]
    text = "Not your change: the lookaside cache was down at every attempt (lookaside)."
    assert downstream_side.statuses()[CONTEXT] == ("error", text)
    ((_, state, body),) = downstream_side.issues()
    assert (state, f"| `f44` | `{text}` |" in body) == ("open", True)
    assert downstream_side.package.pulls == {}


def test_no_permission_is_told(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    downstream_side.side.pagure.acls["bot-token"] = {"issue_create"}
    downstream_side.release("1.1.0")
    state, text = downstream_side.statuses()[CONTEXT]
    assert state == "error"
    assert text.startswith("Not your change: our account may not do it")


def test_packits_own_refusal_is_told_in_its_words(downstream_side):
    downstream_side.package_at("2.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    downstream_side.release("1.1.0")
    state, text = downstream_side.statuses()[CONTEXT]
    assert state == "success"
    assert text.startswith("Skipped: Downstream specfile version 2.0.0 is higher than the version")
    assert downstream_side.package.pulls == {}


def test_a_spec_file_that_cannot_be_read_is_the_fault_of_the_release(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    spec = SPEC.format(version="1.0.0", released=downstream_side.released)
    broken = "%{error:this cannot be read}\n" + spec
    downstream_side.publish("1.1.0", branches=ONE, spec=broken)
    downstream_side.release("1.1.0")
    assert downstream_side.statuses()[CONTEXT][0] == "failure"
    assert len(downstream_side.issues()) == 1


def test_without_a_release_a_command_gets_an_answer(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    downstream_side.upstream.releases.clear()
    issue = downstream_side.command("/packit propose-update")
    assert issue.state == "open"
    assert downstream_side.side.bodies() == [
        "Nothing to propose: github.com/octo/hello has no release."
    ]


def test_without_branches_a_command_gets_an_answer(downstream_side):
    downstream_side.publish("1.1.0", branches=())
    downstream_side.command()
    (body,) = downstream_side.side.bodies()
    assert body.startswith("Nothing to do: the job names no branch of dist-git.")


def test_a_package_that_is_not_there_is_told(downstream_side):
    downstream_side.publish("1.1.0", branches=ONE)
    del downstream_side.side.pagure.world.projects["rpms/hello"]
    downstream_side.package.git.path.rename(downstream_side.package.git.path.with_suffix(".gone"))
    downstream_side.release("1.1.0")
    state, text = downstream_side.statuses()[CONTEXT]
    assert (state, text) == (
        "failure",
        "Dist-git has no such package: src.example.org/rpms/hello.",
    )


def test_without_a_box_nothing_is_run(downstream_side, monkeypatch):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    monkeypatch.setattr("shutil.which", lambda name: None)
    downstream_side.release("1.1.0")
    state, text = downstream_side.statuses()[CONTEXT]
    assert state == "error"
    assert text == (
        "Not your change: this host cannot run it safely (bubblewrap (bwrap) is not installed)."
    )


@pytest.mark.parametrize("login", ["oscar", None])
def test_a_stranger_starts_nothing(downstream_side, login):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    downstream_side.command(login=login)
    assert downstream_side.package.pulls == {}
    assert downstream_side.lookaside.world.archives == {}


def test_an_issue_that_is_open_is_edited_while_a_branch_still_fails(downstream_side):
    branches = ("f44", "f43")
    downstream_side.publish("1.1.0", branches=branches)
    downstream_side.package_at("1.0.0", branches=("rawhide",))
    downstream_side.release("1.1.0")
    ((_, _, body),) = downstream_side.issues()
    no_branch = "Dist-git has no such branch."
    assert f"| `f43` | `{no_branch}` |\n| `f44` | `{no_branch}` |" in body
    downstream_side.package_at("2.0.0", branches=("f44",))
    asking = downstream_side.command()
    ((title, state, body),) = downstream_side.issues()
    assert (title, state) == ("Release 1.1.0 could not be proposed to dist-git", "open")
    assert "| `f44` | `Skipped: Downstream specfile version 2.0.0 is higher" in body
    assert f"| `f43` | `{no_branch}` |" in body
    # Whoever asked is told, and the issue where it was asked stays open.
    (answer,) = downstream_side.side.bodies()
    assert f"f43: {no_branch}" in answer
    assert asking.state == "open"


def test_a_lookaside_that_takes_nothing_from_us_is_told(downstream_side):
    downstream_side.package_at("1.0.0", branches=ONE)
    downstream_side.publish("1.1.0", branches=ONE)
    downstream_side.lookaside.world.token = "another"
    downstream_side.release("1.1.0")
    state, text = downstream_side.statuses()[CONTEXT]
    assert state == "error"
    refused = "Not your change: the lookaside cache refused the archive (Could not execute"
    assert text.startswith(refused)
    assert downstream_side.package.pulls == {}
    assert len(downstream_side.issues()) == 1

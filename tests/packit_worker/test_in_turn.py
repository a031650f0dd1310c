"""What pushes to the same branches downstream or upstream runs one at a time, and none is lost."""

from dataclasses import replace

import pytest
from event_kwargs import event_of

from packit_worker.errors import TransientError
from packit_worker.handler import Done
from packit_worker.registry import HANDLERS
from packit_worker.sandbox.faults import Fault

NAMES = {
    "ProposeDownstreamHandler": "release",
    "GitHubIssueCommentProposeUpdateHandler": "command",
    "NewDistGitCommitHandler": "sync",
}
PROPOSE = "  - {job: propose_downstream, trigger: release, dist_git_branches: [rawhide]}\n"
SYNC = """\
specfile_path: hello.spec
downstream_package_name: hello
upstream_project_url: https://github.com/octo/hello
jobs:
  - {job: sync_from_downstream, trigger: commit}
"""


@pytest.fixture
def side(engine_side_anywhere):
    """The real rows of the registry, whose functions note when they run."""
    side = engine_side_anywhere
    side.ran = []
    side.change(handlers=tuple(row_of(side, spec) for spec in HANDLERS if spec.name in NAMES))
    commit = side.push(PROPOSE)
    for tag in ("1.0", "1.1"):
        side.hello.git.tag(tag, commit)
    return side


def row_of(side, spec):
    def run(_event, _context):
        side.ran.append(f"{NAMES[spec.name]} begins")
        act = side.handlers.acts.pop(NAMES[spec.name], None)
        if act is not None:
            act()
        side.ran.append(f"{NAMES[spec.name]} ends")
        return Done()

    return replace(spec, run=run)


def meanwhile(side, word, event, event_id="e-2"):
    """Process another event while the handler runs; return where its end will be."""
    ends = []
    side.handlers.acts[word] = lambda: ends.append(side.process(event, event_id))
    return ends


def dist_git_push(side, spec):
    files = {".packit.yaml": SYNC, "hello.spec": spec}
    commit = side.rpm.git.commit(files, ref="refs/heads/rawhide")
    place = {"repo_namespace": "rpms", "repo_name": "hello", "git_ref": "rawhide"}
    url = "https://src.example.org/rpms/hello"
    about = place | {"https_url": url, "commit_sha": commit, "user_login": "carl"}
    return event_of("PushPagureEvent", **about)


def test_a_release_and_a_command_for_it_take_turns(side):
    ends = meanwhile(side, "release", side.issue_event(1))
    assert side.process(side.release_event("1.0")).outcome == "done"
    assert [(end.outcome, end.code, end.resend) for end in ends] == [("waiting", "in-turn", None)]
    assert 50 < side.wait_seconds("e-2") <= 60
    side.make_due("e-2")
    assert side.process(side.issue_event(1), "e-2").outcome == "done"
    assert side.ran == ["release begins", "release ends", "command begins", "command ends"]


def test_the_newer_of_two_pushes_runs_after_the_older(side):
    older, newer = dist_git_push(side, "one"), dist_git_push(side, "two")
    ends = meanwhile(side, "sync", newer)
    assert side.process(older).outcome == "done"
    assert [(end.outcome, end.code) for end in ends] == [("waiting", "in-turn")]
    side.make_due("e-2")
    assert side.process(newer, "e-2").outcome == "done"
    assert side.ran == ["sync begins", "sync ends"] * 2


def test_what_waits_for_a_service_lets_others_go_first(side):
    def away():
        raise TransientError("archive-not-there")

    side.handlers.acts["release"] = away
    assert side.process(side.release_event("1.0")).outcome == "waiting"
    assert side.process(side.release_event("1.1"), "e-2").outcome == "done"


def test_to_wait_for_a_turn_is_no_failure(side):
    """However long it takes, the attempts are all there when a forge is down afterwards."""

    def ask():
        for _ in range(5):
            side.make_due("e-2")
            ends.append(side.process(side.release_event("1.1"), "e-2").code)

    ends = []
    side.handlers.acts["release"] = ask
    side.process(side.release_event("1.0"))
    assert ends == ["in-turn"] * 5
    side.github.faults.add(Fault(kind="unavailable", match="GET /repos/octo/hello$", count=-1))
    side.make_due("e-2")
    assert side.process(side.release_event("1.1"), "e-2").outcome == "waiting"
    side.github.faults.clear()
    assert side.process(side.release_event("1.1"), "e-2").outcome == "done"

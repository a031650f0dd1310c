"""A change made in dist-git becomes a pull request upstream."""

import os
import subprocess
from dataclasses import replace

from downstream_side import GIT_EMAIL, SPEC

BRANCH = ("rawhide",)


def pushed(side, text, *, email="carl@mail.example"):
    """Push a spec file to dist-git by somebody; return the tips before and after."""
    before = side.package.git.resolve("refs/heads/rawhide")
    spec = SPEC.format(version="1.0.0", released=side.released)
    side.package.git.author = f"Somebody <{email}>"
    after = side.package.git.commit(
        {"hello.spec": spec.replace("Release:        1", text)}, ref="refs/heads/rawhide"
    )
    return before, after


def test_a_push_becomes_a_pull_request_upstream(downstream_side):
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    before, after = pushed(downstream_side, "Release:        2")
    downstream_side.push(after, start_commit=before)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "done")]
    (pull,) = downstream_side.upstream.pulls.values()
    assert pull.title == "Update from downstream branch 'rawhide'"
    assert (pull.source, pull.source_branch) == ("wilma/hello", "rawhide-downstream-sync")
    assert pull.target_branch == "main"
    spec = downstream_side.upstream.git.read(pull.head_sha, "hello.spec").decode()
    assert "Release:        2%{?dist}" in spec
    # The next push changes the same pull request.
    before, after = pushed(downstream_side, "Release:        3")
    downstream_side.push(after, start_commit=before)
    assert len(downstream_side.upstream.pulls) == 1


def test_two_deployments_do_not_share_a_branch(downstream_side):
    """As Apps both push to upstream itself."""
    engine_side = downstream_side.side
    staging = replace(engine_side.engine.policy, status_prefix="packit-stg")
    engine_side.change(policy=staging)
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    before, after = pushed(downstream_side, "Release:        2")
    downstream_side.push(after, start_commit=before)
    (pull,) = downstream_side.upstream.pulls.values()
    assert pull.source_branch == "rawhide-downstream-sync-stg"


def test_commits_of_ours_do_not_go_back(downstream_side):
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    before, after = pushed(downstream_side, "Release:        2", email=GIT_EMAIL)
    downstream_side.push(after, start_commit=before)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "skipped")]
    assert downstream_side.upstream.pulls == {}


def test_our_pull_request_merged_by_hand_does_not_go_back(downstream_side):
    side = downstream_side
    side.publish("1.0.0", branches=BRANCH)
    side.package_at("1.0.0", branches=BRANCH)
    git = side.package.git
    before = git.resolve("refs/heads/rawhide")
    git.author = f"Packager <{GIT_EMAIL}>"
    spec = SPEC.format(version="1.1.0", released=side.released)
    update = git.commit({"hello.spec": spec}, ref="refs/heads/update", start="rawhide")
    tree = f"{update}^{{tree}}"
    merge = commit_tree(git, tree, before, update)
    side.push(merge, start_commit=before)
    assert side.states() == [("NewDistGitCommitHandler", "skipped")]
    assert side.upstream.pulls == {}


def commit_tree(git, tree, *parents):
    """Merge by hand, as somebody."""
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "Somebody"), ("EMAIL", "carl@mail.example"))
    }
    words = [word for parent in parents for word in ("-p", parent)]
    command = ["git", "commit-tree", tree, *words, "-m", "Merge"]
    merge = subprocess.check_output(command, cwd=git.path, env=os.environ | people, text=True)
    subprocess.check_call(["git", "update-ref", "refs/heads/rawhide", merge.strip()], cwd=git.path)
    return merge.strip()


def test_what_came_by_our_pull_request_does_not_go_back(downstream_side):
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    before, after = pushed(downstream_side, "Release:        2")
    pull = downstream_side.side.pagure.world.pull(
        downstream_side.package, author="bot", files={"x": "y"}
    )
    downstream_side.push(after, start_commit=before, pr_id=pull.id)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "skipped")]
    assert downstream_side.upstream.pulls == {}


def test_what_is_there_already_is_no_pull_request(downstream_side):
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    tip = downstream_side.package.git.resolve("refs/heads/rawhide")
    downstream_side.push(tip)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "skipped")]
    assert downstream_side.upstream.pulls == {}


def test_a_commit_that_was_forced_away_since_is_no_bug(downstream_side):
    downstream_side.publish("1.0.0", branches=BRANCH)
    downstream_side.package_at("1.0.0", branches=BRANCH)
    # The config was there when it was asked for, and the commit gone when it was fetched.
    downstream_side.package.git.lenient = True
    pushed(downstream_side, "Release:        2", email=GIT_EMAIL)
    downstream_side.push("5" * 40, start_commit="4" * 40)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "skipped")]
    pushed(downstream_side, "Release:        3")
    downstream_side.push("7" * 40, start_commit="5" * 40)
    assert downstream_side.states() == [("NewDistGitCommitHandler", "done")]
    assert len(downstream_side.upstream.pulls) == 1

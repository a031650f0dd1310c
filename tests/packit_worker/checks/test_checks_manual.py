"""`manual_trigger` of a build job: on command alone."""

import pytest

BUILD = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44], manual_trigger: true}\n"


def test_a_build_on_command_alone_waits_for_the_command(copr_side):
    side = copr_side
    pull, end = side.opened(BUILD)
    assert (end.outcome, end.code) == ("skipped", "manual-trigger")
    assert (side.statuses(), side.copr.world.builds) == ([], {})
    assert side.process(side.comment_event(pull), "asked").outcome == "done"
    assert len(side.copr.world.builds) == 1


@pytest.mark.parametrize("trigger", ["commit", "release"])
def test_nor_does_a_push_or_a_release_start_it(copr_side, trigger):
    side = copr_side
    commit = side.push(BUILD.replace("pull_request", trigger))
    side.tag("v1", commit)
    event = side.push_event(commit) if trigger == "commit" else side.release_event("v1")
    end = side.process(event)
    assert (end.outcome, end.code) == ("skipped", "manual-trigger")


def test_nor_does_a_change_start_a_build_in_koji(copr_side):
    side = copr_side
    _pull, end = side.opened(BUILD.replace("copr_build", "upstream_koji_build"))
    assert (end.outcome, end.code) == ("skipped", "manual-trigger")

import pytest
from event_kwargs import event_of
from fake_forge import context_of

from packit_worker.checks.copr_result import (
    copr_build_ended,
    copr_build_started,
    copr_build_succeeded,
)

START = {"topic": "copr.build.start", "status": 3}
END = {"topic": "copr.build.end", "status": 1}
FAILED = {"topic": "copr.build.end", "status": 0}
SOURCE = END | {"chroot": "srpm-builds"}


@pytest.mark.parametrize(
    ("check", "changes", "code"),
    [
        (copr_build_started, START, None),
        (copr_build_started, END, "other-topic"),
        (copr_build_ended, START, "other-topic"),
        (copr_build_ended, END, None),
        (copr_build_ended, FAILED, None),
        (copr_build_ended, SOURCE, None),
        (copr_build_succeeded, START, "other-topic"),
        (copr_build_succeeded, END, None),
        (copr_build_succeeded, FAILED, "build-failed"),
        (copr_build_succeeded, SOURCE, "source-build"),
    ],
)
def test_which_message_of_copr(check, changes, code):
    event = event_of("CoprBuildEvent", **changes)
    skip = check(event, context_of(event))
    assert (skip.code if skip else None) == code

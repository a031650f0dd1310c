"""Statuses that no build or test run stands for: said once, and taken back once."""

from datetime import UTC, datetime

from packit_worker.package_config import Job, PackageConfig
from packit_worker.sandbox.faults import Fault
from packit_worker.store import allowlist

SKIP_BUILD = "  - {job: tests, trigger: pull_request, skip_build: true, targets: [fedora-42]}\n"
BROKEN = "specfile_path: hello.spec\njobs:\n  - {job: copr_bild, trigger: pull_request}\n"


def states(side, context):
    return [state for name, state, _text in side.statuses() if name == context]


def test_a_refusal_is_said_once_and_taken_back_once(engine_side_anywhere):
    side = engine_side_anywhere
    side.approve(status="waiting")
    pull = side.pull()
    for event_id in ("e-1", "e-2"):
        assert side.process(side.pull_event(pull), event_id).code == "waiting-for-approval"
    assert states(side, "packit/permission") == ["error"]
    side.approve()
    for event_id in ("e-3", "e-4"):
        assert side.process(side.pull_event(pull), event_id).outcome == "done"
    for event_id in ("e-5", "e-6"):
        assert side.process(side.comment_event(pull), event_id).outcome == "done"
    assert states(side, "packit/permission") == ["error", "success"]
    side.approve(status="waiting")
    assert side.process(side.pull_event(pull), "e-7").outcome == "denied"
    assert states(side, "packit/permission") == ["error", "success", "error"]


def test_force_repeats_no_status(engine_side):
    """It makes a new run; what the forge shows already is not written again."""
    side = engine_side
    with side.database.write() as session:
        allowlist.remove(session, "github.com/octo", by="test", now=datetime.now(UTC))
    event = side.pull_event(side.pull())
    for _ in range(2):
        assert side.process(event, force=True).code == "not-allowed"
    assert states(side, "packit/permission") == ["error"]
    side.approve(status="waiting")  # another reason is news
    side.process(event, force=True)
    assert states(side, "packit/permission") == ["error", "error"]


class ReadsAll:
    """A newer packit, which knows the job."""

    def read(self, path, text, *, repository):
        return PackageConfig(
            path=path, jobs=(Job(index=0, type="copr_build", trigger="pull_request"),)
        )


def test_a_config_that_can_be_read_after_all_turns_green(engine_side):
    side = engine_side
    pull = side.pull(config=BROKEN)
    assert side.process(side.pull_event(pull)).code == "bad-config"
    side.change(reader=ReadsAll())
    for event_id in ("e-2", "e-3"):
        assert side.process(side.pull_event(pull), event_id).outcome == "done"
    assert states(side, "packit/config") == ["error", "success"]


def test_the_refusal_of_tests_is_taken_back_when_a_maintainer_runs_them(engine_side):
    side = engine_side
    pull = side.pull(SKIP_BUILD, author="olaf")
    assert side.process(side.pull_event(pull)).outcome == "denied"
    assert states(side, "packit/tests") == ["error"]
    for event_id in ("e-2", "e-3"):
        side.process(side.comment_event(pull, "/packit test"), event_id)
    assert side.statuses()[1:] == [
        ("packit/tests", "success", "Started after all: see the status of each target.")
    ]


def test_what_did_not_reach_the_forge_is_no_news_of_yesterday(engine_side):
    """Only what was written counts as shown."""
    side = engine_side
    side.approve(status="waiting")
    event = side.pull_event(side.pull())
    side.github.faults.add(Fault(kind="broken", match="statuses", count=1))
    assert side.process(event).outcome == "waiting"
    assert side.event_row().decision["steps"][-1]["facts"] == [
        "the status permission did not reach the forge: http-502"
    ]
    assert side.process(event).outcome == "denied"
    assert states(side, "packit/permission") == ["error"]

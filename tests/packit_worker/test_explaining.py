"""`explain` decides as a worker does, names the rule, and writes nothing."""

import pytest
from event_kwargs import event_of

from packit_worker.explaining import explain
from packit_worker.sandbox.faults import Fault
from packit_worker.stage1 import Intake


@pytest.fixture
def explained(engine_side):
    """`explained(event)`: the explanation; the stand-ins refuse writes, and no row is added."""

    def ask(event, *, offline=False):
        for forge in (engine_side.github, engine_side.pagure):
            forge.faults.add(Fault(kind="forbidden", match="^(POST|PATCH|PUT|DELETE)", count=-1))
        kwargs = {name: getattr(event, name) for name in event.__struct_fields__}
        name = type(event).__name__
        intake = Intake(outcome="parsed", event=name, task=event.task(), kwargs=kwargs)
        before = engine_side.count_rows()
        found = explain(intake, "queue", engine_side.engine, offline=offline)
        assert engine_side.count_rows() == before
        assert [one for one in engine_side.requests() if not one.startswith("GET")] == []
        assert engine_side.calls == []
        return found

    return ask


def stop_of(found):
    step = found.decision.stop
    return (step.name, step.code)


def test_what_would_run_names_each_check(engine_side, explained):
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert (found.outcome, found.code) == ("run", "")
    (pair,) = found.decision.pairs
    assert (pair.handler, pair.job, pair.outcome) == ("Build", "copr_build#0", "run")
    assert pair.why == "job copr_build#0 has the trigger pull_request"
    (check,) = pair.steps
    assert (check.name, check.verdict) == ("may-write", "go-on")
    assert check.facts == ("wendy may write to github.com/octo/hello",)
    config = next(step for step in found.decision.steps if step.name == "package-config")
    assert config.facts[0].startswith("read from .packit.yaml of github.com/octo/hello at ")


def test_a_forge_that_is_down_is_named_with_the_question(engine_side, explained):
    event = engine_side.pull_event(engine_side.pull())
    engine_side.github.faults.add(Fault(kind="too-many-requests", count=1, seconds=7))
    found = explained(event)
    assert (found.outcome, found.code, found.is_undecided) == ("waiting", "rate-limit", True)
    assert found.decision.stop.facts == (
        "github.com was asked who may see octo/hello: rate-limit, again in 7 s",
    )


def test_a_check_that_is_not_answered_leaves_the_rest_of_the_tree(engine_side, explained):
    event = engine_side.pull_event(engine_side.pull())
    engine_side.github.faults.add(Fault(kind="unavailable", match="permission", count=1))
    found = explained(event)
    assert (found.outcome, found.code, found.is_undecided) == ("waiting", "http-503", True)
    (pair,) = found.decision.pairs
    assert (pair.outcome, pair.code) == ("waiting", "http-503")
    (step,) = pair.steps
    assert (step.name, step.verdict) == ("may-write", "wait")
    assert step.facts == (
        "github.com was asked whether wendy may write to octo/hello: http-503",
        "github.com does not answer",
    )


def test_a_result_without_a_row_is_decided(engine_side, explained):
    """No service is missing: a worker would wait for the row too."""
    found = explained(event_of("CoprBuildEvent", build_id=77, user="packit"), offline=True)
    assert (found.outcome, found.code, found.is_undecided) == (
        "waiting",
        "result-before-row",
        False,
    )
    assert (found.decision.stop.name, found.decision.stop.facts) == (
        "origin",
        ("there is no row of copr-build 77",),
    )


def test_an_outsider_is_told_by_the_permission(engine_side, explained):
    found = explained(engine_side.pull_event(engine_side.pull(author="olaf")))
    assert (found.outcome, found.code) == ("denied", "no-write-access")
    assert found.decision.pairs[0].steps[0].facts == (
        "olaf may not write to github.com/octo/hello",
    )


def test_a_missing_actor(engine_side, explained):
    found = explained(engine_side.pull_event(engine_side.pull(author=None)))
    assert (found.outcome, found.code) == ("denied", "actor-unknown")


def test_an_unapproved_namespace(engine_side, explained):
    engine_side.approve(status="waiting")
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert (found.outcome, found.code) == ("denied", "waiting-for-approval")
    assert stop_of(found) == ("allowlist", "waiting-for-approval")


def test_a_denied_one(engine_side, explained):
    engine_side.approve(status="denied")
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert stop_of(found) == ("not-denied", "denied")
    assert found.decision.stop.facts == ("github.com/octo was denied by an operator",)
    assert engine_side.requests() == []


def test_a_private_repository(engine_side, explained):
    engine_side.hello.private = True
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert stop_of(found) == ("is-public", "private-repository")


def test_a_broken_config(engine_side, explained):
    broken = "specfile_path: a.spec\njobs: [{job: copr_biuld, trigger: release}]\n"
    found = explained(engine_side.pull_event(engine_side.pull(config=broken)))
    assert (found.outcome, found.code) == ("failed", "bad-config")
    assert found.decision.steps[-2].facts[-1].startswith(".packit.yaml line 2: ")


@pytest.mark.parametrize(
    ("kind", "code"), [("unavailable", "http-503"), ("too-many-requests", "rate-limit")]
)
def test_a_forge_that_is_down(engine_side, explained, kind, code):
    engine_side.github.faults.add(Fault(kind=kind, match="GET /repos/octo/hello$", count=-1))
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert (found.outcome, found.code) == ("waiting", code)
    assert stop_of(found) == ("forge", code)


def test_no_job_for_it(engine_side, explained):
    jobs = "  - {job: copr_build, trigger: release, targets: [fedora-42]}\n"
    found = explained(engine_side.pull_event(engine_side.pull(jobs)))
    assert (found.outcome, found.code) == ("skipped", "no-job-matched")
    assert found.decision.looked_at[0] == (
        "Build, job copr_build#0: trigger release, not pull_request"
    )


def test_a_result_of_others(explained):
    found = explained(event_of("CoprBuildEvent", user="olaf", owner="olaf"))
    assert stop_of(found) == ("origin", "not-ours")


def test_a_result_whose_row_is_not_there_yet(explained):
    found = explained(event_of("CoprBuildEvent"))
    assert (found.outcome, found.code) == ("waiting", "result-before-row")


def test_a_service_that_refuses_a_question(engine_side, explained):
    engine_side.github.faults.add(Fault(kind="gone", match="permission", count=-1))
    found = explained(engine_side.pull_event(engine_side.pull()))
    assert (found.outcome, found.code) == ("denied", "permission-unknown")


def test_offline_asks_no_forge(engine_side, explained):
    found = explained(engine_side.pull_event(engine_side.pull()), offline=True)
    assert (found.outcome, found.code) == ("offline", "")
    assert [step.name for step in found.decision.steps] == [
        "not-denied",
        "not-a-bot",
        "not-uninstalled",
    ]
    assert engine_side.requests() == []


def test_offline_still_knows_bots(engine_side, explained):
    found = explained(engine_side.comment_event(engine_side.pull(), login="bot"), offline=True)
    assert (found.outcome, found.code) == ("skipped", "own-bot")


def test_what_stage_1_skipped_is_told_as_it_is(engine_side):
    intake = Intake(outcome="skipped", code="fork-push", detail="a fork")
    found = explain(intake, None, engine_side.engine, offline=False)
    assert (found.outcome, found.code) == ("skipped", "fork-push")
    assert engine_side.requests() == []


def test_what_does_not_make_the_event_is_told(engine_side):
    intake = Intake(outcome="parsed", event="ReleaseEvent", task="t", kwargs={"tag_name": 1})
    found = explain(intake, "release", engine_side.engine, offline=False)
    assert found.outcome == "invalid"
    assert found.code.startswith("$.")

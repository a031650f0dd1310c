"""From a pull request to the status of its tests, over the stand-ins of all that is outside."""

import json
from dataclasses import replace

import pytest
from copr_side import CoprSide, _people
from servers.testing_farm_stand_in import farm_settings
from sqlalchemy import select

from packit_worker.pages.app import create_app
from packit_worker.pages.event_page import event_page
from packit_worker.replaying import typed
from packit_worker.sandbox.copr_backend import Outcome as BuildOutcome
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.testing_farm_backend import Outcome, old_result
from packit_worker.stage1 import take_in
from packit_worker.store import models, public
from packit_worker.store.database import Database
from parsers.options import Options

F43, F44 = "fedora-43-x86_64", "fedora-44-x86_64"
TARGETS = "targets: [fedora-43, fedora-44]"
BUILD = f"  - {{job: copr_build, trigger: pull_request, {TARGETS}}}\n"
TESTS = f"  - {{job: tests, trigger: pull_request, {TARGETS}}}\n"
SIX = "".join(TESTS.replace("trigger", f"identifier: t{n}, trigger") for n in range(6))
AGAIN = 'Comment "/packit test" to try again.'


class WholeSide(CoprSide):
    """Everything: forges, Copr, Bodhi, Testing Farm."""

    def add(self, farm_stand_in, farm):
        self.farm = farm_stand_in
        services = replace(self.engine.services, testing_farm=lambda: farm)
        self.change(services=services)
        self.heard = []
        farm_stand_in.backend.on_notification = self.heard.append
        return self

    def tests(self):
        return list(self.farm.world.tests.values())

    def tested(self, *outcomes):
        """Have Testing Farm run what was submitted, one outcome each, and hear what it says."""
        for test, outcome in zip(self.tests(), outcomes, strict=True):
            self.farm.run(test.id, outcome)
        self.hear()

    def hear(self, *bodies):
        """Process notifications, as both stages do: those given, or all that were sent."""
        told = bodies or [one.body for one in self.heard]
        for body in told:
            intake = take_in(
                json.dumps(body), source="testing-farm", event_type=None, options=Options()
            )
            self.sent += 1
            self.process(typed(intake), f"told-{self.sent}")
        self.heard.clear()

    def test_states(self):
        """Return state and text of each status of tests, by target and what follows it."""
        begin = "packit/testing-farm:"
        return {
            context.removeprefix(begin): status
            for context, status in self.shown().items()
            if context.startswith(begin)
        }


@pytest.fixture
def whole(
    sqlite_database_url,
    github,
    pagure,
    open_forges,
    copr_stand_in,
    bodhi_stand_in,
    farm_stand_in,
    open_farm,
    tmp_path,
):
    database = Database(sqlite_database_url)
    _people(github)
    cache = tmp_path / "releases.json"
    side = WholeSide(database, github, pagure, open_forges, copr_stand_in, bodhi_stand_in, cache)
    side.add(farm_stand_in, open_farm(farm_settings(farm_stand_in.url)))
    side.approve()
    side.hello.git.commit({".fmf/version": "1\n"}, ref="refs/heads/main", start="main")
    yield side
    database.close()


OUTCOMES = [
    (Outcome(), "success", "The tests passed."),
    (Outcome(overall="failed", summary="1 failed"), "failure", "The tests failed. 1 failed."),
    (Outcome(overall="error"), "error", f"Not your change: the tests could not be run. {AGAIN}"),
    (Outcome(overall="skipped"), "success", "No test was run: all were skipped."),
    (Outcome(state="canceled"), "error", f"The tests were canceled. {AGAIN}"),
    (
        Outcome(overall="splendid"),
        "error",
        f'Testing Farm told the result "splendid", which is not known. {AGAIN}',
    ),
]


def test_a_pull_request_ends_with_a_status_of_its_tests_for_each_chroot(whole):
    """Six jobs, each with another outcome in one chroot, and all pass in the other."""
    pull, _ = whole.opened(BUILD + SIX)
    assert whole.test_states() == {}
    whole.build()
    accepted = ("pending", "Accepted. Waiting for Testing Farm to start the tests.")
    names = [f"{chroot}:t{number}" for chroot in (F43, F44) for number in range(6)]
    assert whole.test_states() == dict.fromkeys(names, accepted)
    artifacts = {one.body["environments"][0]["artifacts"][0]["id"] for one in whole.tests()}
    assert artifacts == {f"7000001:{F43}", f"7000001:{F44}"}
    assert {one.body["test"]["tmt"]["ref"] for one in whole.tests()} == {pull.head_sha}
    whole.tested(*(outcome for outcome, *_ in OUTCOMES), *[Outcome()] * 6)
    shown = [(state, text) for _, state, text in OUTCOMES]
    shown += [("success", "The tests passed.")] * 6
    assert whole.test_states() == dict(zip(names, shown, strict=True))
    assert {one["sha"] for one in whole.writes("status")} == {pull.head_sha}


def test_the_page_of_a_test_run_tells_why_it_was_started(whole):
    """A message of Copr did, which names no repository."""
    whole.opened(BUILD + TESTS.replace("fedora-43, ", ""))
    whole.build()
    with whole.database.read() as session:
        run = session.scalars(select(models.Run).where(models.Run.kind == "test-run")).one()
        event_id = session.get_one(models.JobRun, run.job_run_id).event_id
    client = create_app(whole.database, whole.engine.policy).test_client()
    page = client.get(f"/runs/{run.id}").get_data(as_text=True)
    assert "recognised as CoprBuildEvent" in page
    assert f'/events/{event_id}"' in page
    with whole.database.read() as session:  # no page is asked for by an id such as the test's
        found = public.public_event(session, event_id)
    page = event_page(found, "/packit")
    assert page.heading == "Message of Copr"
    assert dict(page.facts)["Repository"].text == "github.com/octo/hello"


def test_each_status_of_tests_is_written_twice_where_nothing_is_told_meanwhile(whole):
    whole.opened(BUILD + TESTS)
    whole.build()
    whole.tested(Outcome(told="twice"), Outcome(told="twice"))
    texts = [text for context, _, text in whole.statuses() if context.endswith(f"farm:{F44}")]
    assert texts == ["Accepted. Waiting for Testing Farm to start the tests.", "The tests passed."]


def test_tests_do_not_start_after_a_failed_build(whole):
    whole.opened(BUILD + TESTS)
    whole.build(BuildOutcome(chroots={F43: "failed"}))
    assert [one.target for one in whole.tests()] == ["Fedora-44 x86_64"]
    assert list(whole.test_states()) == [F44]


def test_tests_do_not_start_after_a_failed_source_package(whole):
    whole.opened(BUILD + TESTS)
    whole.build(BuildOutcome(source="failed"))
    assert (whole.tests(), whole.test_states()) == ([], {})


def test_tests_do_not_start_while_the_forge_does_not_show_the_build(whole):
    whole.opened(BUILD + TESTS.replace("fedora-43, ", ""))
    whole.github.faults.add(Fault(kind="unavailable", match="POST .*statuses", count=-1))
    ends = whole.build(order=lambda sent: sent[-1:])
    assert [end.outcome for end in ends] == ["waiting"]
    assert whole.tests() == []


def test_tests_start_though_the_forge_never_showed_the_build(whole):
    """It takes no status until the attempts end: the sweep shows what it missed."""
    whole.opened(BUILD + TESTS.replace("fedora-43, ", ""))
    message = whole.copr.run(7000001)[-1]
    whole.github.faults.add(Fault(kind="unavailable", match="POST .*statuses", count=-1))
    ends = []
    while not ends or ends[-1] == "waiting":
        ends.append(whole.say(message, "end").outcome)
        whole.make_due("end")
    assert ends == ["waiting", "waiting", "done"]
    assert len(whole.tests()) == 1
    whole.github.faults.clear()
    whole.due("report_due_at")
    whole.sweep()
    assert whole.shown()[f"packit/rpm-build:{F44}"][0] == "success"
    assert whole.test_states()[F44][0] == "pending"


@pytest.mark.parametrize(
    "order", [lambda sent: sent, lambda sent: sent[::-1], lambda sent: sent[1::2]]
)
def test_any_order_of_copr_s_messages_makes_one_run_a_chroot(whole, order):
    whole.opened(BUILD + TESTS)
    whole.build(order=order)
    whole.tested(Outcome(), Outcome())
    assert set(whole.test_states().values()) == {("success", "The tests passed.")}


def test_the_same_end_twice_makes_one_run(whole):
    whole.opened(BUILD + TESTS)
    whole.build(order=lambda sent: [*sent, *sent])
    assert len(whole.tests()) == 2


def test_what_nobody_tells_the_sweep_finds(whole):
    """No message of Copr and no notification comes."""
    whole.opened(BUILD + TESTS)
    whole.build(order=lambda _sent: [])
    whole.due()
    whole.sweep()
    assert len(whole.tests()) == 2
    for test in whole.tests():
        whole.farm.run(test.id, Outcome(told="none"))
    whole.due()
    whole.sweep()
    assert set(whole.test_states().values()) == {("success", "The tests passed.")}


def test_a_result_before_the_answer_is_waited_for(whole):
    whole.farm.early, whole.farm.automatic = True, lambda _test: Outcome(told="end")
    told = []
    whole.farm.backend.on_notification = lambda one: told.append(
        whole.process(
            typed(
                take_in(
                    json.dumps(one.body),
                    source="testing-farm",
                    event_type=None,
                    options=Options(),
                )
            ),
            "early",
        ).code
    )
    whole.opened(BUILD.replace("fedora-43, ", "") + TESTS.replace("fedora-43, ", ""))
    whole.build()
    assert told == ["result-before-row"]
    assert whole.test_states()[F44][0] == "pending"
    [test] = whole.tests()
    whole.make_due("early")
    whole.hear({"request_id": test.id, "token": "hook-hush"})
    assert whole.test_states() == {F44: ("success", "The tests passed.")}


def test_the_older_inline_result_works(whole):
    whole.opened(BUILD.replace("fedora-43, ", "") + TESTS.replace("fedora-43, ", ""))
    whole.build()
    [test] = whole.tests()
    whole.farm.run(test.id, Outcome(overall="failed", summary="2 failed", told="none"))
    whole.hear(old_result(test, "hook-hush"))
    assert whole.test_states() == {F44: ("failure", "The tests failed. 2 failed.")}


def test_a_token_that_a_relay_left_in_goes_no_further(whole, caplog):
    whole.opened(BUILD.replace("fedora-43, ", "") + TESTS.replace("fedora-43, ", ""))
    whole.build()
    [test] = whole.tests()
    whole.farm.run(test.id, Outcome(told="none"))
    whole.hear({"request_id": test.id, "token": "hook-hush"}, old_result(test, "hook-hush"))
    with whole.database.read() as session:
        events = [(row.kwargs, row.decision) for row in session.scalars(select(models.Event))]
        runs = [(row.details, row.known_text) for row in session.scalars(select(models.Run))]
    assert len(events) > 5
    assert "hush" not in f"{events}{runs}{caplog.text}"


def test_six_jobs_and_a_command_without_a_build_make_no_build_and_one_answer(whole):
    pull, _ = whole.opened(BUILD + SIX, author="olaf")
    assert whole.copr.world.builds == {}
    whole.process(whole.comment_event(pull, "/packit test"), "asked")
    assert whole.copr.world.builds == {}
    [answer] = whole.bodies()
    assert answer == (
        f"There is no successful build of {pull.head_sha[:7]} to test."
        ' Comment "/packit build": the tests start when it has ended.'
    )
    whole.process(whole.comment_event(pull, "/packit build"), "built")
    whole.build()
    assert len(whole.copr.world.builds) == 1
    assert len(whole.tests()) == 12
    whole.tested(*[Outcome()] * 12)
    assert len(whole.test_states()) == 12
    assert set(whole.test_states().values()) == {("success", "The tests passed.")}


def test_six_jobs_that_bring_their_build_make_one(whole):
    pull, _ = whole.opened(SIX)
    whole.build()
    assert len(whole.copr.world.builds) == 1
    assert len(whole.tests()) == 12
    whole.process(whole.comment_event(pull, "/packit test --identifier t3"), "asked")
    assert len(whole.copr.world.builds) == 1
    assert len(whole.tests()) == 12  # they run already
    whole.tested(*[Outcome()] * 12)
    whole.process(whole.comment_event(pull, "/packit test --identifier t3"), "again")
    assert len(whole.tests()) == 14


def test_the_build_of_six_jobs_asked_for_by_one_of_them_ends_and_is_tested_by_all(whole):
    """It is one build for all of them, in the name of any of them."""
    pull, _ = whole.opened(SIX, author="olaf")
    whole.process(whole.comment_event(pull, "/packit build --identifier t3"), "asked")
    assert {end.outcome for end in whole.build()} == {"done"}
    builds = {name: state for name, (state, _) in whole.shown().items() if "rpm-build:" in name}
    assert builds == {
        f"packit/rpm-build:{F43}:t3": "success",
        f"packit/rpm-build:{F44}:t3": "success",
    }
    assert len(whole.tests()) == 12


def test_jobs_that_bring_their_build_bring_the_targets_of_all(whole):
    one, other = (
        TESTS.replace(f"fedora-4{n}", "x").replace("x, ", "").replace(", x", "") for n in (3, 4)
    )
    whole.opened(one + other)
    whole.build()
    assert len(whole.copr.world.builds) == 1
    assert sorted(one.target for one in whole.tests()) == ["Fedora-43 x86_64", "Fedora-44 x86_64"]

"""Whether the tests of a job are due now."""

from dataclasses import replace

import pytest
from event_kwargs import event_of
from fake_forge import context_of

from packit_worker.checks.tests import asked_by_event, due_without_build, of_branch_of_job
from packit_worker.facts import Known, Origin
from packit_worker.forge import Repository
from packit_worker.package_config import Job
from packit_worker.service_access import Services
from packit_worker.services.bodhi import BodhiReleases
from packit_worker.services.targets import BodhiTargets

HELLO = Repository("github.com", "acme", "hello")


@pytest.fixture
def explicit_targets(tmp_path):
    """Knows targets that name a version; nobody is asked for them."""
    return BodhiTargets(BodhiReleases("http://127.0.0.1:9", tmp_path / "releases.json"))


def job(type_="tests", *targets, **more):
    given = {"index": 0, "type": type_, "trigger": "pull_request", "targets": targets}
    return Job(**(given | more))


def surroundings(targets, tests, *others):
    context = context_of(event_of("PullRequestGHEvent"), job=tests)
    services = Services(targets=lambda: targets)
    return replace(context, jobs=(tests, *others), services=services)


def test_tests_without_a_build_are_due(explicit_targets):
    context = surroundings(explicit_targets, job("tests", "fedora-44", skip_build=True))
    assert due_without_build(None, context) is None


@pytest.mark.parametrize("built", [["fedora-44"], ["fedora-44", "fedora-43"]])
def test_tests_with_a_build_wait_for_it(explicit_targets, built):
    tests, build = job("tests", "fedora-44"), job("copr_build", *built, index=1)
    skip = due_without_build(None, surroundings(explicit_targets, tests, build))
    assert skip.code == "after-build"


def test_a_target_that_nobody_builds_is_due(explicit_targets):
    tests, build = job("tests", "fedora-44"), job("copr_build", "fedora-43", index=1)
    assert due_without_build(None, surroundings(explicit_targets, tests, build)) is None


@pytest.mark.parametrize(("manual", "code"), [(True, "manual-trigger"), (False, None)])
def test_what_starts_on_command_alone(manual, code):
    tests = job(values={"manual_trigger": manual})
    skip = asked_by_event(None, context_of(event_of("PullRequestGHEvent"), job=tests))
    assert (skip.code if skip else None) == code


@pytest.mark.parametrize(
    ("trigger", "ref", "branch", "code"),
    [
        ("commit", "main", "main", None),
        ("commit", "main", None, None),
        ("commit", "v1", None, "other-branch"),
        ("commit", "v1", "v.*", None),
        ("commit", "main", "v.*", "other-branch"),
        ("pull_request", "7", "v.*", None),
        ("release", "1.0", "v.*", None),
    ],
)
def test_the_branch_of_the_job(trigger, ref, branch, code):
    known = Known(origin=Origin(run_id=1, repository=HELLO, commit="c"))
    context = context_of(event_of("CoprBuildEvent"), known=known, job=job(branch=branch))
    subject = replace(context.subject, repository=HELLO, ref=ref, config_trigger=trigger)
    skip = of_branch_of_job(None, replace(context, subject=subject))
    assert (skip.code if skip else None) == code

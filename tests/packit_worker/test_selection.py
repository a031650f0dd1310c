"""Which handlers run for which jobs; the expectations are written by hand."""

import pytest
from event_kwargs import event_of
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.commands import Command
from packit_worker.handler import is_slow
from packit_worker.package_config import Job
from packit_worker.policy import Policy
from packit_worker.registry import HANDLERS
from packit_worker.selection import select

BUILD, TESTS = "PullRequestCoprBuildHandler", "GithubTestingFarmHandler"
BUILD_ASKED = "GitHubPullRequestCommentCoprBuildHandler"
TESTS_ASKED = "GitHubPullRequestCommentTestingFarmHandler"
KOJI = "PullRequestGithubKojiBuildHandler"


def job(index, type_="copr_build", trigger="pull_request", **more):
    return Job(index=index, type=type_, trigger=trigger, **more)


def chosen(name, jobs, *, trigger="pull_request", commands=()):
    found = select(event_of(name), HANDLERS, jobs, trigger, commands, Policy())
    return [(pair.spec.name, pair.job_name) for pair in found.pairs]


def passed(name, jobs, *, trigger="pull_request", commands=()):
    return list(select(event_of(name), HANDLERS, jobs, trigger, commands, Policy()).looked_at)


def asked(name, **options):
    return Command(name, (), options, f"/packit {name}")


def test_all_matching_jobs_run():
    jobs = [job(0), job(1, identifier="other"), job(2, "tests")]
    assert chosen("PullRequestGHEvent", jobs) == [
        (BUILD, "copr_build#0"),
        (BUILD, "other"),
        (TESTS, "tests#2"),
    ]


def test_only_jobs_of_the_trigger_run():
    jobs = [job(0, trigger="commit"), job(1, trigger="release"), job(2)]
    assert chosen("PullRequestGHEvent", jobs) == [(BUILD, "copr_build#2")]
    assert passed("PullRequestGHEvent", jobs)[:2] == [
        f"{BUILD}, job copr_build#0: trigger commit, not pull_request",
        f"{BUILD}, job copr_build#1: trigger release, not pull_request",
    ]


def test_without_a_trigger_no_job_matches():
    assert chosen("CoprBuildEvent", [job(0)], trigger=None) == []


def test_tests_bring_their_build_once_where_no_job_builds():
    jobs = [job(0, "tests"), job(1, "tests", identifier="more")]
    expected = [(BUILD, "tests#0"), (TESTS, "tests#0"), (TESTS, "more")]
    assert chosen("PullRequestGHEvent", jobs) == expected
    jobs.append(job(2, trigger="commit"))
    assert chosen("PullRequestGHEvent", jobs) == expected


def test_tests_bring_no_build_where_a_job_builds():
    jobs = [job(0, "tests"), job(1)]
    assert chosen("PullRequestGHEvent", jobs) == [(BUILD, "copr_build#1"), (TESTS, "tests#0")]


def test_tests_without_a_build_run_at_once_and_bring_none():
    jobs = [job(0, "tests", skip_build=True)]
    assert chosen("PullRequestGHEvent", jobs) == [(TESTS, "tests#0")]
    assert chosen("CoprBuildEvent", jobs) == []


def test_the_build_that_tests_bring_is_that_of_the_tests_asked_for():
    jobs = [job(0, "tests", identifier="a"), job(1, "tests", identifier="b")]
    commands = [asked("build", identifier="b")]
    assert chosen("PullRequestCommentGHEvent", jobs, commands=commands) == [(BUILD_ASKED, "b")]


def test_slow_rows_come_last():
    jobs = [
        job(0, "upstream_koji_build"),
        job(1),
        job(2, "tests", skip_build=True),
    ]
    assert chosen("PullRequestGHEvent", jobs) == [
        (BUILD, "copr_build#1"),
        (TESTS, "tests#2"),
        (KOJI, "upstream_koji_build#0"),
    ]


def test_a_command_chooses_its_handlers():
    jobs = [job(0), job(1, "tests")]
    on = "PullRequestCommentGHEvent"
    assert chosen(on, jobs, commands=[asked("build")]) == [(BUILD_ASKED, "copr_build#0")]
    assert chosen(on, jobs, commands=[asked("copr-build")]) == [(BUILD_ASKED, "copr_build#0")]
    assert chosen(on, jobs, commands=[asked("test")]) == [(TESTS_ASKED, "tests#1")]
    assert chosen(on, jobs) == []


def test_two_commands_that_mean_the_same_make_one_pair():
    commands = [asked("build"), asked("copr-build")]
    assert chosen("PullRequestCommentGHEvent", [job(0)], commands=commands) == [
        (BUILD_ASKED, "copr_build#0")
    ]


def test_two_commands_choose_two_jobs():
    jobs = [job(0, identifier="a"), job(1, identifier="b"), job(2, identifier="c")]
    commands = [asked("build", identifier="a"), asked("build", identifier="c")]
    assert chosen("PullRequestCommentGHEvent", jobs, commands=commands) == [
        (BUILD_ASKED, "a"),
        (BUILD_ASKED, "c"),
    ]


@pytest.mark.parametrize(
    ("options", "names", "reason"),
    [
        ({"identifier": "x"}, [], "its identifier is not x"),
        ({"identifier": "a"}, ["lib/a"], "its identifier is not a"),
        ({"package": "app"}, ["app/copr_build#1"], "its package is not app"),
        ({"labels": "fast"}, ["lib/a"], "it has none of the labels fast"),
        ({"labels": "slow, late"}, ["app/copr_build#1"], "it has none of the labels slow, late"),
        ({"labels": "fast,slow"}, ["lib/a", "app/copr_build#1"], None),
        ({"labels": ""}, [], "it has none of the labels "),
    ],
)
def test_options_choose_among_the_jobs(options, names, reason):
    jobs = [
        job(0, identifier="a", package="lib", labels=("fast", "red")),
        job(1, package="app", labels=("late",) if "late" in str(options) else ("slow",)),
    ]
    commands = [asked("build", **options)]
    on = "PullRequestCommentGHEvent"
    assert [name for _, name in chosen(on, jobs, commands=commands)] == names
    told = [text for text in passed(on, jobs, commands=commands) if reason and reason in text]
    assert bool(told) == (reason is not None)


def test_a_result_wakes_what_reports_and_what_follows():
    jobs = [job(0), job(1, "tests"), job(2, "tests", skip_build=True)]
    assert chosen("CoprBuildEvent", jobs) == [
        ("CoprBuildStartHandler", "copr_build#0"),
        ("CoprBuildEndHandler", "copr_build#0"),
        (TESTS, "tests#1"),
    ]


def test_an_installation_needs_no_job():
    assert chosen("InstallationEvent", [], trigger=None) == [("GithubAppInstallationHandler", "")]


JOBS = st.lists(
    st.tuples(
        st.sampled_from(["copr_build", "tests", "upstream_koji_build", "propose_downstream"]),
        st.sampled_from(["pull_request", "commit", "release"]),
        st.booleans(),
    ),
    max_size=6,
)


@given(
    jobs=JOBS,
    name=st.sampled_from(["PullRequestGHEvent", "PullRequestCommentGHEvent", "CoprBuildEvent"]),
    words=st.lists(st.sampled_from(["build", "copr-build", "test"]), max_size=4),
)
def test_no_pair_is_there_twice_and_slow_ones_are_last(jobs, name, words):
    made = [
        job(index, type_, trigger, skip_build=skip)
        for index, (type_, trigger, skip) in enumerate(jobs)
    ]
    commands = [asked(word) for word in words]
    pairs = select(event_of(name), HANDLERS, made, "pull_request", commands, Policy()).pairs
    keys = [(pair.spec.name, pair.job_name) for pair in pairs]
    assert len(set(keys)) == len(keys)
    assert {pair.job.trigger for pair in pairs if pair.job} <= {"pull_request"}
    slow = [is_slow(pair.spec, Policy()) for pair in pairs]
    assert slow == sorted(slow)

"""The one table of stage 2, against a table written by hand."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from event_kwargs import event_of

from packit_worker import registry
from packit_worker.handler import HandlerSpec, is_slow
from packit_worker.package_config import Job
from packit_worker.policy import Policy
from packit_worker.registry import EVENTS, HANDLERS
from packit_worker.selection import select
from packit_worker.sentences import command_of

# By hand: the handler, its events, its kind of work, the jobs that ask for it, its commands.
ROWS = """
ReleaseCoprBuildHandler                    ReleaseEvent                                              copr_build           copr_build            -
PullRequestCoprBuildHandler                PullRequestGHEvent,PullRequestPagureEvent                 copr_build           copr_build            -
PushCoprBuildHandler                       PushGithubGHEvent,PushPagureEvent                         copr_build           copr_build            -
GitHubPullRequestCommentCoprBuildHandler   PullRequestCommentGHEvent                                 pull_request_action  copr_build            build,copr-build
PagurePullRequestCommentCoprBuildHandler   PullRequestCommentPagureEvent                             pull_request_action  copr_build            build,copr-build
CoprBuildStartHandler                      CoprBuildEvent                                            copr_build_started   copr_build            -
CoprBuildEndHandler                        CoprBuildEvent                                            copr_build_finished  copr_build            -
GithubTestingFarmHandler                   CoprBuildEvent                                            tests                tests                 -
GithubTestingFarmHandler                   PullRequestGHEvent,PullRequestPagureEvent                 tests                tests                 -
GithubTestingFarmHandler                   PushGithubGHEvent,PushPagureEvent                         tests                tests                 -
GithubTestingFarmHandler                   ReleaseEvent                                              tests                tests                 -
GitHubPullRequestCommentTestingFarmHandler PullRequestCommentGHEvent,PullRequestCommentPagureEvent   pull_request_action  tests                 test
TestingFarmResultsHandler                  TestingFarmResultEvent                                    report_test_results  tests                 -
ProposeDownstreamHandler                   ReleaseEvent                                              propose_downstream   propose_downstream    -
GitHubIssueCommentProposeUpdateHandler     IssueCommentEvent                                         pull_request_action  propose_downstream    propose-downstream,propose-update
NewDistGitCommitHandler                    PushPagureEvent                                           sync_from_downstream sync_from_downstream  -
ReleaseGithubKojiBuildHandler              ReleaseEvent                                              production_build     upstream_koji_build   -
PullRequestGithubKojiBuildHandler          PullRequestGHEvent                                        production_build     upstream_koji_build   -
PushGithubKojiBuildHandler                 PushGithubGHEvent                                         production_build     upstream_koji_build   -
GitHubPullRequestCommentKojiBuildHandler   PullRequestCommentGHEvent                                 pull_request_action  upstream_koji_build   production-build,upstream-koji-build
KojiBuildReportHandler                     KojiBuildEvent                                            production_build     upstream_koji_build   -
GithubAppInstallationHandler               InstallationEvent                                         add_to_whitelist     -                     -
GithubFasVerificationHandler               IssueCommentEvent                                         add_to_whitelist     -                     verify-fas
"""  # noqa: E501 - a table
NAMES = {line.split()[0] for line in ROWS.strip().splitlines()}
JOBS = {
    "add_to_whitelist",
    "copr_build",
    "copr_build_finished",
    "copr_build_started",
    "production_build",
    "propose_downstream",
    "pull_request_action",
    "report_test_results",
    "sync_from_downstream",
    "tests",
}


def words(names):
    return ",".join(sorted(names)) or "-"


def test_the_rows_are_those_of_the_issue():
    in_table = [
        (
            spec.name,
            ",".join(event.__name__ for event in spec.events),
            spec.job,
            words(spec.job_types),
            words(spec.commands),
        )
        for spec in HANDLERS
    ]
    by_hand = [tuple(line.split()) for line in ROWS.strip().splitlines()]
    assert sorted(in_table) == sorted(by_hand)


def test_all_handlers_of_the_issue_are_there():
    # And the one that ends what an installation began, and the one of the command for Koji.
    assert len(NAMES) == 18 + 2
    assert {spec.name for spec in HANDLERS} == NAMES


def test_all_ten_job_names_occur():
    assert len(JOBS) == 10
    assert {spec.job for spec in HANDLERS} == JOBS


def test_a_row_must_say_what_it_checks():
    row = {"name": "NewHandler", "events": EVENTS[:1], "job": "tests", "run": print}
    with pytest.raises(TypeError, match="checks"):
        HandlerSpec(**row)
    assert HandlerSpec(**row, checks=()).checks == ()


def test_every_row_names_its_event_as_its_type():
    """What mypy rests on: `HandlerSpec[Any]` and a bare `HandlerSpec` would take any function."""
    tree = ast.parse(Path(registry.__file__).read_text())
    made = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    rows = [name for name in made if name.startswith("HandlerSpec")]
    assert len(rows) == len(HANDLERS)
    assert {"HandlerSpec", "HandlerSpec[Any]", "HandlerSpec[Event]"}.isdisjoint(rows)


def test_every_event_wakes_a_handler():
    assert {event for spec in HANDLERS for event in spec.events} == set(EVENTS)


def test_a_row_comes_after_one_of_the_same_event_that_stands_before_it():
    places = {
        (spec.name, event): place for place, spec in enumerate(HANDLERS) for event in spec.events
    }
    for place, spec in enumerate(HANDLERS):
        for event in spec.events:
            assert spec.after is None or places[spec.after, event] < place
    assert [spec.after for spec in HANDLERS if spec.after] == ["CoprBuildEndHandler"]


def test_a_command_means_one_handler():
    meant = Counter(
        (event.__name__, command)
        for spec in HANDLERS
        for event in spec.events
        for command in spec.commands
    )
    assert set(meant.values()) == {1}


def test_a_handler_stands_once_for_an_event():
    stands = Counter((spec.name, event.__name__) for spec in HANDLERS for event in spec.events)
    assert set(stands.values()) == {1}


def checks_of(spec):
    return [check.__name__ for check in spec.checks]


def test_no_comment_and_no_push_or_pull_request_of_an_outsider_reaches_koji():
    koji = [spec for spec in HANDLERS if "upstream_koji_build" in spec.job_types]
    assert not [spec.name for spec in koji if spec.required_by]
    assert {spec.name: checks_of(spec) for spec in koji} == {
        "ReleaseGithubKojiBuildHandler": ["starts_by_itself"],
        "PullRequestGithubKojiBuildHandler": ["starts_by_itself", "may_write"],
        "PushGithubKojiBuildHandler": ["starts_by_itself", "on_branch_of_job", "may_write"],
        "GitHubPullRequestCommentKojiBuildHandler": ["may_write", "saw_the_head"],
        "KojiBuildReportHandler": [],
    }


def test_whatever_a_stranger_can_cause_asks_who_it_is():
    strangers = [
        spec
        for spec in HANDLERS
        for event in spec.events
        if event.__name__.startswith(("PullRequest", "IssueComment"))
    ]
    assert len(strangers) == 12
    for spec in strangers:
        assert {"may_write", "may_command", "by_installer"} & set(checks_of(spec)), spec.name


def test_a_command_that_goes_downstream_is_for_writers_alone():
    (spec,) = [each for each in HANDLERS if each.name == "GitHubIssueCommentProposeUpdateHandler"]
    assert checks_of(spec) == ["may_write"]


def test_a_row_that_needs_a_job_says_which():
    without = [spec.name for spec in HANDLERS if not (spec.needs_config and spec.job_types)]
    assert without == ["GithubAppInstallationHandler", "GithubFasVerificationHandler"]


def test_fast_handlers_are_chosen_before_slow_ones():
    jobs = [
        Job(index=index, type=type_, trigger="release")
        for index, type_ in enumerate(["propose_downstream", "upstream_koji_build", "copr_build"])
    ]
    chosen = select(event_of("ReleaseEvent"), HANDLERS, jobs, "release", (), Policy())
    assert [pair.spec.name for pair in chosen.pairs] == [
        "ReleaseCoprBuildHandler",
        "ProposeDownstreamHandler",
        "ReleaseGithubKojiBuildHandler",
    ]


def test_slow_rows_are_those_that_take_minutes():
    assert {spec.name for spec in HANDLERS if is_slow(spec, Policy())} == {
        "ProposeDownstreamHandler",
        "GitHubIssueCommentProposeUpdateHandler",
        "NewDistGitCommitHandler",
        "ReleaseGithubKojiBuildHandler",
        "PullRequestGithubKojiBuildHandler",
        "PushGithubKojiBuildHandler",
        "GitHubPullRequestCommentKojiBuildHandler",
    }


def test_the_table_loads_without_what_stage_2_needs():
    code = "import sys, packit_worker.registry; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert {"re2", "ogr", "github", "packit", "copr", "koji", "sqlalchemy"}.isdisjoint(loaded)


# By hand: where a maintainer can get by a comment what was refused, and by which.
def test_the_command_that_people_are_told_does_what_was_refused():
    """A row for the same jobs takes it."""
    told = {spec.name: command_of(spec.name) for spec in HANDLERS if spec.job_types}
    assert set(told.values()) == {"build", "test", "propose-downstream", "upstream-koji-build", ""}
    for spec in [spec for spec in HANDLERS if told.get(spec.name)]:
        takers = [row for row in HANDLERS if told[spec.name] in row.commands]
        assert any(row.job_types == spec.job_types for row in takers), spec

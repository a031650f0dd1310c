"""EVENTS and HANDLERS: what happens on what. The one table of stage 2."""

from datetime import timedelta
from typing import TypeAlias

from packit_worker.checks.bots import not_our_commits
from packit_worker.checks.branch import on_branch_of_job
from packit_worker.checks.copr_result import (
    copr_build_ended,
    copr_build_started,
    copr_build_succeeded,
)
from packit_worker.checks.head_seen import saw_the_head
from packit_worker.checks.installer import by_installer, in_issue_of_installation, on_our_github
from packit_worker.checks.manual import starts_by_itself
from packit_worker.checks.permission import may_command, may_write
from packit_worker.checks.tests import (
    asked_by_event,
    due_without_build,
    due_without_build_of_actor,
    of_branch_of_job,
)
from packit_worker.checkup import Checkup
from packit_worker.events.base import Event
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.events.installation import InstallationEvent
from packit_worker.events.issue_comment import IssueCommentEvent
from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.events.pull_request_comment_gh import PullRequestCommentGHEvent
from packit_worker.events.pull_request_comment_pagure import PullRequestCommentPagureEvent
from packit_worker.events.pull_request_gh import PullRequestGHEvent
from packit_worker.events.pull_request_pagure import PullRequestPagureEvent
from packit_worker.events.push_github_gh import PushGithubGHEvent
from packit_worker.events.push_pagure import PushPagureEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.events.testing_farm_result import TestingFarmResultEvent
from packit_worker.handler import AnySpec, HandlerSpec
from packit_worker.handlers.approving import keep_installation, verify_fas
from packit_worker.handlers.check_copr_builds import missed_copr_messages
from packit_worker.handlers.check_koji_builds import missed_koji_messages
from packit_worker.handlers.propose_downstream import propose_on_command, propose_release
from packit_worker.handlers.report_copr_build import copr_build_end, copr_build_start
from packit_worker.handlers.report_koji_build import report_koji_build
from packit_worker.handlers.report_tests import ask_testing_farm, report_test_result
from packit_worker.handlers.run_tests import (
    run_tests_of_build,
    run_tests_of_change,
    run_tests_on_command,
)
from packit_worker.handlers.start_copr_build import start_copr_build
from packit_worker.handlers.start_koji_build import start_koji_build
from packit_worker.handlers.sync_from_downstream import sync_from_downstream
from packit_worker.policy import Policy
from packit_worker.run_states import RunKind

# Each gets a task and a queue of its own.
EVENTS: tuple[type[Event], ...] = (
    InstallationEvent,
    ReleaseEvent,
    PushGithubGHEvent,
    PullRequestGHEvent,
    PullRequestCommentGHEvent,
    IssueCommentEvent,
    PushPagureEvent,
    PullRequestPagureEvent,
    PullRequestCommentPagureEvent,
    CoprBuildEvent,
    KojiBuildEvent,
    TestingFarmResultEvent,
)

# What stage 1 runs.
STAGE_1_WORDS = ("parse_message",)

# Everything that queues.yaml must route.
WORDS = frozenset({*STAGE_1_WORDS, "record_outcome", "sweep"}) | {event.word() for event in EVENTS}

_PullRequest: TypeAlias = PullRequestGHEvent | PullRequestPagureEvent
_PullRequestComment: TypeAlias = PullRequestCommentGHEvent | PullRequestCommentPagureEvent
_Push: TypeAlias = PushGithubGHEvent | PushPagureEvent

_COPR = frozenset({"copr_build"})
_TESTS = frozenset({"tests"})
_KOJI = frozenset({"upstream_koji_build"})
_BUILD = frozenset({"build", "copr-build"})


def _makes_srpm_here(policy: Policy) -> bool:
    """Whether a Copr build is slow: its source package is made by the worker itself."""
    return policy.srpm_build == "local"


# The order is the order in which the rows of one event run; slow rows run after all others.
HANDLERS: tuple[AnySpec, ...] = (
    HandlerSpec[ReleaseEvent](
        name="ReleaseCoprBuildHandler",
        events=(ReleaseEvent,),
        job="copr_build",
        job_types=_COPR,
        required_by=_TESTS,
        status="rpm-build",
        checks=(starts_by_itself,),
        slow=_makes_srpm_here,
        run=start_copr_build,
    ),
    HandlerSpec[_PullRequest](
        name="PullRequestCoprBuildHandler",
        events=(PullRequestGHEvent, PullRequestPagureEvent),
        job="copr_build",
        job_types=_COPR,
        required_by=_TESTS,
        status="rpm-build",
        checks=(starts_by_itself, may_write),
        slow=_makes_srpm_here,
        run=start_copr_build,
    ),
    HandlerSpec[_Push](
        name="PushCoprBuildHandler",
        events=(PushGithubGHEvent, PushPagureEvent),
        job="copr_build",
        job_types=_COPR,
        required_by=_TESTS,
        status="rpm-build",
        checks=(starts_by_itself, on_branch_of_job),
        slow=_makes_srpm_here,
        run=start_copr_build,
    ),
    HandlerSpec[PullRequestCommentGHEvent](
        name="GitHubPullRequestCommentCoprBuildHandler",
        events=(PullRequestCommentGHEvent,),
        job="pull_request_action",
        job_types=_COPR,
        required_by=_TESTS,
        commands=_BUILD,
        status="rpm-build",
        checks=(may_command, saw_the_head),
        slow=_makes_srpm_here,
        run=start_copr_build,
    ),
    HandlerSpec[PullRequestCommentPagureEvent](
        name="PagurePullRequestCommentCoprBuildHandler",
        events=(PullRequestCommentPagureEvent,),
        job="pull_request_action",
        job_types=_COPR,
        required_by=_TESTS,
        commands=_BUILD,
        status="rpm-build",
        checks=(may_command, saw_the_head),
        slow=_makes_srpm_here,
        run=start_copr_build,
    ),
    HandlerSpec[CoprBuildEvent](
        name="CoprBuildStartHandler",
        events=(CoprBuildEvent,),
        job="copr_build_started",
        job_types=_COPR,
        required_by=_TESTS,
        checks=(copr_build_started,),
        run=copr_build_start,
    ),
    HandlerSpec[CoprBuildEvent](
        name="CoprBuildEndHandler",
        events=(CoprBuildEvent,),
        job="copr_build_finished",
        job_types=_COPR,
        required_by=_TESTS,
        checks=(copr_build_ended,),
        run=copr_build_end,
    ),
    HandlerSpec[CoprBuildEvent](
        name="GithubTestingFarmHandler",
        events=(CoprBuildEvent,),
        job="tests",
        job_types=_TESTS,
        status="testing-farm",
        after="CoprBuildEndHandler",
        skip_build=False,
        checks=(copr_build_succeeded, asked_by_event, of_branch_of_job),
        run=run_tests_of_build,
    ),
    HandlerSpec[_PullRequest](
        name="GithubTestingFarmHandler",
        events=(PullRequestGHEvent, PullRequestPagureEvent),
        job="tests",
        job_types=_TESTS,
        status="testing-farm",
        checks=(asked_by_event, due_without_build_of_actor, may_write),
        run=run_tests_of_change,
    ),
    HandlerSpec[_Push](
        name="GithubTestingFarmHandler",
        events=(PushGithubGHEvent, PushPagureEvent),
        job="tests",
        job_types=_TESTS,
        status="testing-farm",
        checks=(asked_by_event, on_branch_of_job, due_without_build),
        run=run_tests_of_change,
    ),
    HandlerSpec[ReleaseEvent](
        name="GithubTestingFarmHandler",
        events=(ReleaseEvent,),
        job="tests",
        job_types=_TESTS,
        status="testing-farm",
        checks=(asked_by_event, due_without_build),
        run=run_tests_of_change,
    ),
    HandlerSpec[_PullRequestComment](
        name="GitHubPullRequestCommentTestingFarmHandler",
        events=(PullRequestCommentGHEvent, PullRequestCommentPagureEvent),
        job="pull_request_action",
        job_types=_TESTS,
        commands=frozenset({"test"}),
        status="testing-farm",
        checks=(may_command, saw_the_head),
        run=run_tests_on_command,
    ),
    HandlerSpec[TestingFarmResultEvent](
        name="TestingFarmResultsHandler",
        events=(TestingFarmResultEvent,),
        job="report_test_results",
        job_types=_TESTS,
        checks=(),
        run=report_test_result,
    ),
    HandlerSpec[ReleaseEvent](
        name="ProposeDownstreamHandler",
        events=(ReleaseEvent,),
        job="propose_downstream",
        job_types=frozenset({"propose_downstream"}),
        status="propose-downstream",
        slow=True,
        in_turn=True,
        checks=(),
        run=propose_release,
    ),
    HandlerSpec[IssueCommentEvent](
        name="GitHubIssueCommentProposeUpdateHandler",
        events=(IssueCommentEvent,),
        job="pull_request_action",
        job_types=frozenset({"propose_downstream"}),
        commands=frozenset({"propose-update", "propose-downstream"}),
        status="propose-downstream",
        slow=True,
        in_turn=True,
        checks=(may_write,),
        run=propose_on_command,
    ),
    HandlerSpec[PushPagureEvent](
        name="NewDistGitCommitHandler",
        events=(PushPagureEvent,),
        job="sync_from_downstream",
        job_types=frozenset({"sync_from_downstream"}),
        slow=True,
        in_turn=True,
        checks=(not_our_commits,),
        run=sync_from_downstream,
    ),
    HandlerSpec[ReleaseEvent](
        name="ReleaseGithubKojiBuildHandler",
        events=(ReleaseEvent,),
        job="production_build",
        job_types=_KOJI,
        status="upstream-koji-build",
        slow=True,
        checks=(starts_by_itself,),
        run=start_koji_build,
    ),
    HandlerSpec[PullRequestGHEvent](
        name="PullRequestGithubKojiBuildHandler",
        events=(PullRequestGHEvent,),
        job="production_build",
        job_types=_KOJI,
        status="upstream-koji-build",
        slow=True,
        checks=(starts_by_itself, may_write),
        run=start_koji_build,
    ),
    HandlerSpec[PushGithubGHEvent](
        name="PushGithubKojiBuildHandler",
        events=(PushGithubGHEvent,),
        job="production_build",
        job_types=_KOJI,
        status="upstream-koji-build",
        slow=True,
        checks=(starts_by_itself, on_branch_of_job, may_write),
        run=start_koji_build,
    ),
    HandlerSpec[PullRequestCommentGHEvent](
        name="GitHubPullRequestCommentKojiBuildHandler",
        events=(PullRequestCommentGHEvent,),
        job="pull_request_action",
        job_types=_KOJI,
        commands=frozenset({"upstream-koji-build", "production-build"}),
        status="upstream-koji-build",
        slow=True,
        checks=(may_write, saw_the_head),
        run=start_koji_build,
    ),
    HandlerSpec[KojiBuildEvent](
        name="KojiBuildReportHandler",
        events=(KojiBuildEvent,),
        job="production_build",
        job_types=_KOJI,
        checks=(),
        run=report_koji_build,
    ),
    HandlerSpec[InstallationEvent](
        name="GithubAppInstallationHandler",
        events=(InstallationEvent,),
        job="add_to_whitelist",
        needs_config=False,
        checks=(on_our_github,),
        run=keep_installation,
    ),
    HandlerSpec[IssueCommentEvent](
        name="GithubFasVerificationHandler",
        events=(IssueCommentEvent,),
        job="add_to_whitelist",
        commands=frozenset({"verify-fas"}),
        words="FEDORA-ACCOUNT",
        needs_config=False,
        checks=(in_issue_of_installation, by_installer),
        run=verify_fas,
    ),
)

# Events with rows that may be slow: what works in the box.
SLOW_WORDS = frozenset(event.word() for spec in HANDLERS if spec.slow for event in spec.events)

# Whom the sweep asks about what is open outside; a kind of rows each.
CHECKUPS: tuple[Checkup, ...] = (
    Checkup(kind=RunKind.SRPM_BUILD, ask=missed_copr_messages, every=timedelta(minutes=15)),
    Checkup(kind=RunKind.COPR_BUILD, ask=missed_copr_messages, every=timedelta(minutes=15)),
    Checkup(kind=RunKind.TEST_RUN, ask=ask_testing_farm, every=timedelta(minutes=5)),
    Checkup(kind=RunKind.KOJI_BUILD, ask=missed_koji_messages, every=timedelta(minutes=15)),
)

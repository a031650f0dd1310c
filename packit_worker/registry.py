"""What happens on what. The one table of stage 2."""

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

# What stage 1 runs; these have queues too.
STAGE_1_WORDS = ("parse_message", "record_outcome")

# Everything that queues.yaml must route.
WORDS = frozenset(STAGE_1_WORDS) | {event.word() for event in EVENTS}

"""A real engine on stand-ins of both forges and a real database; its handlers only record.

`engine_side` is on SQLite, `engine_side_anywhere` on SQLite and then PostgreSQL.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from event_kwargs import event_of
from servers.forge_stand_ins import github_settings, pagure_settings
from sqlalchemy import func, select, update

from packit_worker.checks.branch import on_branch_of_job
from packit_worker.checks.permission import may_command, may_write
from packit_worker.ending import Limits
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.events.installation import InstallationEvent
from packit_worker.events.issue_comment import IssueCommentEvent
from packit_worker.events.pull_request_comment_gh import PullRequestCommentGHEvent
from packit_worker.events.pull_request_comment_pagure import PullRequestCommentPagureEvent
from packit_worker.events.pull_request_gh import PullRequestGHEvent
from packit_worker.events.pull_request_pagure import PullRequestPagureEvent
from packit_worker.events.push_github_gh import PushGithubGHEvent
from packit_worker.events.push_pagure import PushPagureEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.handler import Done, HandlerSpec
from packit_worker.ledger import Ledger
from packit_worker.pipeline import Engine
from packit_worker.policy import Policy
from packit_worker.services.package_config import PackitConfigReader
from packit_worker.store import allowlist, models
from packit_worker.store.claims import Delivery
from packit_worker.store.database import Database
from packit_worker.subject import subject_of
from parsers.options import SIBLING_BOTS

LIMITS = Limits(attempts=3, soft=30, hard=60)
POLICY = Policy(
    forges={"github.com": "github", "src.example.org": "pagure"},
    admins=frozenset({"github.com/adele"}),
    bots=SIBLING_BOTS | {"wilma", "bot", "robot[bot]"},
    pages_url="https://packit.example.org",
)
COPR_CONFIG = """\
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
jobs:
"""
BUILD_JOB = "  - {job: copr_build, trigger: pull_request, targets: [fedora-42]}\n"


class Handlers:
    """Rows whose functions record `(name, job)` in `calls`, and act as `acts` says by name."""

    def __init__(self):
        self.calls = []
        self.acts = {}

    def row(self, name, events, *, run=None, **more):
        def record(event, context):
            self.calls.append((name, context.job.name if context.job else ""))
            act = self.acts.get(name, Done("built"))
            if isinstance(act, list):
                act = act.pop(0)
            if isinstance(act, BaseException):
                raise act
            return act(event, context) if callable(act) else act

        defaults = {"job": "copr_build", "checks": ()}
        return HandlerSpec(name=name, events=events, run=run or record, **(defaults | more))

    def usual(self):
        """Return a small table: a build, tests, and what people ask for."""
        copr, tests = frozenset({"copr_build"}), frozenset({"tests"})
        builds = {"job_types": copr, "required_by": tests, "status": "rpm-build"}
        pulls = (PullRequestGHEvent, PullRequestPagureEvent)
        comments = (PullRequestCommentGHEvent, PullRequestCommentPagureEvent)
        downstream = {"job_types": frozenset({"propose_downstream"}), "status": "propose"}
        words = frozenset({"build", "copr-build"})
        row = self.row
        return (
            row("Release", (ReleaseEvent,), slow=True, **downstream),
            row("Build", pulls, checks=(may_write,), **builds),
            row("Push", (PushGithubGHEvent, PushPagureEvent), checks=(on_branch_of_job,), **builds),
            row(
                "BuildAsked",
                comments,
                commands=words,
                checks=(may_command,),
                **builds,
            ),
            row(
                "Tests",
                pulls,
                job_types=tests,
                status="tests",
                skip_build=True,
                checks=(may_write,),
            ),
            row(
                "TestsAsked",
                comments,
                commands=frozenset({"test"}),
                job_types=tests,
                status="tests",
                checks=(may_command,),
            ),
            row(
                "ProposeAsked",
                (IssueCommentEvent,),
                commands=frozenset({"propose-update"}),
                checks=(may_write,),
                slow=True,
                **downstream,
            ),
            row("BuildEnd", (CoprBuildEvent,), job_types=copr, required_by=tests),
            row(
                "TestsAfter",
                (CoprBuildEvent,),
                job_types=tests,
                status="tests",
                after="BuildEnd",
                skip_build=False,
            ),
            row("Install", (InstallationEvent,), needs_config=False),
        )


class EngineSide:
    """The engine, what it stands on, and what is seen of it from outside."""

    def __init__(self, database, github, pagure, open_forges, **more):
        self.database = database
        self.github = github
        self.pagure = pagure
        self.handlers = Handlers()
        self.hello = github.world.projects["octo/hello"]
        self.rpm = pagure.world.projects["rpms/hello"]
        self.engine = Engine(
            ledger=Ledger(database),
            forge=open_forges(
                github_settings(github.url),
                pagure_settings(pagure.url, **({"declared_public": True} | more)),
            ),
            reader=PackitConfigReader(),
            policy=POLICY,
            handlers=self.handlers.usual(),
        )

    def change(self, **fields):
        self.engine = replace(self.engine, **fields)

    def process(self, event, event_id="e-1", *, limits=LIMITS, force=False, sent_at=None):
        repository = subject_of(event).repository
        delivery = Delivery(
            event_id=event_id,
            task=event.task(),
            kwargs=event.as_kwargs(),
            repository=str(repository) if repository else None,
            sent_at=sent_at,
        )
        return self.engine.process(event, delivery, limits, force=force)

    # What lies on the forges.

    def approve(self, key="github.com/octo", status="approved_manually"):
        with self.database.write() as session:
            allowlist.decide(
                session, key, allowlist.AllowStatus(status), by="test", now=datetime.now(UTC)
            )

    def pull(self, jobs=BUILD_JOB, *, author="wendy", config=None, number=None, source=None):
        """Open a pull request on GitHub whose commit holds a config with these jobs."""
        text = COPR_CONFIG + jobs if config is None else config
        files = {".packit.yaml": text}
        return self.github.world.pull(
            self.hello, author=author, files=files, number=number, source=source
        )

    def pull_pagure(self, jobs=BUILD_JOB, *, author="carl"):
        """Open a pull request on Pagure; its fork holds the commit too, as a real one does."""
        fork = "fork/otto/rpms/hello"
        files = {".packit.yaml": COPR_CONFIG + jobs}
        return self.pagure.world.pull(self.rpm, author=author, files=files, source=fork)

    def push(self, jobs, *, branch="main"):
        """Push a config with these jobs, and return the commit."""
        files = {".packit.yaml": COPR_CONFIG + jobs}
        return self.hello.git.commit(files, ref=f"refs/heads/{branch}")

    # Events.

    def pull_event(self, pull, **changes):
        about = {"pr_id": pull.id, "commit_sha": pull.head_sha, "user_login": pull.author}
        return event_of("PullRequestGHEvent", **(_HELLO_TARGET | about | changes))

    def pull_pagure_event(self, pull, **changes):
        about = {"pr_id": pull.id, "commit_sha": pull.head_sha, "user_login": pull.author}
        about |= {"base_repo_owner": "otto", "base_repo_name": "hello"}
        return event_of("PullRequestPagureEvent", **(about | changes))

    def comment_event(self, pull, text="/packit build", login="wendy", **changes):
        about = {"pr_id": pull.id, "comment": text, "user_login": login}
        return event_of("PullRequestCommentGHEvent", **(_HELLO_TARGET | about | changes))

    def issue_event(self, number, text="/packit propose-update", login="wendy"):
        about = {"issue_id": number, "comment": text, "user_login": login}
        return event_of("IssueCommentEvent", **(_HELLO | about))

    def push_event(self, commit, **changes):
        return event_of("PushGithubGHEvent", **(_HELLO | {"commit_sha": commit} | changes))

    def release_event(self, tag):
        return event_of("ReleaseEvent", **(_HELLO | {"tag_name": tag}))

    # What is seen.

    @property
    def calls(self):
        return self.handlers.calls

    def requests(self):
        return [str(each) for side in (self.github, self.pagure) for each in side.stand_in.requests]

    def writes(self, kind=None):
        both = (*self.github.world.writes, *self.pagure.world.writes)
        return [each.data for each in both if kind in (None, each.kind)]

    def statuses(self):
        """Return `(context, state, text)` of each status that was set on GitHub."""
        found = self.writes("status")
        return [(one["context"], one["state"], one["description"]) for one in found]

    def bodies(self):
        """Return the texts of the comments that were written, first line only."""
        return [one["body"].splitlines()[0] for one in self.writes("comment")]

    def forget(self):
        self.github.stand_in.forget()
        self.pagure.stand_in.forget()
        self.calls.clear()

    def event_row(self, event_id="e-1"):
        with self.database.read() as session:
            return session.get(models.Event, event_id)

    def run_rows(self, event_id="e-1"):
        statement = select(models.JobRun).where(models.JobRun.event_id == event_id)
        with self.database.read() as session:
            return list(session.scalars(statement.order_by(models.JobRun.id)))

    def states(self, event_id="e-1"):
        return [(run.handler, run.job, str(run.state)) for run in self.run_rows(event_id)]

    def steps(self, event_id="e-1"):
        """Return `(name, verdict, code)` of each step of the stored decision."""
        steps = self.event_row(event_id).decision["steps"]
        return [(step["name"], step["verdict"], step["code"]) for step in steps]

    def count_rows(self):
        with self.database.read() as session:
            tables = models.Base.metadata.sorted_tables
            return {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in tables
            }

    def wait_seconds(self, event_id="e-1"):
        """Return in how many seconds the sweep sends the event again."""
        at = self.event_row(event_id).next_attempt_at
        return (at - datetime.now(UTC)).total_seconds()

    def make_due(self, event_id="e-1"):
        """Let the time pass until what waits is due."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        waiting = (models.JobRun.event_id == event_id, models.JobRun.next_attempt_at.is_not(None))
        with self.database.write() as session:
            session.execute(update(models.JobRun).where(*waiting).values(next_attempt_at=past))

    def let_pass(self, seconds, event_id="e-1"):
        """Make what the ledger knows of an event older, as so many seconds would."""
        passed = timedelta(seconds=seconds)
        with self.database.write() as session:
            rows = [session.get_one(models.Event, event_id)]
            rows += session.query(models.JobRun).filter_by(event_id=event_id)
            for row in rows:
                for name in ("received_at", "started_at", "next_attempt_at"):
                    if getattr(row, name, None) is not None:
                        setattr(row, name, getattr(row, name) - passed)

    def lose_worker(self, event_id="e-1"):
        """Leave the event as a killed worker does: leased, and the lease has ended."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        values = {"lease_owner": "dead", "lease_until": past, "ended_at": None, "outcome": None}
        with self.database.write() as session:
            session.execute(update(models.Event).where(models.Event.id == event_id).values(values))


_HELLO = {
    "repo_namespace": "octo",
    "repo_name": "hello",
    "https_url": "https://github.com/octo/hello",
}
_HELLO_TARGET = {
    "target_repo_namespace": "octo",
    "target_repo_name": "hello",
    "https_url": "https://github.com/octo/hello",
}


def _people(github):
    for login in ("wendy", "adele"):
        github.world.user(login)
    github.world.projects["octo/hello"].roles["wendy"] = "write"


@pytest.fixture
def engine_side(sqlite_database_url, github, pagure, open_forges):
    """A namespace that is approved, on SQLite."""
    database = Database(sqlite_database_url)
    _people(github)
    side = EngineSide(database, github, pagure, open_forges)
    side.approve()
    yield side
    database.close()


@pytest.fixture
def engine_side_anywhere(database_url, github, pagure, open_forges):
    """A namespace that is approved; once on SQLite, once on PostgreSQL."""
    database = Database(database_url)
    _people(github)
    side = EngineSide(database, github, pagure, open_forges)
    side.approve()
    yield side
    database.close()

"""The engine with the real handlers of tests, on stand-ins of GitHub, Bodhi and Testing Farm.

Builds are rows as their handlers leave them; `BuildEnd` stands for what reports them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from engine_side import COPR_CONFIG
from event_kwargs import event_of
from servers.testing_farm_stand_in import farm_settings
from sqlalchemy import select, update

from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.registry import CHECKUPS, HANDLERS
from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.server import Server
from packit_worker.service_access import Services
from packit_worker.services.bodhi import BodhiReleases
from packit_worker.services.targets import BodhiTargets
from packit_worker.store import models
from packit_worker.store.projects import Repository, TriggerKind, get_project, get_trigger

NAMES = {
    "GithubTestingFarmHandler",
    "GitHubPullRequestCommentTestingFarmHandler",
    "TestingFarmResultsHandler",
}
BUILD = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44, fedora-rawhide]}\n"
TESTS = "  - {job: tests, trigger: pull_request, targets: [fedora-44, fedora-rawhide]}\n"
JOBS = BUILD + TESTS
ALONE = "  - {job: tests, trigger: pull_request, skip_build: true, targets: [fedora-stable]}\n"
F44, RAWHIDE = "fedora-44-x86_64", "fedora-rawhide-x86_64"
FMF = {".fmf/version": "1\n"}


class FarmSide:
    """The engine, Testing Farm, and what is seen of both from outside."""

    def __init__(self, engine_side, farm_stand_in, farm, targets):
        self.side = engine_side
        self.farm = farm_stand_in
        self.numbers = count(1)
        handlers = engine_side.handlers
        reports = handlers.row(
            "CoprBuildEndHandler",
            (CoprBuildEvent,),
            job_types=frozenset({"copr_build"}),
            required_by=frozenset({"tests"}),
        )
        real = [spec for spec in HANDLERS if spec.name in NAMES]
        services = Services(testing_farm=lambda: farm, targets=lambda: targets)
        engine_side.change(handlers=(reports, *real), services=services, checkups=CHECKUPS)

    def policy(self, **changes):
        self.side.change(policy=replace(self.side.engine.policy, **changes))

    def pull(self, jobs=JOBS, *, author="wendy", files=FMF):
        """Open a pull request whose commit holds a config with these jobs."""
        files = {".packit.yaml": COPR_CONFIG + jobs, **files}
        return self.side.github.world.pull(self.side.hello, author=author, files=files)

    def built(self, pull, states=None, *, job="copr_build#0", number=9, trigger="pull-request"):
        """Make the rows of a build of a pull request: its state by chroot."""
        now = datetime.now(UTC)
        with self.side.database.write() as session:
            event = models.Event(
                id=f"build-{number}",
                task="t",
                kwargs={},
                generation=1,
                fence=1,
                attempts=1,
                received_at=now,
            )
            session.add(event)
            session.flush()
            run = models.JobRun(
                event_id=event.id,
                generation=1,
                handler="PullRequestCoprBuildHandler",
                job=job,
                job_type="copr_build",
                target="",
                state="done",
                attempts=1,
                created_at=now,
            )
            session.add(run)
            session.flush()
            project = get_project(session, Repository("github.com", "octo", "hello"))
            ref = str(pull.id) if trigger == "pull-request" else trigger
            kind = "pull-request" if trigger == "pull-request" else "branch"
            made_for = get_trigger(session, project.id, TriggerKind(kind), ref)
            for chroot, state in (states or {F44: "success", RAWHIDE: "success"}).items():
                session.add(
                    models.Run(
                        kind="copr-build",
                        project_id=project.id,
                        trigger_id=made_for.id,
                        job_run_id=run.id,
                        commit_sha=pull.head_sha,
                        target=chroot,
                        context="",
                        marker=f"m-{number}",
                        details={"project": "packit/octo-hello-1"},
                        attempt=1,
                        known_state=state,
                        outside_id=str(number),
                        created_at=now,
                    )
                )

    # What happens. Each is an event of its own, unless `event_id` names one.

    def process(self, event, event_id=None, **more):
        return self.side.process(event, event_id or f"e-{next(self.numbers)}", **more)

    def build_ends(self, chroot=F44, *, status=1, number=9, event_id=None):
        event = event_of("CoprBuildEvent", build_id=number, chroot=chroot, status=status)
        return self.process(event, event_id)

    def opened(self, pull, event_id=None, **changes):
        return self.process(self.side.pull_event(pull, **changes), event_id)

    def comments(self, pull, text="/packit test", *, login="wendy", event_id=None):
        return self.process(self.side.comment_event(pull, text, login=login), event_id)

    def told(self, test, *, event_id=None, **old):
        """Let Testing Farm tell of a request."""
        event = event_of("TestingFarmResultEvent", pipeline_id=test.id, **old)
        return self.process(event, event_id)

    def sweep(self):
        """Let an hour pass, and sweep."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        open_runs = models.Run.next_check_at.is_not(None)
        with self.side.database.write() as session:
            session.execute(update(models.Run).where(open_runs).values(next_check_at=past))
        return self.side.engine.sweep()

    # What is seen.

    @property
    def requests(self):
        """The requests that Testing Farm has, oldest first."""
        return list(self.farm.world.tests.values())

    def rows(self):
        """Return `(context, state)` of each test run, oldest first."""
        return [(row.context, str(row.known_state)) for row in self.row_models()]

    def row_models(self):
        tests = select(models.Run).where(models.Run.kind == "test-run").order_by(models.Run.id)
        with self.side.database.read() as session:
            return list(session.scalars(tests))

    def statuses(self):
        """Return `(context, state, text)` of each status that was written."""
        return self.side.statuses()

    def shown(self):
        """Return the state of each status as it is shown now, by context."""
        return {context: state for context, state, _text in self.statuses()}

    def answers(self):
        return self.side.bodies()


@pytest.fixture
def bodhi_targets(tmp_path):
    stand_in = BodhiStandIn()
    with Server(stand_in.stand_in) as server:
        yield BodhiTargets(BodhiReleases(server.url, tmp_path / "bodhi" / "releases.json"))


@pytest.fixture
def open_farm_side(engine_side, farm_stand_in, open_farm, bodhi_targets):
    """Return the side with Testing Farm's settings changed."""

    def open_side(**settings):
        farm = open_farm(farm_settings(farm_stand_in.url, **settings))
        return FarmSide(engine_side, farm_stand_in, farm, bodhi_targets)

    return open_side


@pytest.fixture
def farm_side(open_farm_side):
    return open_farm_side()

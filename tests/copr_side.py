"""The real table of handlers on stand-ins of Copr, Bodhi and both forges, with a real database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine_side import LIMITS, EngineSide, _people
from servers.copr_stand_ins import copr_settings
from servers.patience import PATIENCE
from sqlalchemy import select, update

from packit_worker.registry import CHECKUPS, HANDLERS
from packit_worker.replaying import typed
from packit_worker.run_states import RunState
from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.server import Server
from packit_worker.service_access import Services
from packit_worker.services.bodhi import BodhiReleases
from packit_worker.services.copr import CoprFrontend
from packit_worker.services.targets import BodhiTargets
from packit_worker.stage1 import take_in
from packit_worker.store import models
from packit_worker.store.database import Database
from parsers.options import Options

TWO = "  - {job: copr_build, trigger: pull_request, targets: [fedora-43, fedora-44]}\n"
# Copr sends its messages 75 s apart.
BEGIN = 1795600000.0
PROJECT = "packit/octo-hello-1"


class CoprSide(EngineSide):
    """The engine with everything a Copr build needs."""

    def __init__(self, database, github, pagure, open_forges, copr, bodhi, cache):
        super().__init__(database, github, pagure, open_forges)
        self.copr, self.bodhi, self.cache = copr, bodhi, cache
        frontend = CoprFrontend(copr_settings(copr.url))
        targets = BodhiTargets(BodhiReleases(bodhi.url, cache, timeout=PATIENCE))
        services = Services(copr=lambda: frontend, targets=lambda: targets)
        self.change(handlers=HANDLERS, services=services, checkups=CHECKUPS)
        self.messages = []
        copr.backend.on_message = self.messages.append
        self.sent = 0

    def opened(self, jobs=TWO, **more):
        """Open a pull request, and process its event."""
        pull = self.pull(jobs, **({"source": "octo/hello"} | more))
        return pull, self.process(self.pull_event(pull), "opened")

    def say(self, message, event_id=None):
        """Process a message of the bus, as both stages do."""
        intake = take_in(
            json.dumps(message), source="fedora-messaging", event_type=None, options=Options()
        )
        self.sent += 1
        return self.process(typed(intake), event_id or f"message-{self.sent}", limits=LIMITS)

    def build(self, outcome=None, *, order=None):
        """Have Copr build what was submitted last, and say its messages; return how they ended."""
        sent = self.copr.run(max(self.copr.world.builds), outcome or Outcome())
        for number, message in enumerate(sent):
            message["body"]["timestamp"] = BEGIN + 75.0 * number
        messages = self.messages if order is None else order(self.messages)
        ends = [self.say(message) for message in messages]
        self.messages.clear()
        return ends

    def rows(self):
        """Return `(target, state)` of each run, oldest first."""
        with self.database.read() as session:
            runs = session.scalars(select(models.Run).order_by(models.Run.id)).all()
        return [(run.target, str(run.known_state)) for run in runs]

    def runs(self):
        with self.database.read() as session:
            return list(session.scalars(select(models.Run).order_by(models.Run.id)))

    def shown(self):
        """Return what the forge shows: `{context: (state, text)}`, the newest of each."""
        return {context: (state, text) for context, state, text in self.statuses()}

    def due(self, column="next_check_at"):
        """Let the time pass until what the sweep looks for is due."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        waiting = getattr(models.Run, column)
        with self.database.write() as session:
            session.execute(update(models.Run).where(waiting.is_not(None)).values({column: past}))

    def sweep(self):
        """Sweep once; process what the sweep sends, and return how that ended."""
        events = self.engine.sweep()
        return [self.process(event, f"swept-{number}") for number, event in enumerate(events)]

    def copr_requests(self):
        return [str(each) for each in self.copr.stand_in.requests]

    def fault(self, **fields):
        return Fault(**fields)

    def finish_rows(self, target):
        """Have the builds for a target end as an operator would cancel them."""
        runs = self.engine.runs()
        with self.database.read() as session:
            ids = session.scalars(select(models.Run.id).where(models.Run.target == target)).all()
        rows = [runs.get(each) for each in ids]
        runs.show(runs.advance(rows, RunState.CANCELED, text="Canceled."))

    def tag(self, name, commit):
        """Set a tag in the repository on GitHub."""
        self.hello.git.tag(name, commit)

    def deploy(self, prefix):
        """Be another deployment."""
        self.change(policy=replace(self.engine.policy, status_prefix=prefix))

    def age_releases(self, *, days):
        """Let what is known of Bodhi's releases be that old."""
        old = datetime.now(UTC) - timedelta(days=days)
        kept = json.loads(self.cache.read_text())
        self.cache.write_text(json.dumps(kept | {"fetched": old.isoformat()}))
        self.let_bodhi_be_asked()

    def let_bodhi_be_asked(self):
        """Let the minute pass for which Bodhi is left alone after a failure."""
        targets = BodhiTargets(BodhiReleases(self.bodhi.url, self.cache, timeout=PATIENCE))
        services = replace(self.engine.services, targets=lambda: targets)
        self.change(services=services)


@pytest.fixture
def bodhi_stand_in():
    stand_in = BodhiStandIn()
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture
def copr_side(
    sqlite_database_url, github, pagure, open_forges, copr_stand_in, bodhi_stand_in, tmp_path
):
    """An approved namespace, on SQLite."""
    yield from _side(
        sqlite_database_url, github, pagure, open_forges, copr_stand_in, bodhi_stand_in, tmp_path
    )


@pytest.fixture
def copr_side_anywhere(
    database_url, github, pagure, open_forges, copr_stand_in, bodhi_stand_in, tmp_path
):
    """The same, once on SQLite, once on PostgreSQL."""
    yield from _side(
        database_url, github, pagure, open_forges, copr_stand_in, bodhi_stand_in, tmp_path
    )


def _side(url, github, pagure, open_forges, copr, bodhi, folder):
    database = Database(url)
    _people(github)
    side = CoprSide(database, github, pagure, open_forges, copr, bodhi, folder / "releases.json")
    side.approve()
    yield side
    database.close()

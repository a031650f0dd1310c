"""The real table of handlers on stand-ins of Koji, Copr, Bodhi and a forge, with a real database.

Source packages come from whoever `srpms` is: `ReadySrpms` hands out one that lies there.
"""

import json
import shutil
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from copr_side import CoprSide
from engine_side import LIMITS, _people
from servers.koji_stand_ins import koji_settings

from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.services.koji import KojiHub
from packit_worker.store.database import Database

JOB = "  - {job: upstream_koji_build, trigger: pull_request, scratch: true, targets: [f44]}\n"
ON_PUSH = "  - {job: upstream_koji_build, trigger: commit, scratch: true, targets: [f44]}\n"
ON_RELEASE = "  - {job: upstream_koji_build, trigger: release, scratch: true, targets: [f44]}\n"
F44 = "packit/upstream-koji-build:f44"


class ReadySrpms:
    """Hands out a copy of a file; `orders` is what was asked for, `error` is raised instead."""

    def __init__(self, file):
        self.file = file
        self.orders = []
        self.error = None

    def make(self, order, folder):
        self.orders.append(order)
        if self.error is not None:
            raise self.error
        return shutil.copy(self.file, folder / self.file.name)


class KojiSide(CoprSide):
    """The engine with everything a Koji build needs."""

    def __init__(self, database, github, pagure, open_forges, copr, bodhi, folder, koji):
        super().__init__(database, github, pagure, open_forges, copr, bodhi, folder / "bodhi.json")
        self.koji = koji
        self.hub = KojiHub(koji_settings(koji.url))
        file = folder / "hedgehog-2.1-1.src.rpm"
        file.write_bytes(b"\xed\xab\xee\xdb not much of a package")
        self.srpms = ReadySrpms(file)
        services = replace(self.engine.services, koji=lambda: self.hub, srpms=lambda: self.srpms)
        self.change(services=services)
        self.heard = []
        koji.builders.on_message = self.heard.append

    def opened(self, jobs=JOB, **more):
        return super().opened(jobs, **more)

    def tasks(self):
        """Return `(id, target)` of each task that builds."""
        tasks = self.koji.world.tasks.values()
        return [(task.id, task.request[1]) for task in tasks if task.method == "build"]

    def built(self, outcome=None, *, task_id=None, order=None):
        """Have Koji carry a task out, the newest, and say its messages; return how they ended."""
        number = task_id or max(number for number, _target in self.tasks())
        self.koji.run(number, outcome or Outcome())
        messages = self.heard if order is None else order(self.heard)
        ends = [self.say(message) for message in messages]
        self.heard.clear()
        return ends

    def say_again(self, message):
        """Say a message as if the bus brought it under another number."""
        return self.say(json.loads(json.dumps(message)))

    def calls_of(self, name):
        return [login for method, login in self.koji.world.calls if method == name]

    def once_more(self, event, event_id="opened"):
        """Let what waits be due, and take the event again."""
        self.make_due(event_id)
        return self.process(event, event_id, limits=LIMITS)


@pytest.fixture
def open_koji_side(
    github, pagure, open_forges, copr_stand_in, bodhi_stand_in, tmp_path, koji_stand_in
):
    """Open one over the database of a URL, with an approved namespace."""
    with ExitStack() as stack:

        def open_side(url):
            database = stack.enter_context(closing(Database(url)))
            _people(github)
            stand_ins = (copr_stand_in, bodhi_stand_in, tmp_path, koji_stand_in)
            side = KojiSide(database, github, pagure, open_forges, *stand_ins)
            stack.callback(side.hub.close)
            side.approve()
            return side

        yield open_side


@pytest.fixture
def koji_side(sqlite_database_url, open_koji_side):
    """On SQLite."""
    return open_koji_side(sqlite_database_url)


@pytest.fixture
def koji_side_anywhere(database_url, open_koji_side):
    """The same, once on SQLite, once on PostgreSQL."""
    return open_koji_side(database_url)

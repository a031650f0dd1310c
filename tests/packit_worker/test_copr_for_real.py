"""From a pull request to its final statuses, with real workers, brokers, databases and clients.

Forges, Copr and Bodhi are stand-ins in this process; nothing of the worker is.
"""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from saved_messages import MESSAGES
from servers.stage2_side import EACH_ONCE
from servers.worker_process import WorkerProcess
from sqlalchemy import select, update

from packit_worker.registry import WORDS
from packit_worker.routing import load_routing
from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.copr import CoprStandIn
from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.copr_world import CHROOTS
from packit_worker.sandbox.example import example_github, example_pagure
from packit_worker.sandbox.example_copr import ACCOUNT, LOGIN, TOKEN
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.server import Server
from packit_worker.sandbox.settings import write_settings
from packit_worker.store import allowlist
from packit_worker.store.models import Event, Run

pytestmark = EACH_ONCE
LEASE = 60
TARGETS = ["fedora-43-x86_64", "fedora-44-x86_64", "fedora-45-x86_64", "fedora-rawhide-x86_64"]
RAWHIDE_FAILS = {"chroots": {"fedora-rawhide-x86_64": "failed"}}
ENDS = dict.fromkeys(TARGETS[:3], "success") | {TARGETS[3]: "failure"}
CONFIG = """\
specfile_path: hedgehog.spec
upstream_package_name: hedgehog
downstream_package_name: hedgehog
jobs: [{job: copr_build, trigger: pull_request, targets: [fedora-all]}]
"""
TASK = "task.process_pull_request_gh_event"


class World:
    """The stand-ins, the settings that name them, and a worker of both stages."""

    def __init__(self, folder, stage_2, stack):
        self.stage_2 = stage_2
        self.github = example_github(folder)
        self.pagure = example_pagure(folder)
        self.copr = CoprStandIn((*CHROOTS, "fedora-45-x86_64"))
        self.copr.world.user(ACCOUNT, login=LOGIN, token=TOKEN)
        self.copr.backend.on_message = self._from_the_bus
        hosts = {"pagure": "127.0.0.2"}
        stand_ins = {name: getattr(self, name).stand_in for name in ("github", "pagure", "copr")}
        stand_ins["bodhi"] = BodhiStandIn().stand_in
        urls = {
            name: stack.enter_context(Server(each, hosts.get(name, "127.0.0.1"))).url
            for name, each in stand_ins.items()
        }
        # Not asked here.
        urls |= dict.fromkeys(("fasjson", "testing_farm", "koji"), "http://127.0.0.1:9")
        environment = {
            "PACKIT_WORKER_CONFIG": str(write_settings(folder, urls)),
            "PACKIT_WORKER_DATABASE": stage_2.database_url or "",
        }
        queues = ",".join(load_routing(stage_2.queues, WORDS).queues)
        arguments = ["--queues", queues, "--concurrency", "2"]
        self.worker = WorkerProcess(folder, stage_2.broker, arguments, environment)
        stage_2.workers.append(self.worker)
        with stage_2.database.write() as session:
            status = allowlist.AllowStatus.APPROVED_MANUALLY
            key = "github.com/meadow-tools"
            allowlist.enter(session, key, status, by="test", now=datetime.now(UTC))

    def _from_the_bus(self, message):
        arguments = {"event": json.dumps(message), "source": "fedora-messaging"}
        arguments |= {"event_type": message["topic"], "delivery_id": message["id"]}
        self.stage_2.app.send_task("task.parse_message", kwargs=arguments)

    def open_pull(self, author="wendy"):
        """Open a pull request; the webhook goes to the worker. Return the pull request."""
        project = self.github.world.projects["meadow-tools/hedgehog"]
        number = 1000 + len(project.pulls)
        files = {"README.md": f"# {number}\n", ".packit.yaml": CONFIG}
        pull = self.github.world.pull(
            project, author=author, files=files, source=project.path, number=number
        )
        body = json.loads((MESSAGES / "github/pull_request_gh/opened.json").read_text())
        body["number"] = body["pull_request"]["number"] = number
        body["pull_request"]["head"]["sha"] = pull.head_sha
        body["pull_request"]["user"]["login"] = author
        self._webhook(body, "pull_request")
        return pull

    def comment(self, pull, author):
        """Comment `/packit build`; the webhook goes to the worker."""
        project = self.github.world.projects["meadow-tools/hedgehog"]
        note = self.github.world.note(project, pull.id, author=author, body="/packit build")
        path = MESSAGES / "github/pull_request_comment_gh/command.json"
        body = json.loads(path.read_text())
        body["issue"]["number"] = pull.id
        body["comment"] |= {"id": note.id, "body": note.body}
        body["comment"]["user"]["login"] = author
        self._webhook(body, "issue_comment")

    def _webhook(self, body, event_type):
        arguments = {"event": json.dumps(body), "source": "github", "event_type": event_type}
        self.stage_2.app.send_task("task.parse_message", kwargs=arguments)

    def shown(self, pull):
        """Return the newest state of each status of the commit, by chroot."""
        writes = [write.data for write in self.github.world.writes if write.kind == "status"]
        mine = [each for each in writes if each["sha"] == pull.head_sha]
        prefix = "packit-dev/rpm-build:"
        return {each["context"].removeprefix(prefix): each["state"] for each in mine}

    def known(self, pull):
        """Return the states of all rows of the commit."""
        with self.stage_2.database.read() as session:
            mine = select(Run.known_state).where(Run.commit_sha == pull.head_sha)
            return set(session.scalars(mine))

    def build_of(self, pull):
        """Return the number of the one build of a pull request, as soon as it is there."""
        name = f"meadow-tools-hedgehog-{pull.id}-dev"
        self.stage_2.wait_until(lambda: self.builds(name))
        (build,) = self.builds(name)
        return build

    def builds(self, project):
        return [each.id for each in self.copr.world.builds.values() if each.project.name == project]

    def event_of(self, pull):
        """Return the id of the event that opened it, as soon as it was taken."""
        found = []

        def is_there():
            with self.stage_2.database.read() as session:
                rows = session.scalars(select(Event).where(Event.task == TASK)).all()
            found[:] = [row.id for row in rows if row.kwargs["pr_id"] == pull.id]
            return found

        self.stage_2.wait_until(is_there)
        return found[0]

    def let_checks_be_due(self):
        past = datetime.now(UTC) - timedelta(seconds=1)
        with self.stage_2.database.write() as session:
            waiting = Run.next_check_at.is_not(None)
            session.execute(update(Run).where(waiting).values(next_check_at=past))


@pytest.fixture(scope="module")
def world(start_stage_2, tmp_path_factory):
    with ExitStack() as stack:
        world = World(tmp_path_factory.mktemp("copr"), start_stage_2(), stack)
        world.worker.start()
        yield world


def test_a_pull_request_ends_green_and_red(world):
    pull = world.open_pull()
    build = world.build_of(pull)
    assert world.shown(pull) == dict.fromkeys(TARGETS, "pending")
    world.stage_2.wait_for_end(world.event_of(pull))
    world.copr.run(build, Outcome(**RAWHIDE_FAILS))
    world.stage_2.wait_until(lambda: world.shown(pull) == ENDS)


def test_a_build_that_is_faster_than_its_row(world):
    """Its messages come before the worker knows its number."""
    world.copr.automatic = Outcome(**RAWHIDE_FAILS)
    try:
        pull = world.open_pull()
        world.stage_2.wait_until(lambda: world.shown(pull) == ENDS, 60)
    finally:
        world.copr.automatic = None
    assert len(world.builds(f"meadow-tools-hedgehog-{pull.id}-dev")) == 1


def test_a_worker_killed_between_submitting_and_storing_leaves_one_build(world):
    world.copr.faults.add(Fault(kind="timeout", match="create/custom", seconds=60, after=True))
    pull = world.open_pull()
    build = world.build_of(pull)  # Copr has it, and its answer is on the way
    event = world.event_of(pull)
    world.worker.kill()
    world.copr.faults.clear()
    with world.stage_2.database.read() as session:
        runs = session.scalars(select(Run).where(Run.commit_sha == pull.head_sha)).all()
        assert {(run.known_state, run.outside_id) for run in runs} == {("submitting", None)}
    world.stage_2.let_time_pass(event, LEASE)
    world.stage_2.sweep()
    world.worker.start()
    assert world.stage_2.wait_for_end(event) == "done"
    assert world.build_of(pull) == build
    world.copr.run(build, Outcome(**RAWHIDE_FAILS))
    world.stage_2.wait_until(lambda: world.shown(pull) == ENDS)


@pytest.mark.parametrize("order", ["reversed", "ends-only", "none", "starts-only"])
def test_messages_in_any_order_or_lost(world, order):
    pull = world.open_pull()
    build = world.build_of(pull)
    world.stage_2.wait_for_end(world.event_of(pull))
    world.copr.run(build, Outcome(order=order, **RAWHIDE_FAILS))
    if order == "starts-only":  # a row that a message is just moving waits for the next sweep
        world.stage_2.wait_until(lambda: world.known(pull) == {"running"})
    if order in ("none", "starts-only"):
        world.let_checks_be_due()
        world.stage_2.sweep()
    world.stage_2.wait_until(lambda: world.shown(pull) == ENDS)


def test_a_stranger_is_refused_and_a_maintainer_builds(world):
    pull = world.open_pull(author="oat-farmer")
    assert world.stage_2.wait_for_end(world.event_of(pull)) == "denied"
    assert world.shown(pull) == {"packit-dev/rpm-build": "error"}
    world.comment(pull, "orin")
    world.stage_2.wait_until(
        lambda: any(write.kind == "comment" for write in world.github.world.writes)
    )
    assert world.builds(f"meadow-tools-hedgehog-{pull.id}-dev") == []
    world.comment(pull, "wendy")
    world.copr.run(world.build_of(pull), Outcome(**RAWHIDE_FAILS))
    source = {"packit-dev/rpm-build": "success"}
    world.stage_2.wait_until(lambda: world.shown(pull) == source | ENDS)

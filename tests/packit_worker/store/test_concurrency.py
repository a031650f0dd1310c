"""Real workers that want the same event, hang, and are killed."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.job_runs import Plan, finish, plan, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import renew
from packit_worker.store.models import Event, JobRun

EVENT_ID = "5a1e0f3c-0000-5000-8000-00000000000a"
DELIVERY = Delivery(event_id=EVENT_ID, task="task.process_release_event", kwargs={})


class Worker:
    def __init__(self, url, owner, seconds, folder):
        script = Path(__file__).with_name("claimant.py")
        self.process = subprocess.Popen(
            [sys.executable, script, url, owner, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )
        assert self.hear() == "ready"

    def tell(self, word):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().strip()

    def ask(self, word):
        self.tell(word)
        return self.hear()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def worker(database_url, pytestconfig):
    """`worker(owner, seconds)` is a process; `seconds` after noon is its `now`."""
    workers = []

    def begin(owner, seconds=0):
        workers.append(Worker(database_url, owner, seconds, pytestconfig.rootpath))
        return workers[-1]

    yield begin
    for each in workers:
        each.kill()


def states(database):
    with database.read() as session:
        return [(run.handler, run.state) for run in session.query(JobRun)]


def test_one_of_eight_gets_a_new_event(worker):
    workers = [worker(f"w{number}") for number in range(8)]
    for each in workers:
        each.tell("claim")
    answers = sorted(each.hear() for each in workers)
    assert answers == ["Claimed 1", *["InProgress None"] * 7]


def test_one_of_eight_takes_an_expired_lease_over(worker):
    assert worker("dead").ask("claim") == "Claimed 1"
    workers = [worker(f"w{number}", 60) for number in range(8)]
    for each in workers:
        each.tell("claim")
    answers = sorted(each.hear() for each in workers)
    assert answers == ["Claimed 2", *["InProgress None"] * 7]


def test_the_event_of_a_killed_worker_is_taken_over(worker):
    first = worker("first")
    assert first.ask("claim") == "Claimed 1"
    first.signal(signal.SIGKILL)
    first.process.wait()
    assert worker("early", 59).ask("claim") == "InProgress None"
    heir = worker("heir", 60)
    assert heir.ask("claim") == "Claimed 2"
    assert heir.ask("finish") == "finished"


def test_a_worker_that_was_frozen_writes_nothing(database, worker):
    late = worker("late")
    assert late.ask("claim") == "Claimed 1"
    late.signal(signal.SIGSTOP)
    assert worker("heir", 60).ask("claim") == "Claimed 2"
    late.signal(signal.SIGCONT)
    assert late.ask("finish") == "lost"
    assert states(database) == []


def test_a_worker_killed_in_a_transaction_leaves_nothing_of_it(database, worker):
    first = worker("first")
    assert first.ask("claim") == "Claimed 1"
    assert first.ask("hang") == "hanging"
    first.signal(signal.SIGKILL)
    first.process.wait()
    heir = worker("heir", 60)
    assert heir.ask("claim") == "Claimed 2"
    assert states(database) == []
    assert heir.ask("finish") == "finished"
    assert states(database) == [("build", "done")]


def test_who_takes_over_sees_what_was_written_meanwhile(database, at):
    with database.write() as session:
        lease = claim(session, DELIVERY, owner="one", now=at()).lease
        (run,) = plan(session, lease, [Plan("build")], now=at())
    asked = threading.Event()

    def take_over():
        asked.set()
        with database.write() as session:
            return claim(session, DELIVERY, owner="two", now=at(60))

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            start(session, lease, run.id, now=at(59))
            finish(session, lease, run.id, JobState.DONE, now=at(59))
            taken = pool.submit(take_over)
            asked.wait()
            # It has to wait for us; without a lock it would answer within this time.
            with pytest.raises(TimeoutError):
                taken.result(timeout=0.3)
        assert [each.state for each in taken.result(timeout=10).runs] == ["done"]


def test_two_that_plan_make_each_run_once(database_url, database, at):
    with database.write() as session:
        lease = claim(session, DELIVERY, owner="one", now=at()).lease
    wanted = [Plan("build", "0", "copr_build", target) for target in ("f40", "f41", "rawhide")]
    barrier = threading.Barrier(4)

    def make(_number):
        mine = Database(database_url)
        barrier.wait()
        with mine.write() as session:
            found = [run.target for run in plan(session, lease, wanted, now=at())]
        mine.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [["f40", "f41", "rawhide"]] * 4
    with database.read() as session:
        assert session.query(JobRun).count() == 3


def test_an_owner_renews_while_it_works(database, at):
    """The thread that renews and the one that works never wait for each other for good."""
    with database.write() as session:
        lease = claim(session, DELIVERY, owner="one", now=at()).lease
        runs = plan(session, lease, [Plan(f"handler{number}") for number in range(15)], now=at())

    def work():
        for run in runs:
            with database.write() as session:
                start(session, lease, run.id, now=at())
            with database.write() as session:
                finish(session, lease, run.id, JobState.DONE, now=at())

    def keep():
        for second in range(30):
            with database.write() as session:
                renew(session, lease, until=at(60 + second))

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work), pool.submit(keep)]:
            future.result(timeout=60)
    assert {state for _, state in states(database)} == {"done"}
    with database.read() as session:
        assert session.get_one(Event, EVENT_ID).lease_until == at(89)

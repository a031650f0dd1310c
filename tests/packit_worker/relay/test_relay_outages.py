"""The broker stands still, ends and comes back, while webhooks come in all the time."""

import itertools
import json
import threading
import time

import pytest
from saved_messages import load
from servers.broker_side import BrokerSide
from servers.relay_process import RelayProcess
from servers.stage2_side import Stage2
from servers.worker_process import WorkerProcess

INSTALLATION = load("github/installation/created") | {"repositories": []}
SENDERS = 8
# Each fifth webhook is not sent again after a failure, as GitHub does not by itself.
IMPATIENT = 5
SLOWEST_SECONDS = 5


class Senders:
    """Threads that post webhooks; each is an installation of an account of its own.

    Attributes:
        accepted: the accounts that got a 202.
        refused: those that never did.
        codes: every status that came.
        slowest: seconds of the slowest answer.
    """

    def __init__(self, relay, count):
        self.relay = relay
        self.count = count
        self.accepted = set()
        self.refused = set()
        self.codes = []
        self.slowest = 0.0
        self._numbers = iter(range(count))
        self._threads = [threading.Thread(target=self._run) for _ in range(SENDERS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        for thread in self._threads:
            thread.join()

    def _run(self):
        for number in self._numbers:
            account = INSTALLATION["installation"]["account"] | {"login": f"account-{number}"}
            installation = INSTALLATION["installation"] | {"account": account}
            body = json.dumps(INSTALLATION | {"installation": installation}).encode()
            is_accepted = self._post(body, number)
            while not is_accepted and number % IMPATIENT:
                time.sleep(0.1)
                is_accepted = self._post(body, number)
            (self.accepted if is_accepted else self.refused).add(f"account-{number}")

    def _post(self, body, number):
        started = time.monotonic()
        answer = self.relay.post_github(body, "installation", f"delivery-{number}")
        self.slowest = max(self.slowest, time.monotonic() - started)
        self.codes.append(answer.status_code)
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "10"
        return answer.status_code == 202

    def wait_for(self, code, more, seconds=40):
        """Return once `more` answers of that status came."""
        deadline = time.monotonic() + seconds
        wanted = self.codes.count(code) + more
        while self.codes.count(code) < wanted:
            assert time.monotonic() < deadline, f"too few {code}s: {self.codes[-20:]}"
            time.sleep(0.01)


def outage(server, senders, *, few):
    """Let the broker stand still, and go on, and end, and come back."""
    senders.wait_for(202, few)
    server.freeze()
    senders.wait_for(503, SENDERS)
    server.thaw()
    senders.wait_for(202, few)
    server.stop()
    senders.wait_for(503, SENDERS)
    server.start()


@pytest.fixture
def stage_2(tmp_path):
    """`stage_2(broker)`: a stage 1 worker, and stage 2 with handlers that record."""
    started = []

    def start(broker):
        (tmp_path / "stage1").mkdir()
        stage_1 = WorkerProcess(tmp_path / "stage1", broker, ["--queues", "parse_message"])
        stage_2 = Stage2(tmp_path, broker, None)
        started.extend([(stage_1, stage_1.stop), (stage_2, stage_2.close)])
        stage_1.start()
        stage_2.worker(concurrency=2).start()
        return stage_2

    yield start
    for _, stop in reversed(started):
        stop()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "count"), [("redis", 1000), ("rabbitmq", 150)])
def test_every_202_is_processed_once(request, stage_2, tmp_path, kind, count):
    server = request.getfixturevalue(f"private_{kind}")
    ended = stage_2(server.url)
    (tmp_path / "relay").mkdir()
    relay = RelayProcess(tmp_path / "relay", server.url, ["--processes", "2"])
    try:
        with Senders(relay.start(), count) as senders:
            outage(server, senders, few=count // 5)
    finally:
        relay.stop()
    assert "Traceback" not in relay.text()
    assert set(senders.codes) == {202, 503}
    assert senders.slowest < SLOWEST_SECONDS
    assert len(senders.accepted | senders.refused) == count
    wait_for_the_ends_of(senders.accepted, ended, BrokerSide(server.url))
    for account in senders.accepted:
        assert ended.records.of(account).count("First begin") == 1, account
    for account in senders.refused:
        assert ended.records.of(account).count("First begin") <= 1, account


def test_a_repeated_delivery_is_accepted_and_runs_once(stage_2, relay, broker):
    ended = stage_2(broker)
    body = json.dumps(INSTALLATION).encode()
    account = INSTALLATION["installation"]["account"]["login"]
    first = relay.post_github(body, "installation", "the-same")
    ended.records.wait_for(account, "Second end")
    again = relay.post_github(body, "installation", "the-same")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    (worker,) = ended.workers
    worker.wait_for("InstallationEvent duplicate")
    assert ended.records.of(account).count("First begin") == 1
    assert ended.row(first.json()["event_id"]).outcome == "done"


def wait_for_the_ends_of(accounts, stage_2, broker_side):
    """Return once each was processed; what a worker had in hand comes back in time."""
    deadline = time.monotonic() + 120
    for round_ in itertools.count(1):
        done = {line.partition(" ")[2] for line in stage_2.records.order() if "Second" in line}
        if accounts <= done:
            return
        assert time.monotonic() < deadline, f"{len(accounts - done)}\n{stage_2.logs()}"
        time.sleep(0.5)
        if broker_side.is_redis and round_ % 10 == 0:
            broker_side.pretend_that_time_passed(130)


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_frozen_broker_is_told_within_seconds_to_all(request, tmp_path, kind):
    server = request.getfixturevalue(f"private_{kind}")
    relay = RelayProcess(tmp_path, server.url, ["--threads", "4"])
    body = json.dumps(INSTALLATION).encode()
    took, codes = [], []

    def post():
        started = time.monotonic()
        codes.append(relay.post_github(body, "installation").status_code)
        took.append(time.monotonic() - started)

    try:
        assert relay.start().post_github(body, "installation").status_code == 202
        server.freeze()
        threads = [threading.Thread(target=post) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.thaw()
        assert codes == [503] * 40
        assert max(took) < SLOWEST_SECONDS
        assert relay.post_github(body, "installation").status_code == 202
    finally:
        server.thaw()
        relay.stop()


@pytest.mark.parametrize("broker", ["rabbitmq"], indirect=True)
def test_a_queue_that_was_deleted_is_made_again(relay, broker_side):
    body = json.dumps(INSTALLATION).encode()
    assert relay.post_github(body, "installation").status_code == 202
    broker_side.delete("parse_message")
    assert relay.post_github(body, "installation").status_code == 202
    assert broker_side.depth("parse_message") == 1
    broker_side.take("parse_message")

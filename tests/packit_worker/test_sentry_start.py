"""When Sentry is loaded, what it costs when it is down, and what a wrong DSN leads to."""

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import redis
from servers.sentry_server import SentryServer
from servers.worker_process import ROOT, WorkerProcess, command_environment
from twelve_events import BY_WORD

pytestmark = pytest.mark.parametrize("broker", ["redis"], indirect=True, scope="module")

RELEASE = BY_WORD["release"]
# A relay of somebody else, with Sentry's own integration for Celery.
FOREIGN = """
import json, sys
import sentry_sdk
from celery import Celery
from sentry_sdk.integrations.celery import CeleryIntegration

broker, dsn = sys.argv[1:]
sentry_sdk.init(
    dsn,
    integrations=[CeleryIntegration()],
    auto_enabling_integrations=False,
    traces_sample_rate=1.0,
)
app = Celery(broker=broker, set_as_current=False)
app.conf.task_default_queue = "parse_message"
with sentry_sdk.start_transaction(name="their relay"):
    app.send_task("task.parse_message", kwargs=json.loads(sys.stdin.read()))
sentry_sdk.flush()
"""

BURST = """
import sys

from packit_worker import sentry
from packit_worker.headers import Trail
from packit_worker.redaction import Redactor

sentry.start(sys.argv[1], deployment="dev", sample_rate=1.0, redactor=Redactor())
for number in range(1500):
    with sentry.transaction("a task", Trail(str(number))):
        pass
for _ in range(5):
    sentry.report_failure("a handler", "timeout")
print("reported", flush=True)
sys.stdin.read()
sentry.flush()
"""


@contextmanager
def worker(folder, broker, dsn=None):
    environment = {"PACKIT_WORKER_SENTRY_DSN": dsn or ""}
    started = WorkerProcess(folder, broker, ["--queues", "parse_message"], environment).start()
    try:
        yield started
    finally:
        started.stop()


def memory_of(process):
    """Return the resident memory of a process in MiB."""
    with open(f"/proc/{process.pid}/smaps_rollup") as file:  # noqa: PTH123 - not a path of ours
        (line,) = [line for line in file if line.startswith("Rss:")]
    return int(line.split()[1]) / 1024


def test_without_a_dsn_it_is_not_loaded_and_a_trace_is_handed_on(
    tmp_path, broker, foreign, broker_side
):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"
    with worker(tmp_path, broker) as stage_1:
        headers = {"sentry-trace": trace}
        foreign.send_task("task.parse_message", kwargs=RELEASE.arguments(), headers=headers)
        assert broker_side.take("release").headers["sentry-trace"] == trace
        without = memory_of(stage_1)
        maps = subprocess.run(
            [sys.executable, "-c", _LOADED], env=command_environment(tmp_path), cwd=ROOT,
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert maps.stdout == "[]\n"
    with SentryServer() as sentry, worker(tmp_path, broker, sentry.dsn) as stage_1:
        foreign.send_task("task.parse_message", kwargs=RELEASE.arguments())
        sentry.wait_for(lambda sentry: sentry.transactions("task.parse_message"))
        broker_side.take("release")
        more = memory_of(stage_1) - without
    # Measured: 6 MiB, of which 4 are the library.
    assert more < 12, f"{more:.1f} MiB more than {without:.1f}"


_LOADED = """
import sys
import packit_worker.app, packit_worker.processes
from packit_worker.settings import Settings
packit_worker.app.create_app(Settings.from_environ())
print([name for name in sys.modules if name.startswith("sentry_sdk")])
"""


def test_the_trace_of_a_foreign_relay_goes_on(tmp_path, broker, broker_side):
    with SentryServer() as sentry, worker(tmp_path, broker, sentry.dsn):
        subprocess.run(
            [sys.executable, "-c", FOREIGN, broker, sentry.dsn],
            input=json.dumps(RELEASE.arguments()),
            text=True,
            timeout=60,
            check=True,
        )
        message = broker_side.take("release")
        sentry.wait_for(lambda sentry: len(sentry.transactions()) == 2)
        theirs, ours = sentry.transactions()
    assert (theirs["transaction"], ours["transaction"]) == ("their relay", "task.parse_message")
    trace = theirs["contexts"]["trace"]["trace_id"]
    assert ours["contexts"]["trace"]["trace_id"] == trace
    span = ours["contexts"]["trace"]["span_id"]
    assert message.headers["sentry-trace"] == f"{trace}-{span}-1"
    assert f"sentry-trace_id={trace}" in message.headers["baggage"]


@pytest.mark.parametrize("kind", ["refuses", "hangs"])
def test_a_sentry_that_is_down_holds_nothing_up(tmp_path, broker, foreign, broker_side, kind):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dsn = f"http://key@127.0.0.1:{listener.getsockname()[1]}/1"
        if kind == "refuses":
            listener.close()
        with worker(tmp_path, broker, dsn) as stage_1:
            started = time.monotonic()
            for _ in range(150):  # more than the library keeps
                foreign.send_task("task.parse_message", kwargs=RELEASE.arguments())
            broker_side.wait_for("release", 150, seconds=20)
            assert time.monotonic() - started < 20
            with redis.Redis.from_url(broker) as client:
                client.delete("release")
            started = time.monotonic()
            assert stage_1.stop() == 0
            # It gets two seconds to send the rest.
            assert time.monotonic() - started < 15
            assert "Traceback" not in stage_1.text()


def test_a_wrong_dsn_is_told_in_one_line(tmp_path, broker):
    dsn = {"PACKIT_WORKER_SENTRY_DSN": "https://sentry.example.org/1"}
    environment = command_environment(tmp_path, broker) | dsn
    for command in (
        ["packit_worker", "worker", "--queues", "parse_message"],
        ["celery", "-A", "packit_worker", "worker", "-Q", "parse_message"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        lines = [line for line in done.stderr.splitlines() if "superuser" not in line]
        assert lines == ["Error: sentry_dsn: it is none (https://<key>@<host>/<number>)"]


def test_no_error_is_lost_in_a_burst(tmp_path, broker):
    with SentryServer() as sentry:
        sentry.is_quick.clear()
        command = [sys.executable, "-c", BURST, sentry.dsn]
        environment = command_environment(tmp_path, broker)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as process:
            assert process.stdout.readline() == "reported\n"
            sentry.is_quick.set()
            sentry.wait_for(lambda it: len(it.errors()) == 5)
            process.stdin.close()
            assert process.wait(20) == 0

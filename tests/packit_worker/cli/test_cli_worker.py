import signal
import subprocess
import sys
from pathlib import Path

import pytest
from servers.broker_side import BrokerSide
from servers.worker_process import ROOT, WorkerProcess, command_environment


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--queues", "parse_massage"], 'queue "parse_massage"; did you mean "parse_message"?'),
        (["--queues", " , "], "--queues names no queue"),
        (["--concurrency", "0"], "0 is not in the range x>=1"),
        (["--pool", "sollo"], "sollo"),
        (["--loglevel", "LOUD"], "LOUD"),
    ],
)
def test_wrong_usage(run, redis_broker, arguments, text):
    done = run("worker", *arguments, broker=redis_broker)
    assert done.returncode == 2
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_stage_1_alone_runs_in_one_process(redis_broker, tmp_path):
    worker = WorkerProcess(tmp_path, redis_broker, ["--queues", "parse_message"])
    try:
        worker.start()
        assert "(solo)" in worker.text()
        assert Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text() == ""
    finally:
        code = worker.stop()
    assert code == 0


def test_stage_2_runs_in_children(redis_broker, tmp_path):
    worker = WorkerProcess(tmp_path, redis_broker, ["--queues", "release", "--concurrency", "2"])
    try:
        worker.start()
        assert "2 (prefork)" in worker.text()
    finally:
        code = worker.stop()
    assert code == 0


@pytest.mark.parametrize("broker", [None, "redis"])
def test_celery_s_own_command(redis_broker, tmp_path, run, payloads, broker):
    url = redis_broker if broker else None
    log = tmp_path / "celery.log"
    with log.open("wb") as output:
        celery = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "packit_worker", "worker", "-c", "1"],
            cwd=ROOT,
            env=command_environment(tmp_path, url),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        done = run("replay", payloads / "a-release.json", broker=url)
    finally:
        celery.send_signal(signal.SIGTERM)
        celery.wait(30)
    assert done.returncode == 0, log.read_text()
    assert "skipped (unknown-forge): no forge 'github.com' in the settings" in done.stdout
    if broker is None:
        assert "redis+socket:///" in log.read_text()
        assert not (tmp_path / "state/broker/valkey.sock").exists()


def test_what_a_stage_1_worker_loads(redis_broker, tmp_path, payloads, run):
    """Asked of the interpreter: the worker's own program, which tells at its end."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', sorted({name.partition('.')[0] for name in"
        " sys.modules}), file=sys.__stdout__, flush=True))\n"
        "sys.argv = ['packit-worker', 'worker', '--queues', 'parse_message']\n"
        "from packit_worker.cli import main; main()\n"
    )
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=command_environment(tmp_path, redis_broker),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    run(
        "replay", "--timeout", "20", payloads / "deeper", payloads / "c-broken.json",
        broker=redis_broker,
    )  # fmt: skip
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    (line,) = [line for line in log.read_text().splitlines() if line.startswith("LOADED")]
    modules = set(line.removeprefix("LOADED ").strip("[]").replace("'", "").split(", "))
    assert {"parsers", "celery", "packit_worker"} <= modules
    assert modules & {"ogr", "packit", "sqlalchemy", "flask", "rich", "copr", "koji"} == set()
    assert BrokerSide(redis_broker).depth("parse_message") == 0


def test_no_place_for_the_embedded_broker(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("worker", environment={"PACKIT_WORKER_STATE": str(tmp_path / "file" / "x")})
    assert done.returncode == 2
    assert f"{tmp_path}/file/x: cannot be made" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_routing_table_with_a_mistake(run, tmp_path):
    (tmp_path / "queues.yaml").write_text("default: default\n")
    done = run("worker", environment={"PACKIT_WORKER_QUEUES": str(tmp_path / "queues.yaml")})
    assert done.returncode == 2
    assert f"{tmp_path}/queues.yaml, line 1: missing: queues, tasks" in done.stderr

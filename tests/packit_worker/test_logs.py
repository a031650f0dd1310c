"""What log lines look like, from real workers and from the formatters themselves."""

import json
import subprocess
import sys

import pytest
from servers.stage2_side import Stage2
from servers.worker_process import ROOT, WorkerProcess
from twelve_events import BY_WORD

from packit_worker.store.models import Stage1Outcome

TOKEN = "ghp_" + "k3Y" * 12


PREFACE = """
import logging, threading
from packit_worker import logs
from packit_worker.redaction import Redactor
log = logging.getLogger("packit_worker.tasks")
"""


def written(kind, *program, level="INFO"):
    """Run a program that logs, as a process of its own; return the lines that it wrote."""
    set_up = f"logs.set_up({kind!r}, {level!r}, Redactor.of('our-own-secret'))"
    text = "\n".join([PREFACE, set_up, *program])
    command = [sys.executable, "-W", "default", "-c", text]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_json_line():
    program = """
with logs.about(correlation_id="c-1", event_id="e-1"), logs.about(repository="github.com/o/r"):
    extra = logs.fields(outcome="done", job_runs=2, deep={"api_key": "x"})
    log.info("it is %s", "done", extra=extra)
log.info("outside")
"""
    first, second = map(json.loads, written("json", program))
    assert first.pop("time").endswith("+00:00")
    assert first.pop("process") > 0
    assert first == {
        "level": "info",
        "logger": "packit_worker.tasks",
        "message": "it is done",
        "correlation_id": "c-1",
        "event_id": "e-1",
        "repository": "github.com/o/r",
        "outcome": "done",
        "job_runs": 2,
        "deep": {"api_key": "[hidden]"},
    }
    assert set(second) == {"time", "level", "logger", "process", "message"}


def test_a_line_for_people():
    program = """
with logs.about(correlation_id="c-1", event_id="e-1", repository="github.com/o/r"):
    extra = logs.fields(outcome="done", handlers=["First done", "Second failed refused"])
    log.warning("it is done", extra=extra)
"""
    (line,) = written("human", program)
    assert line.startswith("[20")
    assert line.partition(": ")[2] == (
        "WARNING/MainProcess] it is done [c-1] event=e-1 repository=github.com/o/r "
        "handlers=First done, Second failed refused"
    )


def test_nobody_forges_a_line_or_drives_a_terminal():
    program = r"log.info('a branch: %s', 'x\n[2026] INFO: \x1b[2Jfine\r\x00\u2028')"
    first, second = written("human", program)
    assert first.endswith("a branch: x")
    assert second == "    [2026] INFO: \\x1b[2Jfine\\r\\x00\\u2028"


@pytest.mark.parametrize("kind", ["human", "json"])
def test_no_secret_is_in_a_message_an_argument_or_a_trace(kind):
    program = f"""
log.info("message %s", "{TOKEN}")
log.info("mapping %(a)s", {{"a": {{"token": "planted-1"}}}})
log.info("list %s", [{{"secret": "planted-2"}}])
log.info("ours our-own-secret")
import warnings
warnings.warn("planted-4 token=planted-5 jane@example.org")
def fail(what):
    try:
        raise KeyError(f"inner {{what}}")
    except KeyError as error:
        raise ValueError(f"password='{{what}}' of jane@" + "example.org") from error
try:
    fail("gh" + "p_x8")
except ValueError:
    log.exception("it broke")
"""
    text = "\n".join(written(kind, program))
    planted = (TOKEN, "planted-1", "planted-2", "our-own", "planted-5", "jane@", "ghp_x8")
    assert [each for each in planted if each in text] == []
    assert "KeyError: 'inner [hidden]'" in text
    assert "ValueError: password=[hidden] of [hidden]" in text


def test_a_call_with_wrong_arguments_loses_no_line():
    (line,) = written("json", "log.info('%s and %s', 'one')")
    assert json.loads(line)["message"] == "%s and %s (TypeError in its arguments)"


def test_a_long_line_and_a_long_trace_are_cut():
    program = """
try:
    raise ValueError("v" * 100_000 + "the end")
except ValueError:
    log.exception("m" * 100_000)
"""
    (text,) = written("json", program)
    line = json.loads(text)
    assert (len(line["message"]), len(line["trace"])) == (8001, 24001)
    assert line["trace"].endswith("the end")


def test_libraries_are_heard_from_warnings_on():
    program = """
for name in ("ogr", "packit", "urllib3", "celery.app.trace", "celery.worker.strategy"):
    logging.getLogger(name).info("chatter of %s", name)
    logging.getLogger(name).warning("a warning of %s", name)
log.debug("a detail")
log.info("ours")
"""
    text = "\n".join(written("human", program))
    assert (text.count("chatter"), text.count("a warning"), text.count("ours")) == (0, 5, 1)
    assert "a detail" not in text


def test_what_lines_are_about_belongs_to_a_thread():
    program = """
with logs.about(correlation_id="here"):
    thread = threading.Thread(target=lambda: log.info("in a thread"))
    thread.start()
    thread.join()
"""
    (line,) = written("json", program)
    assert "correlation_id" not in json.loads(line)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    file = tmp_path_factory.mktemp("config") / "packit-worker.yaml"
    file.write_text("log_format: json\n")
    return file


@pytest.fixture(scope="module")
def both(broker, config, tmp_path_factory):
    """A stage 1 worker, a stage 2 worker with handlers of the tests, and their world."""
    world = Stage2(tmp_path_factory.mktemp("logs"), broker, None)
    environment = {"PACKIT_WORKER_CONFIG": str(config)}
    queues = ["--queues", "parse_message"]
    first = WorkerProcess(tmp_path_factory.mktemp("one"), broker, queues, environment)
    queues = "installation,release,record_outcome,sweep"
    second = world.worker(queues, config=config, level="INFO")
    try:
        yield world, first.start(), second.start()
    finally:
        first.stop()
        world.close()


@pytest.mark.parametrize("broker", ["redis"], indirect=True, scope="module")
class TestWorkers:
    """Both stages as processes, logging JSON."""

    def test_every_line_is_json(self, both):
        _world, first, second = both
        for worker in (first, second):
            assert [json.loads(line)["level"] for line in worker.text().splitlines()]

    def test_a_normal_event_is_two_lines(self, both, foreign):
        _world, first, second = both
        event = BY_WORD["installation"]
        payload = event.payload | {"repositories": []}
        headers = {"packit_correlation_id": "normal"}
        arguments = event.arguments(event=payload)
        foreign.send_task("task.parse_message", kwargs=arguments, headers=headers)
        second.wait_for("InstallationEvent done")
        lines = [line for worker in (first, second) for line in _lines_of(worker, "normal")]
        assert [line["message"] for line in lines] == [
            "parsed InstallationEvent -> task.process_installation_event",
            "InstallationEvent done",
        ]
        assert lines[0]["event_id"] == lines[1]["event_id"]
        assert lines[1]["handlers"] == ["First done", "Second done"]
        assert {line["level"] for line in lines} == {"info"}

    def test_a_bug_tells_its_trace_once(self, both):
        world, _first, second = both
        world.send("buggy", "Second=bug", headers={"packit_correlation_id": "buggy"})
        assert world.wait_for_end("buggy") == "bug"
        second.wait_for("InstallationEvent bug")
        bug, end = _lines_of(second, "buggy")
        assert (bug["level"], bug["message"], bug["event_id"]) == (
            "error",
            "bug in Second",
            "buggy",
        )
        assert bug["trace"].endswith("ZeroDivisionError")
        assert end["handlers"] == ["First done", "Second bug bug"]

    def test_a_sweep_with_nothing_to_do_says_nothing(self, both):
        world, _first, second = both
        before = second.text()
        world.sweep()
        world.send("after-the-sweep")
        second.wait_for('"event_id": "after-the-sweep"')
        assert len(second.text().removeprefix(before).splitlines()) == 1

    def test_the_repository_of_a_comment_that_led_to_nothing(self, both, foreign):
        world, first, second = both
        comment = BY_WORD["issue_comment"]
        payload = comment.payload | {"action": "deleted"}
        headers = {"packit_correlation_id": "a-comment"}
        arguments = comment.arguments(event=payload)
        foreign.send_task("task.parse_message", kwargs=arguments, headers=headers)
        second.wait_for("recorded skipped action-not-handled")
        lines = [line for worker in (first, second) for line in _lines_of(worker, "a-comment")]
        assert [line["repository"] for line in lines] == ["github.com/world/hello"] * 2
        with world.database.read() as session:
            row = session.get(Stage1Outcome, lines[1]["event_id"])
        assert row.repository == "github.com/world/hello"


def test_the_end_of_a_worker_is_json_too(broker, tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text("log_format: json\n")
    worker = WorkerProcess(tmp_path, broker, [], {"PACKIT_WORKER_CONFIG": str(file)}).start()
    assert worker.stop() == 0
    messages = [json.loads(line)["message"] for line in worker.text().splitlines()]
    assert messages.count("Warm shutdown begins (SIGTERM)") == 1


def _lines_of(worker, correlation):
    lines = map(json.loads, worker.text().splitlines())
    return [line for line in lines if line.get("correlation_id") == correlation]

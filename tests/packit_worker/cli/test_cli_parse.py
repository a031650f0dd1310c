import json
import subprocess
import sys

import pytest
import saved_messages
from servers.worker_process import ROOT

RELEASE_KWARGS = {
    "repo_namespace": "world",
    "repo_name": "hello",
    "tag_name": "1.0",
    "https_url": "https://github.com/world/hello",
    "prerelease": False,
    "user_login": "jane",
}


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_folder(run, payloads):
    done = run("parse", payloads)
    assert (done.returncode, done.stderr) == (1, "")
    assert lines(done) == [
        {
            "path": f"{payloads}/a-release.json",
            "outcome": "parsed",
            "event": "ReleaseEvent",
            "task": "task.process_release_event",
            "queue": "release",
            "kwargs": RELEASE_KWARGS,
        },
        {
            "path": f"{payloads}/c-broken.json",
            "outcome": "malformed",
            "code": "malformed",
            "detail": "expected a string, got a number",
            "at": "$.request_id",
        },
        {
            "path": f"{payloads}/deeper/b-tag.json",
            "outcome": "skipped",
            "code": "tag-push",
            "detail": "refs/tags/1.0",
        },
    ]


def test_without_a_malformed_one_it_is_well(run, payloads):
    done = run("parse", payloads / "a-release.json", payloads / "deeper")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line["outcome"] for line in lines(done)] == ["parsed", "skipped"]


def test_standard_input_with_hints(run):
    body = '{"build": 1, "chroot": "c", "status": 1, "owner": "o", "copr": "p"}'
    topic = "org.fedoraproject.stg.copr.build.start"
    done = run(
        "parse", "-", "--source", "fedora-messaging", "--event-type", topic, stdin=body
    )  # fmt: skip
    assert done.returncode == 0
    (line,) = lines(done)
    assert (line["path"], line["event"], line["queue"]) == ("-", "CoprBuildEvent", "copr_build")
    assert line["kwargs"]["topic"] == "copr.build.start"


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"hello", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[1]", "expected an object"),
        (b"[" * 100_000, "nested too deep to be read"),
        (b'"\xff"', None),
    ],
)
def test_a_file_that_holds_no_object(run, tmp_path, content, detail):
    (tmp_path / "x.json").write_bytes(content)
    done = run("parse", tmp_path / "x.json")
    (line,) = lines(done)
    assert (done.returncode, done.stderr) == (1, "")
    assert (line["outcome"], line["at"]) == ("malformed", "$")
    assert detail is None or line["detail"] == detail


def test_a_path_that_is_not_there(run, tmp_path):
    done = run("parse", tmp_path / "x.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: {tmp_path}/x.json: No such file or directory\n")


def test_a_folder_without_payloads(run, tmp_path):
    done = run("parse", tmp_path)
    assert done.returncode == 2
    assert f"Error: {tmp_path}: no *.json file below this folder" in done.stderr


def test_a_file_that_cannot_be_read(run):
    done = run("parse", "/proc/self/mem")  # not even by root
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: /proc/self/mem: Input/output error\n")


def test_a_folder_named_like_a_payload(run, payloads):
    (payloads / "folder.json").mkdir()
    done = run("parse", payloads)
    assert (done.returncode, len(lines(done))) == (1, 3)


def test_an_unknown_source(run, payloads):
    done = run("parse", payloads, "--source", "gihub")
    assert done.returncode == 2
    assert 'unknown source "gihub"; did you mean "github"?' in done.stderr


def test_a_routing_table_with_a_mistake(run, payloads, tmp_path):
    (tmp_path / "queues.yaml").write_text("default: default\nqueue: []\n")
    done = run(
        "parse", payloads, environment={"PACKIT_WORKER_QUEUES": str(tmp_path / "queues.yaml")}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert f'{tmp_path}/queues.yaml, line 2: unknown key "queue"' in done.stderr


def test_the_settings_count(run, tmp_path):
    comment = saved_messages.load("github/issue_comment/command")
    comment["comment"]["body"] = "/pack build"
    (tmp_path / "x.json").write_text(json.dumps(comment))
    (tmp_path / "settings.yaml").write_text("comment_command_prefix: /pack\n")
    for environment, outcome in (
        ({}, "skipped"),
        ({"PACKIT_WORKER_CONFIG": str(tmp_path / "settings.yaml")}, "parsed"),
    ):
        done = run("parse", tmp_path / "x.json", environment=environment)
        assert json.loads(done.stdout)["outcome"] == outcome


def test_it_needs_no_celery(payloads):
    program = (
        "import sys; from packit_worker.cli import main\n"
        f"sys.argv = ['packit-worker', 'parse', {str(payloads)!r}]\n"
        "try: main()\n"
        "finally: print(sorted({'celery', 'kombu', 'redis', 'rich', 'ogr'} & set(sys.modules)),"
        " 'parsers' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "[] True\n")


def test_a_reader_that_goes_away(payloads):
    command = [sys.executable, "-m", "packit_worker", "parse", *[str(payloads)] * 300]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parse:
        first = parse.stdout.readline()
        parse.stdout.close()
        errors = parse.stderr.read()
    assert json.loads(first)["outcome"] == "parsed"
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    "command",
    [
        "allowlist", "beat", "db", "dev", "events", "explain", "parse", "queues", "replay",
        "sandbox", "worker",
    ],
)  # fmt: skip
def test_help_tells_the_exit_codes(run, command):
    assert f"\n  {command} " in run("--help").stdout
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Exit codes: 0 " in done.stdout


def test_an_unknown_command(run):
    done = run("prase")
    assert done.returncode == 2
    assert 'no such command "prase"; did you mean "parse"?' in done.stderr


def test_standard_input_is_read_once(refusal):
    assert refusal("parse", "-", "-", stdin="{}") == (
        "Error: - stands here twice, and standard input can be read only once"
    )


@pytest.mark.parametrize("source", ["GitHub", "github", ""])
def test_a_source_is_read_without_regard_to_case(run, payloads, source):
    done = run("parse", "--source", source, payloads / "a-release.json")
    assert json.loads(done.stdout)["event"] == "ReleaseEvent"


def test_a_missing_file_of_queues_names_its_variable(refusal, tmp_path):
    environment = {"PACKIT_WORKER_QUEUES": str(tmp_path / "none.yaml")}
    assert refusal("parse", "-", environment=environment) == (
        f"Error: PACKIT_WORKER_QUEUES: {tmp_path}/none.yaml: No such file or directory"
    )

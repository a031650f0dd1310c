"""`packit-worker doctor` as people run it."""

import json
import socket

import yaml
from doctor_secret import SECRET
from servers.worker_process import WorkerProcess


def test_a_set_up_that_is_well(run, tmp_path, private_redis, postgres_database_url, github):
    config = tmp_path / "packit-worker.yaml"
    access = {"api_url": github.url, "token": "ghp_writer"}
    settings = {"deployment": "dev", "authentication": {"github.com": access}, "bots": ["wilma"]}
    settings["pages_url"] = "http://127.0.0.1:1"  # at the usual one may be somebody's
    config.write_text(yaml.safe_dump(settings))
    environment = {
        "PACKIT_WORKER_CONFIG": str(config),
        "PACKIT_WORKER_DATABASE": postgres_database_url,
    }
    worker = WorkerProcess(tmp_path, private_redis.url, ["--concurrency", "1"], environment)
    try:
        worker.start()
        done = run("doctor", "--json", broker=private_redis.url, environment=environment)
    finally:
        worker.stop()
    found = {each["check"]: each for each in json.loads(done.stdout)}
    assert (done.returncode, done.stderr) == (0, "")
    assert list(found) == [
        "settings",
        "secret authentication.github.com.token",
        "queues.yaml",
        "state folder",
        "broker",
        "workers",
        "database",
        "sweep",
        "forge github.com",
        "box",
        "pages",
    ]
    others = {name: each["verdict"] for name, each in found.items() if name != "pages"}
    assert set(others.values()) == {"ok"}
    assert found["forge github.com"]["fact"] == "it answers, and knows us as wilma"
    assert found["workers"]["fact"] == "1 workers serve 17 queues"
    assert found["pages"]["verdict"] == "note"
    assert found["pages"]["advice"].startswith("start `packit-worker pages`")


def test_clients_that_are_loaded_at_the_same_time(run, tmp_path, github, pagure):
    """ogr is a circle of imports, which threads must not enter at different places."""
    config = tmp_path / "packit-worker.yaml"
    settings = {
        "bots": ["wilma"],
        "authentication": {
            "github.com": {"api_url": github.url, "token": "ghp_writer"},
            "src.example.org": {"api_url": pagure.url, "type": "pagure"},
            "src.example.com": {"api_url": pagure.url, "type": "pagure", "token": "no-token"},
        },
        "approval": {"notifications_repository": "github.com/octo/hello"},
        "copr": {"url": "http://127.0.0.1:1", "login": "x", "token": "x"},
        "koji": {"hub_url": "http://127.0.0.1:1", "username": "packit", "password": "x"},
    }
    config.write_text(yaml.safe_dump(settings))
    names = ("forge", "notifications", "copr", "koji")
    environment = {"PACKIT_WORKER_CONFIG": str(config)}
    done = run("doctor", "--json", *names, environment=environment)
    found = {each["check"]: each["fact"] for each in json.loads(done.stdout)}
    assert done.stderr == ""
    refused = found.pop("forge src.example.com")
    assert refused.startswith("it does not take the token: Pagure answered 401")
    assert found == {
        "forge github.com": "it answers, and knows us as wilma",
        "forge src.example.org": "it answers; without a token it can be read, and no status or"
        " answer be written",
        "copr": "http://127.0.0.1:1 cannot be reached: Connection refused",
        "koji": "http://127.0.0.1:1 cannot be reached: Connection refused",
        "notifications": "github.com/octo/hello is public",
    }


def test_everything_is_down_or_hangs(run, tmp_path):
    """Whatever happens, each part is named, in time, and no secret is told."""
    config = tmp_path / "packit-worker.yaml"
    told = {}
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        for port in (1, hanging.getsockname()[1]):  # nobody listens; somebody never answers
            place = f"127.0.0.1:{port}"
            url = f"http://{place}"
            settings = {
                "broker": f"redis://:{SECRET}@{place}/0",
                "database": f"postgresql+psycopg://worker:{SECRET}@{place}/ledger",
                "authentication": {"github.com": {"token": SECRET, "api_url": url}},
                "copr": {"url": url, "login": SECRET, "token": SECRET},
                "testing_farm": {"api_url": url, "api_key": SECRET},
                "koji": {"hub_url": url, "username": "packit", "password": SECRET},
                "bodhi_url": url,
            }
            config.write_text(yaml.safe_dump(settings))
            environment = {"PACKIT_WORKER_CONFIG": str(config)}
            done = run("doctor", "--json", "--seconds", "5", environment=environment)
            assert (done.returncode, done.stderr) == (1, "")
            assert SECRET not in done.stdout
            found = json.loads(done.stdout)
            told[port] = {each["check"] for each in found if each["verdict"] == "wrong"}
    parts = {"broker", "database", "forge github.com", "copr", "testing farm", "koji", "bodhi"}
    assert [parts - wrong for wrong in told.values()] == [set(), set()]


def test_a_file_with_an_unknown_key(run, tmp_path):
    config = tmp_path / "packit-worker.yaml"
    config.write_text(
        f"deployment: prod\nauthentication:\n  github.com:\n    tokn: {SECRET}\nlog_format: xml\n"
    )
    done = run("doctor", "settings", "state", environment={"PACKIT_WORKER_CONFIG": str(config)})
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        f'wrong settings: {config}, line 4: unknown key "tokn"; did you mean "token"?',
        "       -> mend the file; what it says is not tried",
        f"wrong settings: {config}, line 5: log_format: no such value; valid are: human, json",
        "       -> mend the file; what it says is not tried",
        f"ok    state folder: {tmp_path}/state can be written",
    ]


def test_nothing_configured_is_not_wrong(run):
    done = run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "wrong" not in done.stdout
    assert "-> the first command that needs it starts it: `packit-worker dev`" in done.stdout


def test_an_unknown_check(refusal):
    assert refusal("doctor", "brokr") == ('Error: unknown check "brokr"; did you mean "broker"?')

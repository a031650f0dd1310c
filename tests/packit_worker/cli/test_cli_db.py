"""`packit-worker db`, and what everything else says of a schema that is too old."""

import pytest
from servers.process import free_port

from packit_worker.store import schema
from packit_worker.store.database import Database

NEWEST = "0008"
ADVICE = "is needed: stop the workers and run `packit-worker db upgrade`"
STAGE_2 = (
    ["worker"],
    ["worker", "--queues", "release"],
    ["events", "list"],
    ["allowlist", "list"],
    ["explain", "--offline", "tests/messages/github/release/published.json"],
    ["replay", "--inline", "tests/messages/github/release/published.json"],
)


@pytest.fixture
def db(run, empty_database_url):
    environment = {"PACKIT_WORKER_DATABASE": empty_database_url}
    return lambda *arguments: run("db", *arguments, environment=environment)


def test_upgrade_and_current(db):
    for verb, said in (
        ("current", f"empty (newest: {NEWEST})\n"),
        ("upgrade", f"the schema is {NEWEST}\n"),
        ("upgrade", f"the schema is {NEWEST}\n"),
        ("current", f"{NEWEST} (newest: {NEWEST})\n"),
    ):
        done = db(verb)
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_from_the_first_revision(db, empty_database_url):
    database = Database(empty_database_url)
    schema.upgrade(database, "0001")
    database.close()
    assert db("current").stdout == f"0001 (newest: {NEWEST})\n"
    assert db("upgrade").stdout == f"the schema is {NEWEST}\n"


@pytest.mark.parametrize("found", [None, "0001"])
def test_an_old_schema_is_refused(refusal, redis_broker, empty_database_url, found):
    if found:
        database = Database(empty_database_url)
        schema.upgrade(database, found)
        database.close()
    for command in STAGE_2:
        line = refusal(
            *command,
            broker=redis_broker,
            environment={"PACKIT_WORKER_DATABASE": empty_database_url},
        )
        assert line.startswith("Error: database: "), command
        assert line.endswith(f": the schema is {found or 'empty'}, {NEWEST} {ADVICE}"), command


def test_without_a_named_database(run, tmp_path):
    """The embedded file is the one that the workers use; they upgrade it themselves."""
    assert run("db", "current").stdout == f"empty (newest: {NEWEST})\n"
    assert run("events", "list").returncode == 0
    assert run("db", "current").stdout == f"{NEWEST} (newest: {NEWEST})\n"
    assert [file.name for file in (tmp_path / "state").glob("*.db")] == ["packit-worker.db"]


@pytest.mark.parametrize("verb", ["current", "upgrade"])
def test_a_database_that_does_not_answer(refusal, verb):
    url = f"postgresql://me:s3cr3t@127.0.0.1:{free_port()}/x"
    line = refusal("db", verb, environment={"PACKIT_WORKER_DATABASE": url})
    assert line.startswith("Error: database: ")
    assert "s3cr3t" not in line


@pytest.mark.parametrize("url", ["mysql://me:s3cr3t@localhost/x", "s3cr3t"])
def test_no_database_of_ours(refusal, url):
    line = refusal("db", "current", environment={"PACKIT_WORKER_DATABASE": url})
    assert line.startswith("Error: database: ")
    assert "s3cr3t" not in line

"""What every command says of a database that it cannot use: one line that names it, exit code 2."""

import sqlite3

import pytest

RELEASE = "tests/messages/github/release/published.json"
COMMANDS = (
    ["events", "list"],
    ["events", "show", "x"],
    ["events", "requeue", "x"],
    ["allowlist", "list"],
    ["allowlist", "approve", "github.com/acme", "--by", "jane"],
    ["explain", "--offline", RELEASE],
)


@pytest.fixture
def no_database(tmp_path):
    """A file that is no database of SQLite."""
    file = tmp_path / "notes.db"
    file.write_text("These are the notes of a meeting. " * 40)
    return file


@pytest.mark.parametrize("command", [*COMMANDS[1:], ["db", "current"]], ids=" ".join)
def test_a_file_that_is_no_database(refusal, no_database, command):
    line = refusal(*command, environment={"PACKIT_WORKER_DATABASE": f"sqlite:///{no_database}"})
    assert line == f"Error: database: {no_database}: file is not a database"


@pytest.mark.parametrize("command", [["worker"], ["pages"]], ids=" ".join)
def test_nothing_starts_on_it(refusal, redis_broker, no_database, command):
    """A database that is down is waited for; this one never comes."""
    environment = {"PACKIT_WORKER_DATABASE": f"sqlite:///{no_database}"}
    line = refusal(*command, broker=redis_broker, environment=environment)
    assert line == f"Error: database: {no_database}: file is not a database"


def test_the_embedded_file_is_none(refusal, tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "packit-worker.db").write_text("These are the notes of a meeting. " * 40)
    line = refusal("events", "list")
    assert line == f"Error: database: {state}/packit-worker.db: file is not a database"


def test_a_folder(refusal, tmp_path):
    line = refusal(
        "events", "list", environment={"PACKIT_WORKER_DATABASE": f"sqlite:///{tmp_path}"}
    )
    assert line == f"Error: database: {tmp_path}: unable to open database file"


@pytest.mark.parametrize("command", [["events", "list"], COMMANDS[-1], ["worker"]], ids=" ".join)
def test_the_database_of_another_program(refusal, redis_broker, tmp_path, command):
    """Its revision is unknown here, as that of a newer packit-worker is; its tables tell."""
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('8f3a')")
    environment = {"PACKIT_WORKER_DATABASE": f"sqlite:///{file}"}
    line = refusal(*command, broker=redis_broker, environment=environment)
    assert line.startswith(
        f"Error: database: {file}: the schema is 8f3a, which this packit-worker does not know, and "
    )
    assert line.endswith(" is missing: is it the database of something else?")


def test_an_embedded_file_of_a_newer_packit_worker(run, refusal, tmp_path):
    """Operators upgrade first and go back rarely: what fits is used, and never taken back."""
    assert run("events", "list").returncode == 0
    file = tmp_path / "state/packit-worker.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert run("events", "list").returncode == 0
    assert run("db", "current").stdout.startswith("9999 (newest: ")
    assert refusal("db", "upgrade").startswith(f"Error: database: {file}: the schema is 9999, the")


def test_a_wrong_password(refusal, postgres_database_url):
    from sqlalchemy import make_url  # noqa: PLC0415 - only here

    url = make_url(postgres_database_url).set(username="nobody", password="s3cr3t")
    whole = url.render_as_string(hide_password=False)
    for command in (["events", "list"], ["db", "upgrade"]):
        line = refusal(*command, environment={"PACKIT_WORKER_DATABASE": whole})
        assert line.startswith("Error: database: postgresql://nobody:***@")
        assert "FATAL:" in line
        assert "s3cr3t" not in line


def test_explain_reads_the_database_that_is_named(run, database_url):
    done = run(
        "explain", "--offline", RELEASE, environment={"PACKIT_WORKER_DATABASE": database_url}
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_explain_makes_no_file(refusal, tmp_path):
    file = tmp_path / "none.db"
    environment = {"PACKIT_WORKER_DATABASE": f"sqlite:///{file}"}
    line = refusal("explain", "--offline", RELEASE, environment=environment)
    assert line == f"Error: database: {file}: unable to open database file"
    assert not file.exists()

"""Engines and their transactions."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from transactions import count_transactions

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database, parse_url
from packit_worker.store.errors import (
    BadDatabaseUrlError,
    StoreUnavailableError,
    UnfitDatabaseError,
)
from packit_worker.store.job_runs import Plan, finish, plan, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import end
from packit_worker.store.models import Event, Project
from packit_worker.store.projects import Repository, get_project


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u:p@db.example.org/pw", "postgresql+psycopg"),
        ("postgres://u:p@db.example.org/pw", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:p@db.example.org/pw", "postgresql+psycopg"),
        ("sqlite:////var/lib/pw.db", "sqlite+pysqlite"),
    ],
)
def test_a_url_gets_our_driver(url, driver):
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:hunter2@db.example.org/pw", "mysql: only sqlite and postgresql are known"),
        ("hunter2", "the database URL cannot be read"),
        ("sqlite://", "a database of SQLite needs a file"),
        ("sqlite:///:memory:", "a database of SQLite needs a file"),
    ],
)
def test_another_url_is_refused_without_its_password(url, told):
    with pytest.raises(BadDatabaseUrlError, match=told) as refusal:
        Database(url)
    assert "hunter2" not in str(refusal.value)


def test_sqlite_is_set_up_to_be_shared(sqlite_database_url):
    database = Database(sqlite_database_url)
    pragmas = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000, "synchronous": 2}
    with database.read() as session:
        found = {name: session.scalar(text(f"PRAGMA {name}")) for name in pragmas}
    database.close()
    assert found == pragmas


def test_postgres_has_timeouts(postgres_database_url):
    database = Database(postgres_database_url)
    limits = {
        "statement_timeout": "30s",
        "lock_timeout": "15s",
        "idle_in_transaction_session_timeout": "30s",
    }
    with database.read() as session:
        found = {name: session.scalar(text(f"SHOW {name}")) for name in limits}
    database.close()
    assert found == limits


def test_an_error_takes_everything_back(database, at):
    delivery = Delivery(event_id="e-1", task="t", kwargs={})

    def claim_and_fail():
        with database.write() as session:
            claim(session, delivery, owner="one", now=at())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        claim_and_fail()
    with database.read() as session:
        assert session.query(Event).count() == 0


def test_a_reader_waits_for_no_writer(database, at):
    with database.write() as session:
        claim(session, Delivery(event_id="e-1", task="t", kwargs={}), owner="one", now=at())
        with database.read() as other:
            assert other.query(Event).count() == 0


def test_a_writer_that_reads_first_waits_for_the_writer_before_it(database, database_url, at):
    """On SQLite a transaction that begins by reading could not become a writing one later."""
    other = Database(database_url)
    began = threading.Event()

    def write():
        with other.write() as session:
            began.set()
            session.query(Event).count()
            claim(session, Delivery(event_id="e-2", task="t", kwargs={}), owner="two", now=at())

    with database.write() as session:
        claim(session, Delivery(event_id="e-1", task="t", kwargs={}), owner="one", now=at())
        thread = threading.Thread(target=write)
        thread.start()
        began.wait()
        thread.join(0.2)
    thread.join(20)
    with database.read() as session:
        assert sorted(row.id for row in session.query(Event)) == ["e-1", "e-2"]
    other.close()


def test_a_postgres_that_is_down_is_told(tmp_path):
    database = Database(f"postgresql://u:hunter2@/pw?host={tmp_path}")
    with pytest.raises(StoreUnavailableError, match="connection") as outage, database.read() as it:
        it.connection()
    assert "hunter2" not in str(outage.value)


def test_a_connection_that_the_server_closed_is_told_and_replaced(postgres_database_url):
    database = Database(postgres_database_url)
    with database.read() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
    closer = Database(postgres_database_url)

    def close_and_ask():
        with database.write() as session:
            assert session.scalar(text("SELECT pg_backend_pid()")) == pid
            with closer.write() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            session.scalar(text("SELECT 1"))

    with pytest.raises(StoreUnavailableError, match="terminating connection"):
        close_and_ask()
    with database.write() as session:
        assert session.scalar(text("SELECT 1")) == 1
    for each in (database, closer):
        each.close()


def test_a_locked_file_is_told(sqlite_database_url):
    database = Database(sqlite_database_url)

    def write():
        with database.write() as session:
            session.connection()

    with database.read() as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout = 10")
    other = Database(sqlite_database_url)
    with other.write() as session:
        session.connection()
        with pytest.raises(StoreUnavailableError, match="database is locked"):
            write()
    database.close()
    other.close()


def test_wrong_sql_is_no_outage(database):
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("SELECT nothing FROM nowhere"))


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'no-folder' / 'pw.db'}")
    with (
        pytest.raises(StoreUnavailableError, match="unable to open database file"),
        database.write() as session,
    ):
        session.connection()


def test_an_event_with_one_job_takes_five_transactions(database, at):
    delivery = Delivery(event_id="e-1", task="t", kwargs={})
    with count_transactions(database) as count:
        with database.write() as session:
            lease = claim(session, delivery, owner="one", now=at()).lease
        with database.write() as session:
            (run,) = plan(session, lease, [Plan("build")], now=at())
        with database.write() as session:
            start(session, lease, run.id, now=at())
        with database.write() as session:
            finish(session, lease, run.id, JobState.DONE, now=at(1))
        with database.write() as session:
            end(session, lease, outcome="done", decision={}, now=at(1))
    assert count.begun == 5


def test_a_duplicate_takes_one_transaction_of_two_statements(database, at):
    delivery = Delivery(event_id="e-1", task="t", kwargs={})
    with database.write() as session:
        lease = claim(session, delivery, owner="one", now=at()).lease
    with database.write() as session:
        end(session, lease, outcome="done", decision={}, now=at(1))
    with count_transactions(database) as count, database.write() as session:
        claim(session, delivery, owner="two", now=at(2))
    assert count.begun == 1
    own = [each for each in count.statements if not each.startswith("BEGIN")]
    assert [each.split()[0] for each in own] == ["INSERT", "SELECT"]


def ask(url):
    database = Database(url)
    try:
        with database.read() as session:
            session.query(Event).count()
    finally:
        database.close()


def test_a_file_that_is_no_database_is_told(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("These are the notes of a meeting. " * 40)
    with pytest.raises(UnfitDatabaseError) as refusal:
        ask(f"sqlite:///{file}")
    assert str(refusal.value) == f"{file}: file is not a database"


def test_every_address_that_was_tried_is_told():
    with pytest.raises(StoreUnavailableError, match=r"^postgresql://u:\*\*\*@.* port 1 failed: "):
        ask("postgresql://u:hunter2@127.0.0.1,127.0.0.2:1/pw")


def test_a_place_holds_no_secret():
    database = Database("postgresql://u:hunter2@db/pw?password=hunter3&host=/run/x&sslpassword=h4")
    assert database.place == "postgresql://u:***@db/pw?host=%2Frun%2Fx"
    database.close()


def get(database, name):
    with database.write() as session:
        get_project(session, Repository("github.com", "octo", name))


def names(database):
    with database.read() as session:
        return set(session.scalars(select(Project.name)))


def test_what_is_written_together_is_one_transaction(database):
    with count_transactions(database) as count, database.together():
        get(database, "one")
        with database.together():
            get(database, "two")
        get(database, "three")
    assert count.begun == 1
    get(database, "four")
    assert names(database) == {"one", "two", "three", "four"}


def test_of_what_is_written_together_an_error_leaves_nothing(database):
    def fail():
        with database.together():
            get(database, "one")
            assert names(database) == set()  # nobody sees it yet
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    get(database, "two")
    assert names(database) == {"two"}


def test_another_thread_writes_for_itself(postgres_database_url):
    """As the one that renews a lease does; SQLite has one writer at a time."""
    database = Database(postgres_database_url)
    with database.together():
        get(database, "one")
        thread = threading.Thread(target=get, args=(database, "two"))
        thread.start()
        thread.join(10)
        assert names(database) == {"two"}
    assert names(database) == {"one", "two"}
    database.close()

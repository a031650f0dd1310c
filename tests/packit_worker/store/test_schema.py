"""Migrations, on both databases."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Boolean, DateTime, Integer, MetaData, func, inspect, select

from packit_worker.store.database import Database
from packit_worker.store.errors import SchemaTooOldError
from packit_worker.store.models import Base
from packit_worker.store.schema import (
    check_schema,
    current,
    head,
    open_database,
    revisions,
    upgrade,
)


@pytest.fixture
def empty_database(empty_database_url):
    database = Database(empty_database_url)
    yield database
    database.close()


def test_an_empty_database_is_brought_to_the_head(empty_database):
    assert current(empty_database) is None
    upgrade(empty_database)
    assert current(empty_database) == head()
    upgrade(empty_database)
    assert current(empty_database) == head()


def test_revisions_are_one_line():
    assert revisions()[:2] == ["0001", "0002"]
    assert revisions()[-1] == head()


def test_rows_survive_each_revision(empty_database):
    rows = {}
    for revision in revisions():
        upgrade(empty_database, revision)
        assert current(empty_database) == revision
        with empty_database.write() as session:
            tables = MetaData()
            tables.reflect(session.connection())
            counts = {
                name: session.scalar(select(func.count()).select_from(tables.tables[name]))
                for name in rows
            }
            assert counts == rows
            for table in tables.sorted_tables:
                if table.name not in (*rows, "alembic_version"):
                    session.execute(table.insert().values(row_of(table)))
                    rows[table.name] = 1
    assert set(rows) == set(Base.metadata.tables)


def row_of(table):
    """A row with a value in each column; those that refer to their own table are left out."""
    return {column.name: value_of(column) for column in table.columns if not refers_to_self(column)}


def refers_to_self(column):
    return any(key.column.table is column.table for key in column.foreign_keys)


def value_of(column):
    kinds = {JSON: {"a": 1}, Boolean: True, DateTime: datetime(2026, 3, 1, tzinfo=UTC), Integer: 1}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "1")


def test_the_migrated_schema_is_that_of_the_models(database):
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_indexes_are_those_of_the_models(database):
    # Alembic does not compare the conditions of indexes.
    migrated = indexes(database)
    with database.write() as session:
        Base.metadata.drop_all(session.connection())
        Base.metadata.create_all(session.connection())
    assert indexes(database) == migrated
    due = [index for index in migrated if index[1] == "ix_events_due"]
    assert "next_attempt_at IS NOT NULL" in due[0][3]


def indexes(database):
    inspector = inspect(database.engine)
    return {
        (table, index["name"], tuple(index["column_names"]), condition(index))
        for table in inspector.get_table_names()
        if table != "alembic_version"
        for index in inspector.get_indexes(table)
    }


def condition(index):
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where")))


def test_a_database_without_tables_is_refused(empty_database):
    with pytest.raises(SchemaTooOldError, match=r"is empty.*`packit-worker db upgrade`"):
        check_schema(empty_database)


def test_an_older_database_is_refused(empty_database):
    upgrade(empty_database, "0001")
    with pytest.raises(SchemaTooOldError, match=rf"is 0001, {head()} is needed"):
        check_schema(empty_database)


def test_todays_database_passes(database):
    check_schema(database)


def test_a_newer_database_passes(database):
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    check_schema(database)


def test_the_refusal_shows_no_password(empty_database):
    empty_database.engine.url = empty_database.engine.url.set(username="u", password="hunter2")
    with pytest.raises(SchemaTooOldError) as refusal:
        check_schema(empty_database)
    assert "hunter2" not in str(refusal.value)


def test_the_embedded_file_is_made_and_upgraded(tmp_path):
    folder = tmp_path / "state 100%" / "deep"
    for _ in range(2):
        database = open_database(None, folder)
        assert current(database) == head()
        database.close()
    assert (folder / "packit-worker.db").is_file()


def test_an_older_embedded_file_is_upgraded(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'packit-worker.db'}")
    upgrade(database, "0001")
    database.close()
    database = open_database(None, tmp_path)
    assert current(database) == head()
    database.close()


def test_a_named_database_is_never_upgraded(empty_database_url, empty_database, tmp_path):
    with pytest.raises(SchemaTooOldError):
        open_database(empty_database_url, tmp_path)
    assert current(empty_database) is None
    upgrade(empty_database)
    open_database(empty_database_url, tmp_path).close()


UPGRADE = """
import sys
from packit_worker.store.database import Database
from packit_worker.store.schema import current, upgrade
sys.stdin.readline()
database = Database(sys.argv[1])
upgrade(database)
print(current(database))
"""


def test_upgrades_at_the_same_time_wait_for_each_other(empty_database_url, pytestconfig):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, empty_database_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=pytestconfig.rootpath,
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in processes]
    assert answers == [f"{head()}\n"] * 4

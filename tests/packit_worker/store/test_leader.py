"""One leader at a time."""

import os
import signal
import subprocess
import sys
import time

import pytest
from transactions import count_transactions

from packit_worker.store.database import Database
from packit_worker.store.leader import leadership

LEAD = """
import sys
from datetime import datetime, timedelta
from packit_worker.store.database import Database
from packit_worker.store.leader import leadership
now = datetime.fromisoformat(sys.argv[2])
until = now + timedelta(seconds=60)
with leadership(Database(sys.argv[1]), "sweep", owner="dead", now=now, until=until) as leads:
    print(leads, flush=True)
    sys.stdin.readline()
"""


def try_to_lead(database, now, until, owner="other", name="sweep"):
    with leadership(database, name, owner=owner, now=now, until=until) as leads:
        return leads


def test_one_leads_and_then_the_next(database, database_url, at):
    other = Database(database_url)
    with leadership(database, "sweep", owner="one", now=at(), until=at(60)) as leads:
        assert leads is True
        assert try_to_lead(other, at(59), at(119)) is False
        assert try_to_lead(other, at(59), at(119), owner="one") is False
        assert try_to_lead(other, at(59), at(119), name="prune") is True
    assert try_to_lead(other, at(60), at(120)) is True
    other.close()


def test_who_does_not_lead_ends_no_leadership(database, database_url, at):
    other = Database(database_url)
    with leadership(database, "sweep", owner="one", now=at(), until=at(60)):
        assert try_to_lead(other, at(1), at(61)) is False
        assert try_to_lead(other, at(2), at(62)) is False
    other.close()


def test_a_leader_that_fails_leads_no_more(database, at):
    with (
        pytest.raises(ZeroDivisionError),
        leadership(database, "sweep", owner="one", now=at(), until=at(60)),
    ):
        raise ZeroDivisionError
    assert try_to_lead(database, at(1), at(61)) is True


def test_a_killed_leader_is_followed(database, database_url, at, pytestconfig):
    process = subprocess.Popen(
        [sys.executable, "-c", LEAD, database_url, at().isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=pytestconfig.rootpath,
    )
    assert process.stdout.readline() == "True\n"
    assert try_to_lead(database, at(59), at(119)) is False
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    # PostgreSQL notices the closed connection by itself; on SQLite the lease ends.
    deadline = time.monotonic() + 10
    while not try_to_lead(database, at(60), at(120)):
        assert time.monotonic() < deadline


def test_no_transaction_is_open_while_a_leader_leads(database, at):
    with leadership(database, "sweep", owner="one", now=at(), until=at(60)) as leads:
        assert leads
        if database.engine.dialect.name == "postgresql":
            with database.read() as session:
                states = session.connection().exec_driver_sql(
                    "SELECT state FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                assert [row.state for row in states] == ["idle"]
        with count_transactions(database) as count, database.write() as session:
            session.connection()
        assert count.begun == 1

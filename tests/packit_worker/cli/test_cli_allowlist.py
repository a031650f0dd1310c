"""`packit-worker allowlist`."""

import getpass
import json
import re
from datetime import UTC, datetime

import pytest

from packit_worker.store import allowlist as store
from packit_worker.store import installations
from packit_worker.store.database import Database
from packit_worker.store.models import Event


@pytest.fixture
def allowlist(run, database_url):
    environment = {"PACKIT_WORKER_DATABASE": database_url}
    return lambda *arguments: run("allowlist", *arguments, environment=environment)


def decide(database_url, decisions):
    """Keep what the commands would, without a process for each."""
    database, now = Database(database_url), datetime(2026, 3, 1, tzinfo=UTC)
    with database.write() as session:
        for key, status in decisions.items():
            store.decide(session, key, status, by="joan", now=now)
    database.close()


def said(done):
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_who_decided_what_and_when(allowlist):
    before = datetime.now(UTC)
    assert said(allowlist("approve", "https://github.com/Acme/", "--by", "joan")) == (
        0,
        "https://github.com/Acme/: approved_manually by joan\n",
    )
    assert allowlist("deny", "github.com/acme/anvil.git").returncode == 0
    rows = json.loads(allowlist("list", "--json").stdout)
    assert [(row["key"], row["status"], row["changed_by"]) for row in rows] == [
        ("github.com/acme", "approved_manually", "joan"),
        ("github.com/acme/anvil", "denied", getpass.getuser()),
    ]
    changed = [datetime.fromisoformat(row["changed_at"]) for row in rows]
    assert before <= changed[0] <= changed[1] <= datetime.now(UTC)
    denied = json.loads(allowlist("list", "--json", "--status", "denied").stdout)
    assert [row["key"] for row in denied] == ["github.com/acme/anvil"]
    table = allowlist("list").stdout
    assert "github.com/acme/anvil │ denied" in table


def test_the_last_decision_holds(allowlist):
    for verb in ("approve", "deny", "approve"):
        assert allowlist(verb, "github.com/acme").returncode == 0
    done = allowlist("show", "https://github.com/Acme.git")
    first, second = done.stdout.splitlines()
    assert first == "https://github.com/Acme.git: approved_manually by github.com/acme"
    assert second.startswith(f"decided by {getpass.getuser()} at 20")


@pytest.mark.parametrize(
    ("key", "status", "entry"),
    [
        ("github.com/acme", "approved_manually", "github.com/acme"),
        ("github.com/ACME/hammer", "approved_manually", "github.com/acme"),
        ("github.com/acme/anvil", "denied", "github.com/acme/anvil"),
        ("github.com/acme/anvils", "approved_manually", "github.com/acme"),
        ("github.com/acm", None, None),
        ("github.com/acmes", None, None),
        ("github.com.e.test/acme", None, None),
        ("pagure.io/acme", None, None),
        ("evil.test/x", "denied", "evil.test"),
    ],
)
def test_what_holds_for_a_key(allowlist, database_url, key, status, entry):
    decide(
        database_url,
        {
            "github.com/acme": store.AllowStatus.APPROVED_MANUALLY,
            "github.com/acme/anvil": store.AllowStatus.DENIED,
            "evil.test": store.AllowStatus.DENIED,
        },
    )
    done = allowlist("show", key, "--json")
    found = json.loads(done.stdout)
    assert (found["key"], found["status"], found["installation"]) == (key, status, None)
    assert (found["entry"] or {}).get("key") == entry
    assert done.returncode == (0 if entry else 1)


def test_remove(allowlist):
    nothing = (1, "github.com/acme: nothing was decided\n")
    assert said(allowlist("remove", "github.com/acme")) == nothing
    assert said(allowlist("show", "github.com/acme")) == nothing
    allowlist("deny", "github.com/acme", "--by", "joan")
    done = allowlist("remove", "github.com/Acme", "--by", "ada")
    assert said(done) == (0, "github.com/Acme: removed by ada\n")
    assert said(allowlist("remove", "github.com/acme")) == nothing
    code, told = said(allowlist("show", "github.com/acme"))
    first, second = told.splitlines()
    assert (code, first) == (1, "github.com/acme: nothing holds any more")
    assert re.fullmatch(r"it was denied by joan at 20\S+; removed by ada at 20\S+", second)
    (row,) = json.loads(allowlist("list", "--status", "removed", "--json").stdout)
    assert (row["key"], row["status"], row["changed_by"]) == ("github.com/acme", "removed", "ada")
    assert row["note"] == second.removeprefix("it was ")


@pytest.mark.parametrize(
    ("verb", "key"),
    [
        ("show", ""),
        ("approve", "github.com//x"),
        ("deny", "github.com/../x"),
        ("remove", "a b"),
        ("show", "github.com/x?y"),
    ],
)
def test_a_key_that_is_none(refusal, sqlite_database_url, verb, key):
    environment = {"PACKIT_WORKER_DATABASE": sqlite_database_url}
    line = refusal("allowlist", verb, key, environment=environment)
    assert line == f"Error: {key!r} is no host/namespace or host/namespace/repository"


def test_an_unknown_status(allowlist):
    assert allowlist("list", "--status", "approved").returncode == 2


def test_json_of_what_was_done(allowlist):
    row = json.loads(allowlist("approve", "github.com/Acme", "--by", "joan", "--json").stdout)
    assert (row["key"], row["status"], row["changed_by"]) == (
        "github.com/acme",
        "approved_manually",
        "joan",
    )
    removed = allowlist("remove", "github.com/acme", "--json")
    assert json.loads(removed.stdout) == {"key": "github.com/acme", "removed": True}


def test_where_an_account_that_waits_is_talked_about(allowlist, database_url):
    database = Database(database_url)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with database.write() as session:
        installed = installations.Installed(
            id=901,
            account_key="github.com/acme",
            account_login="Acme",
            account_type="Organization",
            account_id=12,
            account_url="https://api.github.com/users/Acme",
            installed_at=now,
        )
        installations.begin(session, installed, [], installer_login="ada", installer_id=17)
        installations.note_issue(session, 901, "github.com/p/notes", 7, "https://x.example/7")
        store.enter_account(session, "github.com/acme", 12, by="packit-worker", now=now)
        session.add(beginning(now))
    found = json.loads(allowlist("show", "github.com/acme/anvil", "--json").stdout)
    assert found["status"] == "waiting"
    assert found["installation"] == {
        "id": 901,
        "account": "Acme",
        "installer": "ada",
        "state": "active",
        "issue": "https://x.example/7",
    }
    assert allowlist("show", "github.com/acme/anvil").stdout.splitlines()[1:] == [
        "decided by packit-worker at 2026-03-01T00:00:00+00:00",
        "installation 901 by ada, active",
        "talked about in https://x.example/7",
    ]
    done = allowlist("approve", "https://github.com/ACME", "--by", "joan")
    assert (done.returncode, done.stdout) == (
        0,
        "https://github.com/ACME: approved_manually by joan\n",
    )
    assert done.stderr == "The next sweep tells so in https://x.example/7, and closes it\n"
    with database.read() as session:
        event = session.get(Event, "e-1")
        assert (event.outcome, event.ended_at) == (None, None)
        assert event.next_attempt_at > now
    database.close()
    # Nobody is told of a refusal.
    assert allowlist("deny", "github.com/acme").stderr == ""


def beginning(now):
    """The event of that installation, which has ended."""
    about = {"action": "created", "installation_id": 901, "account_login": "Acme"}
    return Event(
        id="e-1",
        task="task.process_installation_event",
        kwargs=about,
        generation=1,
        fence=1,
        attempts=1,
        received_at=now,
        ended_at=now,
        outcome="done",
    )


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("orchard-lab", "github.com/orchard-lab"),
        ("@wendy", "github.com/wendy"),
        ("githb.com/x", "github.com/x"),
        ("acme/anvil", "github.com/acme/anvil"),
    ],
)
@pytest.mark.parametrize("verb", ["deny", "approve"])
def test_a_key_without_a_host_of_the_settings_is_refused(
    refusal, sqlite_database_url, verb, key, meant
):
    environment = {"PACKIT_WORKER_DATABASE": sqlite_database_url}
    line = refusal("allowlist", verb, key, environment=environment)
    assert f'did you mean "{meant}"?' in line


def test_a_host_that_no_settings_name_yet(allowlist):
    assert allowlist("deny", "orchard-lab").returncode == 2
    assert allowlist("list", "--json").stdout == "[]\n"
    assert allowlist("deny", "--any-host", "orchard-lab").returncode == 0

"""`packit-worker events`, on both databases."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from packit_worker.store import claims, lease, outcomes
from packit_worker.store.database import Database

HELLO = "github.com/world/hello"


@pytest.fixture
def ledger(database_url, run):
    """Run `packit-worker events …` on a ledger with an event of each kind.

    An event that ended, one that waits, one in hand, an old one; and two messages that led to none.
    """
    now = datetime.now(UTC)  # a lease lasts a minute
    database = Database(database_url)

    def claim(name, repository, at, task="task.process_release_event"):
        delivery = claims.Delivery(
            event_id=name, task=task, kwargs={"tag_name": "1.0"}, repository=repository
        )
        with database.write() as session:
            return claims.claim(session, delivery, owner="tester", now=at).lease

    def end(held, outcome, decision, at):
        with database.write() as session:
            lease.end(session, held, outcome=outcome, decision=decision, now=at)

    old = now - timedelta(days=3)
    end(claim("old", "github.com/world/other", old), "done", {"steps": []}, old)
    end(
        claim("ended", HELLO, now - timedelta(minutes=9)), "denied", {"steps": [{"code": "x"}]}, now
    )
    waiting = claim("waiting", HELLO, now - timedelta(minutes=5))
    step = {"name": "forge", "verdict": "wait", "code": "http-503", "facts": ["it is down"]}
    with database.write() as session:
        decision = {"steps": [step]}
        lease.release(session, waiting, next_attempt_at=now + timedelta(hours=1), decision=decision)
    claim("in-hand", None, now, task="task.process_copr_build_event")
    with database.write() as session:
        for name, outcome, code in (
            ("none-1", "malformed", "malformed"),
            ("none-2", "skipped", "own-bot"),
        ):
            kept = outcomes.Outcome(
                id=name, outcome=outcome, code=code, detail="$.x: [red]y[/]\x1b[1m", source="github"
            )
            outcomes.record(session, kept, now=now)
    database.close()
    environment = {"PACKIT_WORKER_DATABASE": database_url}
    return lambda *arguments: run("events", *arguments, environment=environment)


def listed(done):
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    return [each["id"] for each in found["events"]], [each["id"] for each in found["stage1"]]


def test_list(ledger):
    assert listed(ledger("list", "--json")) == (
        ["in-hand", "waiting", "ended", "old"],
        ["none-2", "none-1"],
    )
    only = [
        (["--repository", HELLO], (["waiting", "ended"], [])),
        (["--outcome", "denied"], (["ended"], [])),
        (["--outcome", "open"], (["in-hand", "waiting"], [])),
        (["--outcome", "malformed"], ([], ["none-1"])),
        (["--hours", "1"], (["in-hand", "waiting", "ended"], ["none-2", "none-1"])),
        (["--hours", "0"], ([], [])),
        (["--hours", "100", "--outcome", "done"], (["old"], [])),
        (["--limit", "1"], (["in-hand"], ["none-2"])),
    ]
    for options, expected in only:
        assert listed(ledger("list", "--json", *options)) == expected, options


def test_the_tables(ledger):
    done = ledger("list")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    rows = [row for row in rows if row]
    assert [row[0] for row in rows] == ["in-hand", "waiting", "ended", "old", "none-2", "none-1"]
    assert rows[2][1:4] == ["task.process_release_event", HELLO, "denied"]
    # What others wrote is text.
    assert rows[5][1:5] == ["malformed", "malformed", "$.x: [red]y[/]\ufffd[1m", "github"]


def test_show(ledger):
    done = ledger("show", "ended")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["job_runs"] == []
    assert shown["event"]["outcome"] == "denied"
    assert shown["event"]["kwargs"] == {"tag_name": "1.0"}
    assert shown["event"]["decision"] == {"steps": [{"code": "x"}]}


def test_show_what_led_to_no_event(ledger):
    shown = json.loads(ledger("show", "none-1").stdout)
    assert list(shown) == ["stage1"]
    assert (shown["stage1"]["code"], shown["stage1"]["source"]) == ("malformed", "github")


@pytest.mark.parametrize("verb", ["show", "requeue"])
def test_an_unknown_id(ledger, verb):
    done = ledger(verb, "e-x")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Error: no event e-x\n")


def test_requeue(ledger):
    started = datetime.now(UTC)

    def state(name):
        return json.loads(ledger("show", name).stdout)["event"]

    for name, options, code, said in (
        ("ended", [], 1, "ended: it ended; --force makes it a new run\n"),
        ("waiting", [], 0, "waiting: the next sweep sends it\n"),
        ("ended", ["--force"], 0, "ended: the next sweep sends it\n"),
    ):
        before = state(name)
        done = ledger("requeue", name, *options)
        assert (done.returncode, done.stdout, done.stderr) == (code, said, "")
        assert (state(name) == before) is (code == 1)
    assert state("ended")["outcome"] is None
    due = datetime.fromisoformat(state("ended")["next_attempt_at"])
    assert started < due < datetime.now(UTC)


def test_requeue_what_led_to_no_event(ledger):
    """It stands in the list, so "no event" alone would be a riddle."""
    done = ledger("requeue", "none-2", "--force")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "none-2: it led to no event (skipped: own-bot), and its payload is not kept:"
        " `packit-worker replay` sends a saved one\n"
    )


def test_a_repository_of_which_nothing_is_known(ledger):
    for repository, note in (
        ("github.com/nobody/none", "Note: the ledger knows nothing of github.com/nobody/none\n"),
        (HELLO, ""),  # it is known, and nothing of it is that young
    ):
        done = ledger("list", "--json", "--hours", "0", "--repository", repository)
        assert (done.returncode, done.stderr) == (0, note)
        assert json.loads(done.stdout) == {"events": [], "stage1": []}


_HOURS = "is not in the range 0<=x<=87600."
_LIMIT = "is not in the range 1<=x<=100000."


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--hours", "nan", f"nan {_HOURS}"),
        ("--hours", "inf", f"inf {_HOURS}"),
        ("--hours", "1e8", f"100000000.0 {_HOURS}"),
        ("--hours", "-1", f"-1.0 {_HOURS}"),
        ("--hours", "x", "'x' is not a valid float range."),
        ("--limit", "0", f"0 {_LIMIT}"),
        ("--limit", "-1", f"-1 {_LIMIT}"),
        ("--limit", "99999999999999999999", f"99999999999999999999 {_LIMIT}"),
        ("--outcome", "dnoe", '"dnoe" is none; did you mean "done"?'),
        ("--outcome", "Denied", '"Denied" is none; did you mean "denied"?'),
    ],
)
def test_what_cannot_be_listed(refusal, option, value, told):
    assert (
        refusal("events", "list", option, value) == f"Error: Invalid value for '{option}': {told}"
    )


def test_wrong_usage(run):
    assert run("events", "show").returncode == 2


def test_the_list_tells_why(ledger):
    events = {each["id"]: each for each in json.loads(ledger("list", "--json").stdout)["events"]}
    assert (events["waiting"]["code"], events["waiting"]["detail"]) == ("http-503", "it is down")
    assert events["waiting"]["next_attempt_at"] > datetime.now(UTC).isoformat()
    assert (events["old"]["code"], events["old"]["next_attempt_at"]) == ("", None)


@pytest.fixture
def long_ids(ledger, database_url):
    """Two more events, whose ids begin alike."""
    database = Database(database_url)
    for name in ("ab12cd34-5-one", "ab12cd34-5-two"):
        delivery = claims.Delivery(event_id=name, task="task.process_release_event", kwargs={})
        with database.write() as session:
            held = claims.claim(session, delivery, owner="tester", now=datetime.now(UTC)).lease
            lease.end(session, held, outcome="done", decision={}, now=datetime.now(UTC))
    database.close()
    return ledger


@pytest.mark.parametrize("typed", [" AB12CD34-5-ONE ", "ab12cd34-5-o", "AB12CD34-5-On"])
def test_an_id_may_be_its_beginning_in_either_case(long_ids, typed):
    assert json.loads(long_ids("show", typed).stdout)["event"]["id"] == "ab12cd34-5-one"
    done = long_ids("requeue", "--force", typed)
    assert done.stdout == "ab12cd34-5-one: the next sweep sends it\n"


def test_a_beginning_of_several_or_a_short_one_is_refused(long_ids):
    done = long_ids("show", "ab12cd34")
    assert done.returncode == 2
    assert "several begin so: ab12cd34-5-one, ab12cd34-5-two" in done.stderr
    assert long_ids("show", "ab12cd3").returncode == 1


def test_who_has_an_event_has_it_until(ledger):
    done = ledger("requeue", "in-hand", "--force")
    assert done.returncode == 1
    assert "in-hand: a worker has it until " in done.stdout

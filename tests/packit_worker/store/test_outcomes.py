"""Messages that led to nothing, and why."""

from packit_worker.store.outcomes import Outcome, list_outcomes, record


def keep(database, number, now, **values):
    needed = {"outcome": "skip", "code": "tag-push"}
    with database.write() as session:
        return record(session, Outcome(id=f"p-{number}", **{**needed, **values}), now=now)


def listed(database, **filters):
    with database.read() as session:
        return [row.id for row in list_outcomes(session, **filters)]


def test_an_outcome_is_kept_once_and_whole(database, at):
    whole = {
        "outcome": "malformed",
        "code": "malformed",
        "detail": "$.ref: missing",
        "source": "github",
        "event_type": "push",
        "delivery_id": "d-1",
        "correlation_id": "c-1",
        "repository": "github.com/fedora-lab/lantern",
        "sent_at": at(-2),
    }
    assert keep(database, 1, at(), **whole) is True
    assert keep(database, 1, at(9), code="other") is False
    with database.read() as session:
        (row,) = list_outcomes(session)
    assert {name: getattr(row, name) for name in whole} == whole
    assert row.recorded_at == at()


def test_outcomes_are_listed_the_newest_first(database, at):
    keep(database, 1, at(10), repository="a/b/c")
    keep(database, 2, at(20), outcome="unknown", code="no-route")
    keep(database, 3, at(30), repository="a/b/c")
    assert listed(database) == ["p-3", "p-2", "p-1"]
    assert listed(database, limit=1) == ["p-3"]
    assert listed(database, repository="a/b/c") == ["p-3", "p-1"]
    assert listed(database, outcome="unknown") == ["p-2"]
    assert listed(database, since=at(20)) == ["p-3", "p-2"]

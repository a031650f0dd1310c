"""Who may use the service."""

import pytest

from packit_worker.store.allowlist import (
    AllowStatus,
    Verdict,
    approve_waiting,
    canonical_key,
    decidable_key,
    decide,
    enter,
    enter_account,
    exact_key,
    follow_account,
    list_entries,
    look_up,
    remove,
)
from packit_worker.store.errors import BadKeyError

WAITING, DENIED = AllowStatus.WAITING, AllowStatus.DENIED
AUTO, MANUAL = AllowStatus.APPROVED_AUTOMATICALLY, AllowStatus.APPROVED_MANUALLY


def set_all(database, now, **statuses):
    with database.write() as session:
        for key, status in statuses.items():
            decide(session, key, status, by="ada", now=now)


def ask(database, key):
    with database.read() as session:
        return look_up(session, key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("github.com/fedora-lab", "github.com/fedora-lab"),
        ("https://GitHub.com/Fedora-Lab/Lantern.git", "github.com/fedora-lab/lantern"),
        ("HTTP://github.com/fedora-lab/", "github.com/fedora-lab"),
        ("gitlab.example.org:8443/a/b/c/d", "gitlab.example.org:8443/a/b/c/d"),
        ("github.com", "github.com"),
    ],
)
def test_a_key_has_one_form(text, key):
    assert canonical_key(text) == key
    assert canonical_key(key) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/fedora-lab",
        "github.com//lantern",
        "github.com/../evil",
        "github.com/./a",
        "github.com/a b",
        "github.com/a\x00",
        "github.com/a?b",
        "github.com/a%2fb",
        "github.com\\a",
        "github.com/\u212aernel",  # a Kelvin sign, which is a k in lower case
        "github.com/\u0430cme",  # a Cyrillic a
        "g\u0456thub.com/acme",
    ],
)
def test_what_is_no_key_is_refused(text):
    for read in (canonical_key, exact_key):
        with pytest.raises(BadKeyError, match="is no host/namespace"):
            read(text)


def test_only_what_people_type_is_shortened():
    assert canonical_key("https://github.com/a/lamp.GIT") == "github.com/a/lamp"
    assert exact_key("GitHub.com/a/lamp.git") == "github.com/a/lamp.git"
    for path in ("https://github.com/a/lamp", "github.com/a/"):
        with pytest.raises(BadKeyError):
            exact_key(path)


def test_the_refusal_shows_what_was_typed():
    with pytest.raises(BadKeyError, match=r"'HTTPS://a//b\.git'"):
        canonical_key("HTTPS://a//b.git")


@pytest.mark.parametrize(
    ("entries", "asked", "verdict"),
    [
        ({}, "h/a/r", Verdict(None, None)),
        ({"h/a": AUTO}, "h/a", Verdict(AUTO, "h/a")),
        ({"h/a": AUTO}, "h/a/r", Verdict(AUTO, "h/a")),
        ({"h/a": AUTO}, "H/A/R", Verdict(AUTO, "h/a")),
        ({"h/a": AUTO}, "h/ab", Verdict(None, None)),
        ({"h/a": AUTO}, "h", Verdict(None, None)),
        ({"h/a": AUTO}, "other/a", Verdict(None, None)),
        ({"h/a/r": AUTO}, "h/a", Verdict(None, None)),
        ({"h/a/r": AUTO}, "h/a/s", Verdict(None, None)),
        ({"h/a": MANUAL, "h/a/r": DENIED}, "h/a/r", Verdict(DENIED, "h/a/r")),
        ({"h/a": MANUAL, "h/a/r": DENIED}, "h/a/s", Verdict(MANUAL, "h/a")),
        ({"h/a": DENIED, "h/a/r": MANUAL}, "h/a/r", Verdict(DENIED, "h/a")),
        ({"h": DENIED, "h/a": MANUAL}, "h/a/r", Verdict(DENIED, "h")),
        ({"h/a": AUTO, "h/a/r": WAITING}, "h/a/r", Verdict(AUTO, "h/a")),
        ({"h/a": WAITING, "h/a/r": MANUAL}, "h/a/r", Verdict(MANUAL, "h/a/r")),
        ({"h/a": WAITING}, "h/a/r", Verdict(WAITING, "h/a")),
    ],
)
def test_denied_beats_approved_beats_waiting(database, at, entries, asked, verdict):
    set_all(database, at(), **entries)
    assert ask(database, asked) == verdict


@pytest.mark.parametrize(
    ("status", "is_approved", "is_denied"),
    [
        (None, False, False),
        (WAITING, False, False),
        (AUTO, True, False),
        (MANUAL, True, False),
        (DENIED, False, True),
    ],
)
def test_what_a_verdict_means(status, is_approved, is_denied):
    verdict = Verdict(status, None)
    assert (verdict.is_approved, verdict.is_denied) == (is_approved, is_denied)


def test_a_person_overrules_and_is_named(database, at):
    set_all(database, at(), **{"h/a": AUTO})
    with database.write() as session:
        decide(session, "H/A", DENIED, by="grace", now=at(9))
    with database.read() as session:
        (row,) = list_entries(session)
    assert (row.key, row.status, row.changed_by, row.changed_at) == ("h/a", DENIED, "grace", at(9))


def test_the_service_overrules_nobody(database, at):
    with database.write() as session:
        assert enter(session, "h/a", WAITING, by="packit-worker", now=at()) is True
        decide(session, "h/a", DENIED, by="ada", now=at(1))
        assert enter(session, "h/a", AUTO, by="packit-worker", now=at(2)) is False
    assert ask(database, "h/a") == Verdict(DENIED, "h/a")


def test_entries_are_listed_and_forgotten(database, at):
    set_all(database, at(), **{"h/b": WAITING, "h/a": WAITING, "h/c": MANUAL})
    with database.read() as session:
        assert [row.key for row in list_entries(session)] == ["h/a", "h/b", "h/c"]
        assert [row.key for row in list_entries(session, status=WAITING)] == ["h/a", "h/b"]
    with database.write() as session:
        assert remove(session, "H/a", by="joan", now=at(1)) is True
        assert remove(session, "h/a", by="joan", now=at(2)) is False
        assert remove(session, "h/z", by="joan", now=at(2)) is False
    assert ask(database, "h/a") == Verdict(None, None)
    with database.read() as session:
        (row,) = list_entries(session, status=AllowStatus.REMOVED)
        assert (row.key, row.changed_by, row.changed_at) == ("h/a", "joan", at(1))


def test_what_was_removed_is_as_if_it_had_never_been_decided(database, at):
    set_all(database, at(), **{"h/a": DENIED, "h/b": DENIED, "h/c": DENIED, "h": MANUAL})
    with database.write() as session:
        for key in ("h/a", "h/b", "h/c"):
            remove(session, key, by="joan", now=at(1))
    assert ask(database, "h/a") == Verdict(MANUAL, "h")
    with database.write() as session:
        assert enter(session, "h/a", WAITING, by="packit-worker", now=at(2)) is True
        assert enter_account(session, "h/b", 7, by="packit-worker", now=at(2)) == WAITING
        decide(session, "h/x", AUTO, by="packit-worker", now=at(2))
        enter_account(session, "h/x", 8, by="packit-worker", now=at(2))
        follow_account(session, "h/c", 8, by="packit-worker", now=at(3))
    with database.read() as session:
        rows = {row.key: row for row in list_entries(session)}
    assert (rows["h/a"].status, rows["h/b"].status, rows["h/c"].status) == (WAITING, WAITING, AUTO)
    assert (rows["h/b"].account_id, rows["h/c"].account_id) == (7, 8)
    # Why it waits, though it was denied, is still to be read.
    for key in ("h/a", "h/b"):
        assert rows[key].note.startswith("denied by ")
        assert "; removed by joan at 20" in rows[key].note


# An account, whose name may be somebody else's later.


def entered(database, account_id, now):
    with database.write() as session:
        return enter_account(session, "h/a", account_id, by="packit-worker", now=now)


def entry(database):
    with database.read() as session:
        (row,) = list_entries(session)
    return row


def test_a_new_account_waits(database, at):
    assert entered(database, 7, at()) == WAITING
    row = entry(database)
    assert (row.key, row.account_id, row.note) == ("h/a", 7, None)


@pytest.mark.parametrize("status", [AUTO, MANUAL, DENIED, WAITING])
def test_what_was_decided_before_it_came_is_about_it(database, at, status):
    set_all(database, at(), **{"h/a": status})
    assert entered(database, 7, at(1)) == status
    assert (entry(database).account_id, entry(database).changed_by) == (7, "ada")


@pytest.mark.parametrize(
    ("status", "after"), [(AUTO, WAITING), (MANUAL, WAITING), (DENIED, DENIED), (WAITING, WAITING)]
)
def test_an_approval_does_not_pass_to_another_account_of_the_name(database, at, status, after):
    entered(database, 7, at())
    set_all(database, at(1), **{"h/a": status})
    assert entered(database, 7, at(2)) == status
    assert entered(database, 8, at(3)) == after
    assert entry(database).account_id == 8
    if status in (AUTO, MANUAL):
        assert entry(database).note == "account 7 was approved, account 8 has the name"
        assert (entry(database).changed_by, entry(database).changed_at) == ("packit-worker", at(3))


def test_only_what_waits_is_approved(database, at):
    with database.write() as session:
        assert approve_waiting(session, "h/a", "why", by="p", now=at()) is False
    entered(database, 7, at())
    with database.write() as session:
        assert approve_waiting(session, "h/a", "why", by="p", now=at(1)) is True
        assert approve_waiting(session, "h/a", "again", by="p", now=at(2)) is False
    row = entry(database)
    assert (row.status, row.note, row.changed_at) == (AUTO, "why", at(1))
    set_all(database, at(3), **{"h/a": DENIED})
    assert entry(database).note is None
    with database.write() as session:
        assert approve_waiting(session, "h/a", "why", by="p", now=at(4)) is False
    assert entry(database).status == DENIED


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("github.com/a/b/c", "github.com has accounts and repositories, and nothing below"),
        ("https://github.com/a/b/tree/main", "github.com has accounts and repositories"),
        ("github.com/a/x.git/evil", "nothing below"),
        ("src.example.org/x.git/evil", r"nothing lies below a repository \(\.git\)"),
    ],
)
def test_what_no_event_can_be_of_is_not_decided(key, said):
    with pytest.raises(BadKeyError, match=said):
        decidable_key(key)


@pytest.mark.parametrize(
    "key", ["github.com", "github.com/a/b", "src.example.org/fork/ada/rpms/lamp"]
)
def test_what_an_event_can_be_of_is_decided(key):
    assert decidable_key(f"https://{key}.git") == key

"""Projects and triggers are there once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from packit_worker.store.database import Database
from packit_worker.store.models import Project
from packit_worker.store.projects import (
    Repository,
    TriggerKind,
    get_project,
    get_trigger,
    see_visibility,
)

LANTERN = Repository("gitlab.example.org", "fedora/lab", "lantern")


def project(database, repository=LANTERN):
    with database.write() as session:
        return get_project(session, repository)


def test_a_project_is_made_once(database):
    first = project(database)
    assert (first.host, first.namespace, first.name) == (
        "gitlab.example.org",
        "fedora/lab",
        "lantern",
    )
    assert (first.is_private, first.visibility_seen_at) == (None, None)
    assert project(database).id == first.id
    others = [
        Repository("other.example.org", "fedora/lab", "lantern"),
        Repository("gitlab.example.org", "fedora", "lab/lantern"),
        Repository("gitlab.example.org", "", "lantern"),
    ]
    assert len({project(database, other).id for other in others} | {first.id}) == 4


@pytest.mark.parametrize(
    ("repository", "text"),
    [
        (LANTERN, "gitlab.example.org/fedora/lab/lantern"),
        (Repository("pagure.example.org", "", "lantern"), "pagure.example.org/lantern"),
    ],
)
def test_a_repository_has_one_written_form(repository, text):
    assert str(repository) == text


def test_what_was_seen_last_holds(database, at):
    first = project(database)
    for seen, is_private in [(10, True), (30, False), (20, True)]:
        with database.write() as session:
            see_visibility(session, first.id, is_private=is_private, seen_at=at(seen))
    row = project(database)
    assert (row.is_private, row.visibility_seen_at) == (False, at(30))


def test_a_trigger_is_made_once(database):
    first = project(database)
    asked = [
        (TriggerKind.PULL_REQUEST, "7"),
        (TriggerKind.ISSUE, "7"),
        (TriggerKind.BRANCH, "main"),
        (TriggerKind.RELEASE, "main"),
        (TriggerKind.PULL_REQUEST, "7"),
    ]
    with database.write() as session:
        made = [get_trigger(session, first.id, kind, ref) for kind, ref in asked]
    assert [(row.kind, row.ref) for row in made[:4]] == [
        ("pull-request", "7"),
        ("issue", "7"),
        ("branch", "main"),
        ("release", "main"),
    ]
    assert len({row.id for row in made}) == 4
    assert made[4].id == made[0].id


def test_six_that_ask_at_a_time_get_the_same_project(database_url, database):
    barrier = threading.Barrier(6)

    def ask(_number):
        mine = Database(database_url)
        barrier.wait()
        found = project(mine).id
        mine.close()
        return found

    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(ask, range(6)))
    with database.read() as session:
        assert [row.id for row in session.query(Project)] == list(ids)

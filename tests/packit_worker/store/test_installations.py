"""Installations of the GitHub App, whose messages come in any order."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from packit_worker.store.database import Database
from packit_worker.store.installations import (
    Installed,
    add_repositories,
    begin,
    gives_access,
    hear_of,
    in_issue,
    newest_of,
    note_issue,
    remove_repositories,
    repositories_of,
    suspend,
    uninstall,
)
from packit_worker.store.models import Installation, InstallationRepository
from packit_worker.store.schema import upgrade

LANTERN, LAMP, TORCH = "fedora-lab/lantern", "fedora-lab/lamp", "fedora-lab/torch"
KEY = "github.com/fedora-lab"


@pytest.fixture
def told(at):
    """What every message about installation 901 tells."""
    return Installed(
        id=901,
        account_key=KEY,
        account_login="Fedora-Lab",
        account_type="Organization",
        account_id=4_000_000_000,
        account_url="https://api.github.com/users/Fedora-Lab",
        installed_at=at(),
    )


@pytest.fixture
def installed(database, told):
    """Installation 901, for LANTERN and LAMP."""
    with database.write() as session:
        begin_it(session, told, [LANTERN, LAMP, LAMP])
    return told


def begin_it(session, told, repositories):
    begin(session, told, repositories, installer_login="ada", installer_id=17)


def repositories(database):
    with database.read() as session:
        return repositories_of(session, 901)


def alive(database, key=KEY, full_name=LAMP):
    with database.read() as session:
        return gives_access(session, key, full_name)


@pytest.mark.usefixtures("installed")
def test_an_installation_is_kept_whole(database, at):
    with database.read() as session:
        row = session.get_one(Installation, 901)
    assert (row.account_login, row.account_type) == ("Fedora-Lab", "Organization")
    assert (row.account_id, row.installer_login, row.installer_id) == (4_000_000_000, "ada", 17)
    assert row.account_url == "https://api.github.com/users/Fedora-Lab"
    assert (row.installed_at, row.suspended_at, row.deleted_at) == (at(), None, None)
    assert repositories(database) == [LAMP, LANTERN]
    assert alive(database) is True


def test_an_account_that_was_never_heard_of_is_neither_alive_nor_ended(database):
    assert alive(database) is None


@pytest.mark.usefixtures("installed")
def test_repositories_come_and_go(database, at):
    with database.write() as session:
        add_repositories(session, 901, [LAMP, TORCH])
        remove_repositories(session, 901, [LANTERN, "fedora-lab/unheard-of"], now=at(1))
        add_repositories(session, 901, [])
    assert repositories(database) == [LAMP, TORCH]
    with database.write() as session:
        add_repositories(session, 901, [LANTERN])
    assert repositories(database) == [LAMP, LANTERN, TORCH]


@pytest.mark.usefixtures("installed")
def test_a_repository_that_was_removed_is_out_of_reach_and_others_are_not(database, at):
    with database.write() as session:
        remove_repositories(session, 901, [LAMP], now=at(1))
    assert [alive(database, full_name=name) for name in (LAMP, LANTERN, TORCH)] == [
        False,
        True,
        True,
    ]
    with database.write() as session:
        add_repositories(session, 901, [LAMP])
    assert alive(database) is True


def test_changes_may_come_before_the_beginning(database, told, at):
    with database.write() as session:
        hear_of(session, told)
        add_repositories(session, 901, [TORCH])
        remove_repositories(session, 901, [LAMP], now=at(1))
    with database.read() as session:
        assert session.get_one(Installation, 901).installer_login is None
    with database.write() as session:
        begin_it(session, told, [LANTERN, LAMP])
    assert repositories(database) == [LANTERN, TORCH]
    with database.read() as session:
        assert session.get_one(Installation, 901).installer_login == "ada"


@pytest.mark.usefixtures("installed")
def test_a_suspended_installation_is_not_alive(database, at):
    with database.write() as session:
        suspend(session, 901, since=at(5))
    assert alive(database) is False
    with database.write() as session:
        suspend(session, 901, since=None)
    assert alive(database) is True


def test_what_ended_stays_ended_and_the_next_one_has_another_number(database, installed, at):
    with database.write() as session:
        uninstall(session, 901, now=at(5))
        uninstall(session, 901, now=at(9))
        begin_it(session, installed, [LANTERN])
        suspend(session, 901, since=None)
    assert alive(database) is False
    with database.write() as session:
        assert session.get_one(Installation, 901).deleted_at == at(5)
        begin_it(session, replace(installed, id=902), [LANTERN])
    assert alive(database) is True
    with database.read() as session:
        assert newest_of(session, KEY).id == 902


def test_the_end_may_come_before_the_beginning(database, told, at):
    with database.write() as session:
        hear_of(session, told)
        uninstall(session, 901, now=at(5))
        begin_it(session, told, [LANTERN])
    assert alive(database) is False


def test_a_renamed_account_is_found_by_its_new_name_only(database, installed):
    renamed = replace(installed, account_key="github.com/lab", account_login="lab")
    with database.write() as session:
        hear_of(session, renamed)
    assert (alive(database), alive(database, "github.com/lab")) == (None, True)


@pytest.mark.usefixtures("installed")
def test_the_issue_of_an_installation_is_found(database):
    with database.write() as session:
        note_issue(session, 901, "github.com/Packit/notes", 7, "https://x.example/Packit/7")
    with database.read() as session:
        assert in_issue(session, "github.com/packit/notes", 7).id == 901
        assert in_issue(session, "github.com/Packit/Notes", 7).id == 901
        assert in_issue(session, "github.com/packit/notes", 7).issue_url.endswith("/Packit/7")
        assert in_issue(session, "github.com/packit/notes", 8) is None
        assert in_issue(session, "github.com/evil/notes", 7) is None


NAMES = st.sampled_from(["a/1", "a/2", "a/3"])
CHANGES = st.lists(
    st.tuples(st.sampled_from(["added", "removed"]), st.lists(NAMES, max_size=3)), max_size=8
)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('deltas')}/deltas.db")
    upgrade(database)
    yield database
    database.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.lists(NAMES, max_size=3), changes=CHANGES, number=st.integers(0, 8))
def test_it_does_not_matter_when_the_beginning_is_heard_of(
    one_database, told, at, first, changes, number
):
    """The same changes around a beginning that comes at any time end in the same repositories."""
    expected = set(first)
    for action, names in changes:
        expected = expected | set(names) if action == "added" else expected - set(names)
    with one_database.write() as session:
        session.execute(delete(InstallationRepository))
        session.execute(delete(Installation))
        hear_of(session, told)
        for index, (action, names) in enumerate(changes):
            if index == number:
                begin_it(session, told, first)
            if action == "added":
                add_repositories(session, 901, names)
            else:
                remove_repositories(session, 901, names, now=at())
        if number >= len(changes):
            begin_it(session, told, first)
        assert set(repositories_of(session, 901)) == expected

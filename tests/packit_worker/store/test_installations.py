"""Installations of the GitHub App."""

import pytest

from packit_worker.store.installations import (
    Installed,
    add_repositories,
    covering,
    install,
    is_known,
    remove_repositories,
    suspend,
    uninstall,
)
from packit_worker.store.models import Installation

LANTERN, LAMP, TORCH = "fedora-lab/lantern", "fedora-lab/lamp", "fedora-lab/torch"


@pytest.fixture
def installed(database, at):
    """Installation 901, for LANTERN and LAMP."""
    installed = Installed(
        id=901,
        account_login="fedora-lab",
        account_type="Organization",
        account_id=4_000_000_000,
        account_url="https://api.github.com/users/fedora-lab",
        sender_login="ada",
        sender_id=17,
        installed_at=at(),
    )
    with database.write() as session:
        install(session, installed, [LANTERN, LAMP, LAMP])
    return installed


def covered(database):
    with database.read() as session:
        return [name for name in (LANTERN, LAMP, TORCH) if covering(session, name)]


@pytest.mark.usefixtures("installed")
def test_an_installation_is_kept_whole(database, at):
    with database.read() as session:
        row = session.get_one(Installation, 901)
        assert is_known(session, 901)
        assert not is_known(session, 902)
    assert (row.account_login, row.account_type) == ("fedora-lab", "Organization")
    assert (row.account_id, row.sender_login, row.sender_id) == (4_000_000_000, "ada", 17)
    assert row.account_url == "https://api.github.com/users/fedora-lab"
    assert (row.installed_at, row.suspended_at, row.deleted_at) == (at(), None, None)
    assert covered(database) == [LANTERN, LAMP]


@pytest.mark.usefixtures("installed")
def test_repositories_come_and_go(database):
    with database.write() as session:
        add_repositories(session, 901, [LAMP, TORCH])
        remove_repositories(session, 901, [LANTERN, "fedora-lab/unheard-of"])
    assert covered(database) == [LAMP, TORCH]


@pytest.mark.usefixtures("installed")
def test_a_suspended_installation_covers_nothing(database, at):
    with database.write() as session:
        suspend(session, 901, since=at(5))
    assert covered(database) == []
    with database.write() as session:
        suspend(session, 901, since=None)
    assert covered(database) == [LANTERN, LAMP]


def test_a_deleted_installation_can_come_back(database, installed, at):
    with database.write() as session:
        uninstall(session, 901, now=at(5))
    assert covered(database) == []
    with database.read() as session:
        assert session.get_one(Installation, 901).deleted_at == at(5)
    with database.write() as session:
        install(session, installed, [TORCH])
    assert covered(database) == [TORCH]
    with database.read() as session:
        assert session.get_one(Installation, 901).deleted_at is None

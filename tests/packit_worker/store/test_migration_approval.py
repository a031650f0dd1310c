"""What was stored of installations is there after an upgrade."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from packit_worker.store.database import Database
from packit_worker.store.installations import gives_access, in_issue, repositories_of
from packit_worker.store.models import Installation
from packit_worker.store.schema import upgrade

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD = """
INSERT INTO installations (id, account_login, account_type, account_id, account_url, sender_login,
                           sender_id, installed_at, deleted_at)
VALUES (901, 'Fedora-Lab', 'Organization', 7, 'https://api.github.com/users/Fedora-Lab', 'ada', 17,
        '2026-03-01 12:00:00+00:00', NULL),
       (902, 'gone', 'User', 8, 'https://api.github.com/users/gone', 'gone', 8,
        '2026-03-01 12:00:00+00:00', '2026-03-01 13:00:00+00:00')
"""
NOTED = """
INSERT INTO installations (id, account_login, account_type, account_id, account_url, account_key,
                           installed_at, issue_repository, issue_number, issue_url)
VALUES (901, 'acme', 'User', 8, 'https://api.github.com/users/acme', 'github.com/acme',
        '2026-03-01 12:00:00+00:00', 'github.com/Packit/notes', 7,
        'https://github.com/Packit/notes/issues/7')
"""
REPOSITORY = "INSERT INTO installation_repositories VALUES (901, 'Fedora-Lab/lamp')"
ENTRY = """
INSERT INTO allowlist (key, status, changed_by, changed_at)
VALUES ('github.com/fedora-lab', 'approved_manually', 'joan', '2026-03-01 12:00:00+00:00')
"""


@pytest.fixture
def database(empty_database_url):
    database = Database(empty_database_url)
    yield database
    database.close()


def test_an_issue_that_was_noted_is_found_whatever_its_case(database):
    upgrade(database, "0007")
    with database.write() as session:
        session.execute(text(NOTED))
    upgrade(database)
    with database.read() as session:
        row = in_issue(session, "github.com/packit/Notes", 7)
        assert (row.id, row.issue_url) == (901, "https://github.com/Packit/notes/issues/7")


def test_installations_are_taken_over(database):
    upgrade(database, "0003")
    with database.write() as session:
        for statement in (OLD, REPOSITORY, ENTRY):
            session.execute(text(statement))
    upgrade(database)
    with database.read() as session:
        row = session.get_one(Installation, 901)
        assert (row.account_key, row.installer_login, row.installer_id) == (
            "github.com/fedora-lab",
            "ada",
            17,
        )
        assert (row.installed_at, row.issue_number) == (NOON, None)
        assert repositories_of(session, 901) == ["Fedora-Lab/lamp"]
        assert gives_access(session, "github.com/fedora-lab", "Fedora-Lab/lamp") is True
        assert gives_access(session, "github.com/gone", "gone/x") is False
        status = "SELECT status, account_id, note FROM allowlist"
        assert session.execute(text(status)).one() == ("approved_manually", None, None)

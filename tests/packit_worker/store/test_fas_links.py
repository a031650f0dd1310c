"""Which Fedora account proved who somebody is: one person each, also where two come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import text

from packit_worker.store import fas_links

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_one_fedora_account_speaks_for_one_person(database):
    with database.write() as session:
        assert fas_links.link(session, "github.com", 17, "ada-codes", "ada", now=NOW)
        assert fas_links.link(session, "github.com", 17, "ada-renamed", "ada", now=NOW)
        assert not fas_links.link(session, "github.com", 18, "friend", "ada", now=NOW)
        assert fas_links.link(session, "git.example.org", 18, "friend", "ada", now=NOW)
        # Of two forges, and what is refused breaks nothing.
        assert fas_links.linked_to(session, "github.com", 17).login == "ada-renamed"
        assert fas_links.linked_to(session, "github.com", 18) is None


def test_who_is_linked_while_another_looks_is_seen(database_url, database):
    """The second one looked before the first one was there, and writes after it."""
    with ThreadPoolExecutor(1) as pool:
        if not database_url.startswith("postgresql"):
            return  # SQLite has one writer at a time
        with database.write() as session:
            assert fas_links.link(session, "github.com", 17, "ada", "ada", now=NOW)
            session.flush()
            second = pool.submit(_link, database)
            while not _waits(database):
                assert not second.done()
        assert second.result(20) is False


def _link(database):
    with database.write() as session:
        return fas_links.link(session, "github.com", 18, "friend", "ada", now=NOW)


def _waits(database):
    with database.read() as session:
        return session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))

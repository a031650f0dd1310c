"""Statuses that are shown without a row."""

from packit_worker.store import told

HELLO = "github.com/octo/hello"


def test_the_last_word_on_a_context_counts(database, at):
    with database.write() as session:
        told.note(session, HELLO, "0c", "permission", "error", "No.", now=at())
        told.note(session, HELLO, "0c", "config", "error", "Broken.", now=at())
        told.note(session, HELLO, "0c", "permission", "success", "Allowed.", now=at(9))
        told.note(session, HELLO, "1d", "permission", "error", "No.", now=at())
    with database.read() as session:
        assert told.shown(session, HELLO, "0c") == {
            "permission": ("success", "Allowed."),
            "config": ("error", "Broken."),
        }
        assert told.shown(session, "github.com/octo/other", "0c") == {}


def test_a_row_takes_over_one_status(database, at):
    with database.write() as session:
        for context in ("rpm-build", "permission"):
            told.note(session, HELLO, "0c", context, "error", "No.", now=at())
        told.take_over(session, HELLO, "0c", "rpm-build")
    with database.read() as session:
        assert list(told.shown(session, HELLO, "0c")) == ["permission"]

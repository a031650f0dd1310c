"""No path passes that only looks like one that was approved, and none escapes that was denied."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from packit_worker.store.allowlist import AllowStatus, decide, look_up
from packit_worker.store.database import Database
from packit_worker.store.errors import BadKeyError
from packit_worker.store.models import AllowlistEntry
from packit_worker.store.schema import upgrade

NOON = datetime(2026, 3, 1, tzinfo=UTC)
HOST, NAMESPACE, REPOSITORY = "github.com", "acme", "lamp"
APPROVED = f"{HOST}/{NAMESPACE}/{REPOSITORY}"
NAMES = st.text("abcLMP-._0", min_size=1, max_size=6).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('keys')}/keys.db")
    upgrade(database)
    yield database
    database.close()


def verdict_of(database, path, **statuses):
    """Say what holds for `path` if nothing was decided but `statuses`; None: it is no path."""
    with database.write() as session:
        session.execute(delete(AllowlistEntry))
        for key, status in statuses.items():
            decide(session, key, AllowStatus(status), by="ada", now=NOON)
        try:
            return look_up(session, path)
        except BadKeyError:
            return None


def passes(database, path, **statuses):
    found = verdict_of(database, path, **statuses)
    return found is not None and found.is_approved


LOOK_ALIKES = [
    f"{APPROVED}.git",
    f"{APPROVED}.git/evil",
    f"{APPROVED}/../evil",
    f"{APPROVED}2",
    f"{APPROVED}-evil",
    f"{HOST}/{NAMESPACE}",
    f"{HOST}/{NAMESPACE}/lam",
    f"{HOST}/{NAMESPACE}.git/{REPOSITORY}",
    f"{HOST}/{NAMESPACE}-evil/{REPOSITORY}",
    f"{HOST}/evil/{NAMESPACE}/{REPOSITORY}",
    f"{HOST}//{NAMESPACE}/{REPOSITORY}",
    f"{HOST}.evil.example/{NAMESPACE}/{REPOSITORY}",
    f"evil.{HOST}/{NAMESPACE}/{REPOSITORY}",
    f"{HOST}:443/{NAMESPACE}/{REPOSITORY}",
    f"{HOST}@evil.example/{NAMESPACE}/{REPOSITORY}",
    f"evil.example/{APPROVED}",
    f"https://{APPROVED}",
    f" {APPROVED}",
    f"{APPROVED} ",
    f"{APPROVED}\n",
    f"{APPROVED}\x00",
    f"{APPROVED}%2f..",
    f"{APPROVED}?x",
    f"{APPROVED}#x",
    f"{HOST}/{NAMESPACE}\\{REPOSITORY}",
    f"{HOST}/acm\u0435/{REPOSITORY}",
    f"{HOST}/{NAMESPACE}/la\u200bmp",
    f"{HOST}/{NAMESPACE}/{REPOSITORY}".replace("p", "\uff50"),
]


@pytest.mark.parametrize("path", LOOK_ALIKES)
def test_what_looks_like_an_approved_repository_does_not_pass(database, path):
    assert passes(database, APPROVED, **{APPROVED: "approved_manually"})
    assert not passes(database, path, **{APPROVED: "approved_manually"})


# One database for all examples: each begins with an empty table.
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(approved=PATHS, asked=PATHS)
@example(approved=["h", "lamp"], asked=["h", "lamp.git", "evil"])
def test_a_path_passes_only_below_what_was_approved(database, approved, asked):
    """By hand, segment by segment: that is all that is compared."""
    expected = [one.lower() for one in asked[: len(approved)]] == [one.lower() for one in approved]
    entry = "/".join(approved)
    if entry.endswith(".git"):
        return  # a person who types that means the repository without it
    assert passes(database, "/".join(asked), **{entry: "approved_manually"}) is expected


@MANY
@given(
    path=PATHS,
    denied=st.integers(1, 4),
    approved=st.integers(1, 4),
    upper=st.booleans(),
)
def test_denied_beats_approved_at_whatever_level(database, path, denied, approved, upper):
    if any(one.endswith(".git") for one in path):
        return
    keys = {"/".join(path[:approved]): "approved_manually", "/".join(path[:denied]): "denied"}
    asked = "/".join(path)
    verdict = verdict_of(database, asked.upper() if upper else asked, **keys)
    assert verdict.is_denied


@MANY
@given(text=st.text(max_size=30))
def test_no_text_at_all_passes_for_an_approved_one(database, text):
    for path in (text, f"{HOST}/{text}", f"{HOST}/{NAMESPACE}/{text}"):
        segments = [one.lower() for one in path.split("/")]
        is_it = segments[:3] == [HOST, NAMESPACE, REPOSITORY] and path.isascii()
        if not is_it:
            assert not passes(database, path, **{APPROVED: "approved_manually"})

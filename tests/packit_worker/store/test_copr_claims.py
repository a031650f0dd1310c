"""Which repository a Copr project belongs to, on both databases."""

from concurrent.futures import ThreadPoolExecutor

from packit_worker.store import copr_projects

HELLO, ANVIL = "github.com/octo/hello", "github.com/acme/anvil"
KETTLE = ("packit", "kettle")


def claimed(database, repository, now):
    with database.write() as session:
        return copr_projects.claim(session, *KETTLE, repository, now=now).repository


def test_of_many_that_claim_at_once_one_gets_it(database, at):
    wanted = [f"github.com/octo/r{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda each: claimed(database, each, at()), wanted))
    assert len(found) == 1
    assert found < set(wanted)


def test_a_claim_is_let_go_until_the_project_is_made(database, at):
    assert claimed(database, HELLO, at()) == HELLO
    with database.write() as session:
        copr_projects.let_go(session, *KETTLE)
    assert claimed(database, ANVIL, at()) == ANVIL
    with database.write() as session:
        copr_projects.note_made(session, *KETTLE, now=at(5))
        copr_projects.note_made(session, *KETTLE, now=at(9))
        copr_projects.let_go(session, *KETTLE)
        assert copr_projects.find(session, *KETTLE).made_at == at(5)
    assert claimed(database, HELLO, at()) == ANVIL


def test_another_owner_has_other_projects(database, at):
    claimed(database, HELLO, at())
    with database.write() as session:
        assert copr_projects.find(session, "packit-stg", "kettle") is None

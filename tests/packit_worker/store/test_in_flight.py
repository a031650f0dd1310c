"""The same work asked for twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.errors import LostLeaseError
from packit_worker.store.in_flight import (
    Acquired,
    AlreadyRunning,
    Work,
    acquire,
    drop_expired,
    keep,
    let_go,
)
from packit_worker.store.lease import renew
from packit_worker.store.models import InFlight

WORK = Work("build", "0c" * 20, "0", "f40")


def take(database, held, now, until, work=WORK):
    lease, job_run_id = held
    with database.write() as session:
        return acquire(session, lease, job_run_id, work, now=now, until=until)


def test_the_second_request_is_told_what_runs(database, leased, at):
    first, second = leased(1), leased(2)
    assert take(database, first, at(1), at(60)) == Acquired()
    assert take(database, second, at(59), at(119)) == AlreadyRunning(
        first[1], at(1), first[0].event_id
    )


def test_other_work_is_free(database, leased, at):
    take(database, leased(1), at(1), at(60))
    second = leased(2)
    others = [
        Work("test", "0c" * 20, "0", "f40"),
        Work("build", "0d" * 20, "0", "f40"),
        Work("build", "0c" * 20, "1", "f40"),
        Work("build", "0c" * 20, "0", "f41"),
    ]
    for work in others:
        assert take(database, second, at(2), at(60), work) == Acquired()


def test_no_two_works_share_a_key():
    assert Work("a", "b", 'c","d', "e").key != Work("a", "b", "c", 'd","e').key
    assert Work("a", "b c", "", "d").key != Work("a b", "c", "", "d").key


def test_a_key_ends_with_its_time(database, leased, at):
    first, second = leased(1), leased(2)
    take(database, first, at(1), at(60))
    assert take(database, second, at(60), at(120)) == Acquired()
    assert take(database, first, at(61), at(121)) == AlreadyRunning(
        second[1], at(60), second[0].event_id
    )


def test_the_holder_may_take_it_again(database, leased, at):
    held = leased()
    take(database, held, at(1), at(60))
    assert take(database, held, at(5), at(65)) == Acquired()


def test_a_key_lives_as_long_as_the_lease_is_renewed(database, leased, at):
    first, second = leased(1), leased(2)
    take(database, first, at(1), at(60))
    with database.write() as session:
        renew(session, first[0], until=at(75))
    assert take(database, second, at(74), at(134)) == AlreadyRunning(
        first[1], at(1), first[0].event_id
    )
    assert take(database, second, at(75), at(135)) == Acquired()


def test_renewing_shortens_no_key(database, leased, at):
    first, second = leased(1), leased(2)
    take(database, first, at(1), at(60))
    with database.write() as session:
        keep(session, first[1], until=at(9000))
        renew(session, first[0], until=at(75))
    assert take(database, second, at(8999), at(9999)) == AlreadyRunning(
        first[1], at(1), first[0].event_id
    )


def test_a_key_that_was_let_go_is_free(database, leased, at):
    first, second = leased(1), leased(2)
    take(database, first, at(1), at(60))
    with database.write() as session:
        let_go(session, first[1])
    assert take(database, second, at(2), at(62)) == Acquired()


def test_expired_keys_do_not_pile_up(database, leased, at):
    held = leased()
    take(database, held, at(1), at(60))
    take(database, held, at(1), at(61), Work("test", "0c" * 20, "0", "f40"))
    with database.write() as session:
        drop_expired(session, now=at(60))
    with database.read() as session:
        assert [row.until for row in session.query(InFlight)] == [at(61)]


def test_a_late_owner_takes_no_key(database, leased, at):
    held = leased()
    with database.write() as session:
        claim(session, Delivery(event_id="e-1", task="t", kwargs={}), owner="two", now=at(61))
    with pytest.raises(LostLeaseError):
        take(database, held, at(62), at(122))


def test_one_of_six_gets_the_key(database_url, leased, at):
    held = [leased(number) for number in range(6)]
    barrier = threading.Barrier(6)

    def race(each):
        mine = Database(database_url)
        barrier.wait()
        answer = take(mine, each, at(1), at(60))
        mine.close()
        return answer

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(race, held))
    winner = answers.index(Acquired())
    assert [answer for answer in answers if answer != Acquired()] == [
        AlreadyRunning(held[winner][1], at(1), held[winner][0].event_id)
    ] * 5

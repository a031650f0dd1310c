"""A worker in a process of its own: claims one event, and does what its input says.

    claimant.py DATABASE_URL OWNER SECONDS

Input, a word a line: `claim`, `finish` (its job run), `hang` (in an open transaction that wrote).
Each is answered by a line.
"""

import sys
from datetime import UTC, datetime, timedelta

from packit_worker.store.claims import Claimed, Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.errors import LostLeaseError
from packit_worker.store.job_runs import Plan, finish, plan, start
from packit_worker.store.job_states import JobState

EVENT_ID = "5a1e0f3c-0000-5000-8000-00000000000a"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def main(url, owner, seconds):
    database = Database(url)
    now = NOON + timedelta(seconds=float(seconds))
    lease = None
    delivery = Delivery(event_id=EVENT_ID, task="task.process_release_event", kwargs={})
    say("ready")
    for line in sys.stdin:
        word = line.strip()
        if word == "claim":
            with database.write() as session:
                answer = claim(session, delivery, owner=owner, now=now)
                if isinstance(answer, Claimed):
                    lease = answer.lease
            say(type(answer).__name__, lease and lease.fence)
        else:
            work(database, lease, word, now)


def work(database, lease, word, now):
    try:
        with database.write() as session:
            (run,) = plan(session, lease, [Plan("build")], now=now)
            start(session, lease, run.id, now=now)
            finish(session, lease, run.id, JobState.DONE, now=now)
            if word == "hang":
                say("hanging")
                sys.stdin.readline()
    except LostLeaseError:
        say("lost")
    else:
        say("finished")


def say(*words):
    print(*words, flush=True)  # noqa: T201 - it is how the test hears


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What stage 2 remembers: the ledger of events and job runs, and what they are about.

The only importer of SQLAlchemy and Alembic. Nothing here reads a clock: times come in as `now`.

    database.py     Database: an engine, and its short transactions; `write()` and `read()`
    schema.py       upgrade(), current(), head(), check_schema(): which tables there are
    models/         the rows
    claims.py       who works on an event: claim, renew, release, end
    job_runs.py     what an event set going: plan, start, finish, retry_later
    in_flight.py    the same work asked for twice
    runs.py         builds and test runs outside: submitting, submitted, advance, reported
    sweep.py        what is due: events, checks, unreported statuses
    leader.py       one sweeper at a time
    listing.py      events for people: list, show, requeue
    outcomes.py projects.py installations.py allowlist.py      the rows of those names

Functions take a `Session` of `Database.write()` (or `read()`), so that a caller puts what belongs
together into one transaction.
"""

"""What stage 2 remembers: the ledger of events and job runs, and what they are about.

The only importer of SQLAlchemy and Alembic, but for sessions at its edge. Nothing here reads a
clock: times come in as `now`.

    database.py       Database: an engine, and its short transactions; `write()` and `read()`
    schema.py         open_database(), upgrade(), current(), head(), check_schema()
    models/           the rows; types.py: columns that are equal on both databases
    claims.py         who works on an event: claim
    lease.py          for how long: renew, release, end; and the check in every write of an owner
    job_runs.py       what an event set going: plan, start, finish, retry_later; job_states.py
    in_flight.py      the same work asked for twice
    submissions.py    before and after the call that makes a build or test run outside
    runs.py           builds and test runs: advance, find, newest; run_rows.py: for handlers
    reports.py        what the forge shows of them
    sweep.py          what is due: events, checks, unreported statuses
    leader.py         one sweeper at a time
    listing.py        events for people: list, show, requeue
    public.py         runs and events for anybody, if their repository is public
    told.py           what commits were told before
    outcomes.py projects.py installations.py allowlist.py fas_links.py package_configs.py
                      the rows of those names

Functions take a `Session` of `Database.write()` (or `read()`), so that a caller puts what belongs
together into one transaction. Rows that were returned stay readable after it.
"""

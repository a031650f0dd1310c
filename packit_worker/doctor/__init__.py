"""`packit-worker doctor`: tries what the settings say, and says in words what is wrong.

    finding.py    Check, Finding, WrongError: a check answers with a fact, or raises what is wrong
    examine.py    runs checks side by side, each with a limit of time
    hiding.py     keeps secrets out of what is printed
    table.py      TABLE: what is checked, in the order in which it is told
    files.py      the settings, their secrets, queues.yaml, the state folder, the pages' address
    broker.py     the broker, and who serves its queues
    database.py   the database, its schema, and whether the sweep runs
    forges.py     each forge: who we are there
    copr.py       Copr and Bodhi
    services.py   Koji, Testing Farm, FASJSON
    boxed.py      the box, and dist-git
    sentry.py     Sentry
    outages.py    what it means that a service does not answer

Add a service: a function that takes the settings and yields a `Check` for each thing to try, and
its line in TABLE.
"""

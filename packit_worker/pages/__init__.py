"""What commit statuses link to: a page for each run and each event, for anybody.

    app.py          the Flask application: two routes, and one answer for all that is not shown
    run_page.py     what the page of a build or test run says
    event_page.py   what the page of an event says
    first_error.py  the place in a log that tells what went wrong
    links.py        addresses on forges and services
    wording.py      states, times and durations in words; text of others made fit to be shown
    templates/      HTML, complete without JavaScript
    static/         one stylesheet, one icon

It only reads the database, and calls nobody.
"""

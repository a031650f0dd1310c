"""The database, its schema, and whether the sweep runs."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from packit_worker import embedded
from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.settings import Settings

# A piece of what a database says, and what to do about it.
_ADVICE = (
    ("password authentication failed", "mend user and password in the URL"),
    ("no password supplied", "put the password into the URL"),
    ('role "', "make the user with createuser, or mend it in the URL"),
    ("does not exist", "make it with createdb, or mend the end of the URL"),
    ("Connection refused", "start it, or mend host and port in the URL"),
    ("could not translate host name", "mend the host name in the URL"),
    ("not known", "mend the host name in the URL"),
    ("unable to open database file", "make the folder, or mend the path in the URL"),
    ("readonly database", "let this user write the file and its folder"),
    ("not a database", "mend the path in the URL"),
    ("locked", "who holds it? A stopped process, or a backup?"),
    ("too many clients", "raise max_connections, or run fewer workers"),
    ("timeout", "is it frozen, or is there a firewall?"),
)
# Longer than any sweep and any message may take.
_OVERDUE = timedelta(minutes=5)


def database_checks(settings: Settings) -> Iterator[Check]:
    """It answers, its schema is new enough, and it takes writes."""

    def attempt() -> str | Note:
        from packit_worker.assembly import database_to_upgrade  # noqa: PLC0415 - loads the store
        from packit_worker.store import schema  # noqa: PLC0415
        from packit_worker.store.errors import StoreError  # noqa: PLC0415

        is_embedded = settings.database_url() is None
        if is_embedded and not (embedded.state_path() / schema.EMBEDDED).exists():
            return Note("the embedded database is not there yet", "the first command makes it")
        try:
            with closing(database_to_upgrade(settings)) as database:
                if not is_embedded:  # whoever opens the embedded one upgrades it
                    schema.check_schema(database)
                schema.check_writable(database)
                return f"{database.place}: schema {schema.current(database)}"
        except StoreError as error:
            raise _wrong(str(error)) from None

    yield Check("database", attempt)


def sweep_checks(settings: Settings) -> Iterator[Check]:
    """What is due is sent again in time."""

    def attempt() -> str | Note:
        from packit_worker.assembly import database_to_read  # noqa: PLC0415 - loads the store
        from packit_worker.store import sweep  # noqa: PLC0415
        from packit_worker.store.errors import StoreError  # noqa: PLC0415

        try:
            with closing(database_to_read(settings)) as database, database.read() as session:
                late, since = sweep.overdue(session, before=datetime.now(UTC) - _OVERDUE)
        except StoreError:
            return Note("not known: the database does not answer")
        if since is None:
            return "nothing is overdue"
        fact = f"{late} events should have been sent again, the first at {since:%Y-%m-%d %H:%M} UTC"
        advice = "run `packit-worker beat`, and a worker for the queue of `sweep`"
        raise WrongError(fact, advice)

    yield Check("sweep", attempt)


def _wrong(text: str) -> WrongError:
    fact, _, advice = text.partition(": stop the workers and ")
    if advice:
        return WrongError(fact, f"stop the workers and {advice}")
    found = (advice for words, advice in _ADVICE if words in text)
    return WrongError(text, next(found, "mend PACKIT_WORKER_DATABASE"))

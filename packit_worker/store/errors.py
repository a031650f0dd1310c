"""What the store raises. The caller needs no exception of SQLAlchemy."""


class StoreError(Exception):
    """Whatever the store refuses."""


class StoreUnavailableError(StoreError):
    """The database is down, full or locked: the other side's trouble, so try again later."""


class UnfitDatabaseError(StoreUnavailableError):
    """The database answers, and holds no tables of ours: only its operator can mend that."""


class LostLeaseError(StoreError):
    """The event is somebody else's by now, or ended: stop at once and write nothing more."""


class OpenRunsError(StoreError):
    """An event was to end while job runs of it are still open: a bug of the caller."""


class WrongStateError(StoreError):
    """A row was to go back, or to leave a final state: a bug of the caller."""


class NotFoundError(StoreError):
    """There is no row of that id."""


class SchemaTooOldError(StoreError):
    """The database was made for an older packit-worker; the text says which command mends it."""


class BadDatabaseUrlError(StoreError):
    """The URL names no database that we can use; the text holds no password."""


class BadKeyError(StoreError):
    """The text is no key of the allowlist."""

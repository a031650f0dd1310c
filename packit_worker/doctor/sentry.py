"""Sentry, where errors and traces go."""

from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from packit_worker import sentry
from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.settings import Settings

_SECONDS = 5


def sentry_checks(settings: Settings) -> Iterator[Check]:
    """The DSN can be used, and somebody listens there; without one nothing is reported."""
    if settings.sentry or settings.service.sentry_dsn:
        yield Check("sentry", lambda: _sentry(settings))


def _sentry(settings: Settings) -> str | Note:
    try:
        url = sentry.host_of(settings.sentry_dsn() or "")
    except sentry.BadDsnError as error:
        advice = "copy it from the settings of the project in Sentry; nothing starts with this one"
        raise WrongError(str(error), advice) from None
    try:
        urlopen(url, timeout=_SECONDS).close()  # noqa: S310 - a DSN is http(s) only
    except HTTPError as error:
        error.close()  # nobody need be at home at that path
    except (OSError, URLError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        advice = "mend sentry_dsn; look at name service, proxy and firewall"
        return Note(f"{url} cannot be reached, so nothing is reported: {reason}", advice)
    return f"{url} answers; whether it takes our key shows with the first event"

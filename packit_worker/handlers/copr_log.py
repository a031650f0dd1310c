"""The log of what failed in Copr: its page shows the first error of it."""

from dataclasses import dataclass

from packit_worker.context import Context
from packit_worker.copr import SOURCE_CHROOT
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.copr_build import CoprBuildEvent


@dataclass(frozen=True, slots=True)
class Log:
    """Where a log lies, and its end; None: it could not be read."""

    url: str
    text: str | None


def log_of_failure(event: CoprBuildEvent, context: Context) -> Log | None:
    """Return the log of a failed chroot or source package; None where Copr does not tell it.

    It is worth nothing to wait for: the result counts without it.
    """
    try:
        copr = context.services.copr()
        if event.chroot == SOURCE_CHROOT:
            url = copr.source_build(event.build_id).log_url
        else:
            chroot = copr.chroot_builds(event.build_id).get(event.chroot)
            url = chroot.log_url if chroot else None
        return Log(url, copr.log(url)) if url else None
    except (RefusedError, TransientError):
        return None

"""Which message of Copr it is."""

from packit_worker.context import Context
from packit_worker.copr import SOURCE_CHROOT, state_of_number
from packit_worker.events.copr_build import CoprBuildEvent
from parsers.result import Skip


def copr_build_started(event: CoprBuildEvent, context: Context) -> Skip | None:
    """Stop for anything but the start of a build."""
    return _says(event, "copr.build.start", context)


def copr_build_ended(event: CoprBuildEvent, context: Context) -> Skip | None:
    """Stop for anything but the end of a build."""
    return _says(event, "copr.build.end", context)


def _says(event: CoprBuildEvent, topic: str, context: Context) -> Skip | None:
    context.decision.fact(f"the message is {event.topic}")
    return None if event.topic == topic else Skip("other-topic", event.topic)


def copr_build_succeeded(event: CoprBuildEvent, context: Context) -> Skip | None:
    """Stop for a build that did not end well, and for the source build: nothing to test."""
    skip = copr_build_ended(event, context)
    if skip is not None:
        return skip
    if not state_of_number(event.status).is_good:
        return Skip("build-failed", f"status {event.status} of {event.chroot}")
    if event.chroot == SOURCE_CHROOT:
        return Skip("source-build", "its chroots are still to come")
    context.decision.fact(f"{event.chroot} ended with status {event.status}")
    return None

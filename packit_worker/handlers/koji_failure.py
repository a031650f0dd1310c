"""Why a task of Koji failed: the end of a log, and what the task says of itself."""

from dataclasses import dataclass

from packit_worker.context import Context
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.koji import Koji, KojiBuild

# What a task says where a build of that name, version and release is there already.
_ALREADY = "already exists"


@dataclass(frozen=True, slots=True)
class Failure:
    """What Koji says of a failure.

    Attributes:
        log: the end of the log of the first architecture that failed, and the task's own words.
        built: the build that was there already; None: that is not what it failed over.
    """

    log: str
    built: KojiBuild | None = None


def failure_of(event: KojiBuildEvent, context: Context) -> Failure | None:
    """Return why a task failed; None where Koji does not tell it now.

    It is worth nothing to wait for: the result counts without it.
    """
    if event.task_id is None:
        return None
    try:
        return _asked(event, event.task_id, context.services.koji())
    except (RefusedError, TransientError) as error:
        context.decision.fact(f"Koji does not tell why task {event.task_id} failed: {error}")
        return None


def _asked(event: KojiBuildEvent, task_id: int, koji: Koji) -> Failure:
    why = koji.why_failed(task_id)
    if _ALREADY in why and event.nvr is not None:
        build = koji.build(event.nvr)
        return Failure(why, build if build is not None and build.complete else None)
    part = _failed_part(event, task_id, koji)
    log = koji.log_end(part) if part is not None else ""
    # The log first: where it tells the first error, a person need not see what Koji makes of it.
    return Failure("\n\n".join(filter(None, [log, why])))


def _failed_part(event: KojiBuildEvent, task_id: int, koji: Koji) -> int | None:
    """Return the task whose log tells most: of an architecture, else of the source package."""
    failed = [event.rpm_build_task_ids.get(arch) for arch in sorted(event.failed_arches)]
    if failed:
        return failed[0]
    source = koji.task(task_id).source_part
    return source.task_id if source is not None else None

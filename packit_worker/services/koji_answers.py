"""Koji's answers as plain data.

https://pagure.io/koji/blob/master/f/kojihub/kojihub.py (getTaskInfo, getTaskChildren, getBuild)
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from packit_worker.koji import KojiBuild, KojiTask, TaskPart, TaskState
from packit_worker.services.koji_settings import KojiSettings

_SOURCE_METHODS = frozenset({"rebuildSRPM", "buildSRPMFromSCM"})
_TASKS_A_FOLDER = 10_000
# In the order of their numbers.
_STATES = (
    TaskState.FREE,
    TaskState.OPEN,
    TaskState.CLOSED,
    TaskState.CANCELED,
    TaskState.ASSIGNED,
    TaskState.FAILED,
)
_COMPLETE = 1


def state_of(number: int) -> TaskState:
    """Return a state; a number we do not know is `UNKNOWN`."""
    return _STATES[number] if 0 <= number < len(_STATES) else TaskState.UNKNOWN


def task_of(
    answer: Mapping[str, Any], parts: Iterable[Mapping[str, Any]], settings: KojiSettings
) -> KojiTask:
    """Read a task of method `build`, and the tasks below it."""
    source, target, options = _request(answer)
    below = list(parts)
    sources = [part for part in below if part["method"] in _SOURCE_METHODS]
    arches = [part for part in below if part["method"] == "buildArch"]
    return KojiTask(
        id=int(answer["id"]),
        state=state_of(answer["state"]),
        source=source,
        target=target,
        scratch=bool(options.get("scratch")),
        created=_moment(answer.get("create_ts")),
        started=_moment(answer.get("start_ts")),
        ended=_moment(answer.get("completion_ts")),
        url=task_url(settings.web_url, int(answer["id"])),
        source_part=_part(sources[-1], settings) if sources else None,
        # The task's own `arch` is the one of the builder: `noarch` for what any builder can do.
        arches={part.get("label") or part["arch"]: _part(part, settings) for part in arches},
    )


def build_of(answer: Mapping[str, Any], settings: KojiSettings) -> KojiBuild:
    """Read a build."""
    number = int(answer["id"])
    task_id = answer.get("task_id")
    return KojiBuild(
        id=number,
        nvr=answer["nvr"],
        complete=answer["state"] == _COMPLETE,
        owner=answer.get("owner_name"),
        task_id=None if task_id is None else int(task_id),
        url=f"{settings.web_url}/buildinfo?buildID={number}",
    )


def task_url(web_url: str, task_id: int) -> str:
    """Return the page of a task."""
    return f"{web_url}/taskinfo?taskID={task_id}"


def log_url(files_url: str, task_id: int) -> str:
    """Return where the log of a task lies."""
    return f"{files_url}/work/tasks/{task_id % _TASKS_A_FOLDER}/{task_id}/build.log"


def _part(answer: Mapping[str, Any], settings: KojiSettings) -> TaskPart:
    number = int(answer["id"])
    return TaskPart(
        task_id=number,
        state=state_of(answer["state"]),
        log_url=log_url(settings.files_url, number),
    )


def _request(answer: Mapping[str, Any]) -> tuple[str | None, str | None, Mapping[str, Any]]:
    """Return `[source, target, options]`, what a task of method `build` is given."""
    given: list[Any] = [*(answer.get("request") or []), None, None, None]
    source, target, options = given[:3]
    return source, target, options or {}


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

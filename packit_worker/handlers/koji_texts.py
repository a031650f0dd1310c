"""What the states of Koji mean for a run, and how they are told; no call, no clock.

Tasks: free, assigned, open, closed, failed, canceled. Builds: building, complete, failed, canceled.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.run_states import RunState

_MINUTE = 60
_HOUR = 3600
_STATES: Mapping[str, RunState] = {
    "open": RunState.RUNNING,
    "building": RunState.RUNNING,
    "closed": RunState.SUCCESS,
    "complete": RunState.SUCCESS,
    "failed": RunState.FAILURE,
    "canceled": RunState.CANCELED,
}


def run_state(state: str) -> RunState | None:
    """Return what a state of a task or build means; None: it only waits."""
    return _STATES.get(state)


def text_of(event: KojiBuildEvent) -> str:
    """Return the text of the status: state, fact, next step; "" where there is nothing to tell."""
    state = run_state(event.state)
    if state is RunState.RUNNING:
        return f"Koji task {event.task_id or event.build_id} is running."
    if state is RunState.SUCCESS:
        arches = ", ".join(sorted(event.rpm_build_task_ids))
        return f"Built{_after(event, 'in')}{f' for {arches}' if arches else ''}."
    if state is RunState.FAILURE:
        return f"Build failed{_after(event, 'after')}{_where(event)}"
    if state is RunState.CANCELED:
        return f"Canceled in Koji{_after(event, 'after')}. Not your change."
    return ""


def details_of(event: KojiBuildEvent, log_urls: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a run shows of the architectures.

    Args:
        event: the news.
        log_urls: by architecture; one that lacks has none.
    """
    return {
        "arches": {
            arch: {"task_id": task_id, "log_url": log_urls.get(arch)}
            for arch, task_id in sorted(event.rpm_build_task_ids.items())
        },
        "failed_arches": sorted(event.failed_arches),
    }


def spelled(length: timedelta) -> str:
    """Return a length of time in two units at most: `4 min 12 s`, `1 h 5 min`, `40 s`."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        minutes, rest = divmod(seconds, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(seconds // _MINUTE, _MINUTE)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _after(event: KojiBuildEvent, word: str) -> str:
    if event.start_time is None or event.completion_time is None:
        return ""
    return f" {word} {spelled(event.completion_time - event.start_time)}"


def _where(event: KojiBuildEvent) -> str:
    if event.failed_arches:
        return f" for {', '.join(sorted(event.failed_arches))}. The page shows the log."
    if not event.rpm_build_task_ids:
        return ", before any architecture was begun. The page shows why."
    return ". The page shows why."

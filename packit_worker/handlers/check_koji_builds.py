"""What the sweep asks Koji: how tasks stand whose messages never came."""

from collections.abc import Sequence

from packit_worker.checkup import SweepContext
from packit_worker.events.base import Event
from packit_worker.events.koji_build import KojiBuildEvent
from packit_worker.koji import KojiTask, TaskState
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow


def missed_koji_messages(rows: Sequence[RunRow], context: SweepContext) -> Sequence[Event]:
    """Return the message that Koji should have sent about the rows of one task.

    Raises:
        TransientError: Koji is down.
        RefusedError: it knows no such task.
    """
    row = rows[0]
    if row.outside_id is None:  # its job run is still about to submit it
        return ()
    koji = context.services.koji()
    task = koji.task(int(row.outside_id))
    begins = task.state is TaskState.OPEN and row.state is not RunState.RUNNING
    if not (task.state.is_final or begins):
        return ()
    return [_event(task)]


def _event(task: KojiTask) -> KojiBuildEvent:
    return KojiBuildEvent.from_kwargs(
        {
            "task_id": task.id,
            "build_id": None,
            "state": task.state.value,
            "old_state": None,
            "start_time": task.started.isoformat() if task.started else None,
            "completion_time": task.ended.isoformat() if task.ended else None,
            "rpm_build_task_ids": {arch: part.task_id for arch, part in task.arches.items()},
            "failed_arches": list(task.failed_arches),
            "owner": None,  # it was asked of by its row
            "target": task.target,
            "nvr": task.nvr,
        }
    )

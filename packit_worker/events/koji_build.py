"""A task or a build of Koji changed its state."""

from typing import Literal

from packit_worker.events.base import Event, Id, Moment, Name

_State = Literal[
    # of a task
    "free",
    "open",
    "closed",
    "canceled",
    "assigned",
    "failed",
    # of a build, which also knows "canceled" and "failed"
    "building",
    "complete",
]


class KojiBuildEvent(Event, frozen=True, kw_only=True):
    """A task of method `build`, or a build, changed its state.

    Attributes:
        build_id: null: the message is about a task.
        rpm_build_task_ids: the buildArch task of each architecture.
        failed_arches: architectures whose task failed.
        target: the build target.
    """

    task_id: Id | None
    build_id: Id | None
    state: _State
    old_state: _State | Literal["deleted"] | None
    start_time: Moment | None
    completion_time: Moment | None
    rpm_build_task_ids: dict[Name, Id]
    failed_arches: list[Name]
    owner: Name | None
    target: Name | None
    nvr: Name | None

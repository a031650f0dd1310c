"""What the sweep asks Copr: how builds stand whose messages never came."""

from collections.abc import Sequence
from datetime import datetime

from packit_worker.checkup import SweepContext
from packit_worker.copr import SOURCE_CHROOT, CoprBuild, CoprState, number_of_state
from packit_worker.events.base import Event
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow


def missed_copr_messages(rows: Sequence[RunRow], context: SweepContext) -> Sequence[Event]:
    """Return the messages that Copr should have sent about the rows of one build.

    Raises:
        TransientError: Copr is down.
        RefusedError: it knows no such build.
    """
    if rows[0].outside_id is None:  # its job run is still about to submit it
        return ()
    copr = context.services.copr()
    build = copr.build(int(rows[0].outside_id))
    if rows[0].kind is RunKind.SRPM_BUILD:
        source = copr.source_build(build.id)
        return [*_message(rows[0], build, SOURCE_CHROOT, source.state, None, None)]
    found = copr.chroot_builds(build.id)
    events: list[Event] = []
    for row in rows:
        one = found.get(row.target)
        if one is None:  # none began: the build ended before
            events += _message(row, build, row.target, build.state, None, build.ended)
        else:
            events += _message(row, build, row.target, one.state, one.started, one.ended)
    return events


def _message(
    row: RunRow,
    build: CoprBuild,
    chroot: str,
    state: CoprState,
    started: datetime | None,
    ended: datetime | None,
) -> Sequence[Event]:
    if state.is_final:
        return [_event(build, chroot, "copr.build.end", number_of_state(state), ended)]
    if state is CoprState.RUNNING and row.state is not RunState.RUNNING:
        return [_event(build, chroot, "copr.build.start", number_of_state(state), started)]
    return []


def _event(
    build: CoprBuild, chroot: str, topic: str, status: int, at: datetime | None
) -> CoprBuildEvent:
    return CoprBuildEvent.from_kwargs(
        {
            "topic": topic,
            "build_id": build.id,
            "chroot": chroot,
            "status": status,
            "owner": build.project.owner,
            "user": build.submitter,
            "project_name": build.project.name,
            "pkg": build.package or None,
            "version": build.version or None,
            "timestamp": at.isoformat() if at else None,
        }
    )

"""Copr's answers as plain data.

https://python-copr.readthedocs.io/en/latest/client_v3/proxies.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packit_worker.copr import ChrootBuild, CoprBuild, CoprProject, CoprState, SourceBuild

# Copr compresses it when the build has ended.
_LIVE_LOG = "builder-live.log"

_STATES = {state.value: state for state in CoprState}


def state_of(word: str | None) -> CoprState:
    """Return a state; a word we do not know is `UNKNOWN`."""
    return _STATES.get(word or "", CoprState.UNKNOWN)


def build_of(answer: Mapping[str, Any], copr_url: str) -> CoprBuild:
    """Read a build, whose `source_package` is there, with nothing in it, from the beginning."""
    package = answer.get("source_package") or {}
    return CoprBuild(
        id=int(answer["id"]),
        project=CoprProject(answer["ownername"], answer["projectname"]),
        state=state_of(answer["state"]),
        submitter=answer.get("submitter"),
        chroots=tuple(answer.get("chroots") or ()),
        package=package.get("name"),
        version=package.get("version"),
        submitted=_moment(answer.get("submitted_on")),
        started=_moment(answer.get("started_on")),
        ended=_moment(answer.get("ended_on")),
        url=build_url(copr_url, int(answer["id"])),
    )


def chroot_build_of(answer: Mapping[str, Any]) -> ChrootBuild:
    """Read how a build stands in a chroot."""
    state = state_of(answer["state"])
    return ChrootBuild(
        chroot=answer["name"],
        state=state,
        started=_moment(answer.get("started_on")),
        ended=_moment(answer.get("ended_on")),
        log_url=_log_url(answer.get("result_url"), state),
    )


def source_build_of(answer: Mapping[str, Any]) -> SourceBuild:
    """Read how the making of the source package stands."""
    state = state_of(answer["state"])
    return SourceBuild(state=state, log_url=_log_url(answer.get("result_url"), state))


def build_url(copr_url: str, build_id: int) -> str:
    """Return the page of a build."""
    return f"{copr_url}/coprs/build/{build_id}/"


def project_url(copr_url: str, project: CoprProject) -> str:
    """Return the page of a project; a group's lies below `g`."""
    group = project.owner.removeprefix("@")
    owner = project.owner if group == project.owner else f"g/{group}"
    return f"{copr_url}/coprs/{owner}/{project.name}/"


def _log_url(folder: str | None, state: CoprState) -> str | None:
    if not folder:
        return None
    name = f"{_LIVE_LOG}.gz" if state.is_final else _LIVE_LOG
    return f"{folder.rstrip('/')}/{name}"


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

"""Koji's changes of state, of tasks and of builds -> KojiBuildEvent.

A scratch build is a task and no build, so its task is all that is told of it.
https://pagure.io/koji/blob/master/f/koji/__init__.py (TASK_STATES, BUILD_STATES),
https://github.com/fedora-infra/koji-fedoramessaging
"""

import re
from typing import Any

from parsers.fields import (
    Key,
    at,
    maybe,
    maybe_id,
    maybe_name,
    maybe_time,
    need,
    need_id,
    need_name,
)
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, MalformedError, Parsed, Skip

# In the order of their numbers.
_TASK_STATES = ("free", "open", "closed", "canceled", "assigned", "failed")
_BUILD_STATES = ("building", "complete", "deleted", "failed", "canceled")
_SOURCE_PACKAGE = re.compile(r"(?:.*/)?([^/]+-[^-/]+-[^-/]+)\.src\.rpm")


def parse_task_state_change(message: Message, options: Options) -> Outcome:
    """Read the new state of a task that builds a package."""
    body = message.body
    other = _of_other_hub(body, options)
    if other:
        return other
    method = maybe_name(body, "method") or need_name(body, "info", "method")
    if method != "build":
        return Skip("method-not-handled", f"a task of method {method[:40]!r}")
    return Parsed(
        "KojiBuildEvent",
        {
            "task_id": need_id(body, "id"),
            "build_id": None,
            "state": _need_state(body, _TASK_STATES),
            "old_state": _state(body, _TASK_STATES, "old"),
            "start_time": maybe_time(body, "info", "start_time"),
            "completion_time": maybe_time(body, "info", "completion_time"),
            **_architectures(body, "info", "children"),
            "owner": maybe_name(body, "owner"),
            "target": _task_target(body),
            "nvr": _nvr_of_source_package(maybe_name(body, "srpm")),
        },
    )


def parse_build_state_change(message: Message, options: Options) -> Outcome:
    """Read the new state of a build; that it is deleted starts nothing."""
    body = message.body
    other = _of_other_hub(body, options)
    if other:
        return other
    state = _need_state(body, _BUILD_STATES)
    if state == "deleted":
        return Skip("state-not-handled", "a build that is deleted")
    return Parsed(
        "KojiBuildEvent",
        {
            "task_id": maybe_id(body, "task_id"),
            "build_id": need_id(body, "build_id"),
            "state": state,
            "old_state": _state(body, _BUILD_STATES, "old"),
            "start_time": maybe_time(body, "start_time") or maybe_time(body, "creation_time"),
            "completion_time": maybe_time(body, "completion_time"),
            **_architectures(body, "task", "children"),
            "owner": maybe_name(body, "owner"),
            "target": _build_target(body),
            "nvr": _nvr(body),
        },
    )


def _of_other_hub(body: Json, options: Options) -> Skip | None:
    """Return why a message is not of our hub: the numbers of another mean something else."""
    instance = maybe_name(body, "instance")
    if instance is None or instance == options.koji_instance:
        return None
    return Skip("other-instance", f"of the Koji hub {instance[:40]!r}")


def _need_state(body: Json, states: tuple[str, ...]) -> str:
    state = _state(body, states, "new")
    if state is None:
        raise MalformedError(at("new"), "missing")
    return state


def _state(holder: Json, states: tuple[str, ...], *path: Key) -> str | None:
    """Return the state at `path`, whose last step `holder` has; null is no state, 0 is one."""
    value = holder.get(path[-1])
    if value is None:
        return None
    if type(value) is int and 0 <= value < len(states):
        return states[value]
    if type(value) is str and value.lower() in states:
        return value.lower()
    raise MalformedError(at(*path), f"expected one of {', '.join(states)}, or its number")


def _architectures(body: Json, *path: str) -> dict[str, Any]:
    """Tell the task of each architecture, and where it failed."""
    task_ids: dict[str, int] = {}
    failed: list[str] = []
    for index in range(len(maybe(body, list, *path) or [])):
        child = need(body, dict, *path, index)
        if maybe_name(body, *path, index, "method") != "buildArch":
            continue
        # The task's own `arch` is the one of the builder: `noarch` for what any builder can do.
        label = maybe_name(body, *path, index, "label")
        arch = label or need_name(body, *path, index, "arch")
        task_ids[arch] = need_id(body, *path, index, "id")
        if _state(child, _TASK_STATES, *path, index, "state") == "failed":
            failed.append(arch)
    return {"rpm_build_task_ids": task_ids, "failed_arches": failed}


def _task_target(body: Json) -> str | None:
    """Return the second of `[source, target, options]`, what a task of method `build` is given."""
    maybe(body, list, "info", "request")
    return maybe_name(body, "info", "request", 1)


def _build_target(body: Json) -> str | None:
    """Return the target of a build if the task behind it is of method `build`.

    Images and modules are builds too, and what their tasks are given is in another order. Most
    messages do not tell the method, so a request counts that begins with a source and a name.
    """
    request = maybe(body, list, "request") or []
    method = maybe_name(body, "task", "method") or "build"
    if method != "build" or [type(item) for item in request[:2]] != [str, str]:
        return None
    is_source = "://" in request[0] or request[0].endswith(".src.rpm")
    return maybe_name(body, "request", 1) if is_source else None


def _nvr(body: Json) -> str | None:
    parts = [maybe_name(body, key) for key in ("name", "version", "release")]
    return "-".join(part for part in parts if part) if all(parts) else None


def _nvr_of_source_package(file_name: str | None) -> str | None:
    """Return `a-1.0-1.fc39` of `a-1.0-1.fc39.src.rpm`; a build from git has no such file."""
    found = _SOURCE_PACKAGE.fullmatch(file_name or "")
    return found[1] if found else None

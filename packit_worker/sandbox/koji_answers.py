"""How Koji's hub words its answers.

https://pagure.io/koji/blob/master/f/kojihub/kojihub.py
"""

from datetime import UTC, datetime
from typing import Any

from packit_worker.sandbox.koji_world import BUILD_STATES, TASK_STATES, Build, Task, User

Json = dict[str, Any]


def user_json(who: User) -> Json:
    """Return an account."""
    return {
        "id": who.id,
        "name": who.name,
        "status": int(who.blocked),
        "usertype": 0,
        "krb_principals": [],
    }


def target_json(name: str) -> Json:
    """Return a build target."""
    return {
        "id": 17,
        "name": name,
        "build_tag": 31,
        "build_tag_name": f"{name}-build",
        "dest_tag": 32,
        "dest_tag_name": f"{name}-updates-candidate",
    }


def task_json(task: Task, *, with_request: bool) -> Json:
    """Return a task, with what it was given or without."""
    answer = {
        "id": task.id,
        "method": task.method,
        "state": TASK_STATES.index(task.state),
        "owner": task.owner.id,
        "parent": task.parent,
        "label": task.label,
        "arch": task.arch,
        "channel_id": 1,
        "host_id": None if task.started is None else 44,
        "priority": 20,
        "waiting": None,
        "awaited": None,
        "weight": 0.2,
        **_moments("create", task.created),
        **_moments("start", task.started),
        **_moments("completion", task.ended),
    }
    return answer | ({"request": task.request} if with_request else {})


def build_json(build: Build) -> Json:
    """Return a build."""
    return {
        "id": build.id,
        "build_id": build.id,
        "name": build.name,
        "package_name": build.name,
        "version": build.version,
        "release": build.release,
        "epoch": None,
        "nvr": build.nvr,
        "state": BUILD_STATES.index(build.state),
        "owner_id": build.owner.id,
        "owner_name": build.owner.name,
        "task_id": build.task_id,
        **_moments("creation", build.created),
        **_moments("completion", build.ended),
    }


def _moments(name: str, moment: float | None) -> Json:
    """Return a time in both forms: as PostgreSQL writes it, and in seconds."""
    text = None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(" ")
    return {f"{name}_time": text, f"{name}_ts": moment}

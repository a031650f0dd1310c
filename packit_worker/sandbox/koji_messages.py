"""The messages of Koji's hub about changes of state, as they lie on the bus.

https://github.com/fedora-infra/koji-fedoramessaging
"""

import uuid
from typing import Any

from packit_worker.sandbox.koji_answers import task_json
from packit_worker.sandbox.koji_world import BUILD_STATES, Build, Task

Message = dict[str, Any]
_TOPIC = "org.fedoraproject.prod.buildsys"
_FILES = "https://koji-files.example.org/work"


def task_message(task: Task, old: str | None, parts: list[Task], web_url: str) -> Message:
    """Return the message that a task has a new state."""
    source = str(task.request[0])
    info = {
        **task_json(task, with_request=True),
        "children": [task_json(part, with_request=False) for part in parts],
        "result": None,
        "url": f"{web_url}/taskinfo?taskID={task.id}",
    }
    body = {
        "attribute": "state",
        "base_url": web_url,
        "files_base_url": _FILES,
        "id": task.id,
        "info": info,
        "instance": "primary",
        "method": task.method,
        "new": task.state,
        "old": old,
        "owner": task.owner.name,
        "srpm": source.rpartition("/")[2] if source.endswith(".src.rpm") else None,
    }
    return _message("task", "TaskStateChangeV1", body)


def build_message(
    build: Build, old: str | None, task: Task, parts: list[Task], web_url: str
) -> Message:
    """Return the message that a build has a new state."""
    body = {
        "attribute": "state",
        "base_url": web_url,
        "files_base_url": _FILES,
        "build_id": build.id,
        "name": build.name,
        "version": build.version,
        "release": build.release,
        "epoch": None,
        "new": BUILD_STATES.index(build.state),
        "old": None if old is None else BUILD_STATES.index(old),
        "instance": "primary",
        "owner": build.owner.name,
        "creation_time": task_json(task, with_request=False)["create_time"],
        "completion_time": task_json(task, with_request=False)["completion_time"],
        "request": task.request,
        "task": {
            "children": [task_json(part, with_request=False) for part in parts],
            "id": task.id,
            "method": task.method,
            "request": task.request,
        },
        "task_id": task.id,
        "url": f"{web_url}/buildinfo?buildID={build.id}",
    }
    return _message("build", "BuildStateChangeV1", body)


def _message(what: str, schema: str, body: Message) -> Message:
    """Return what the bus carries: the body, with the topic and the id beside it."""
    return {
        "topic": f"{_TOPIC}.{what}.state.change",
        "id": str(uuid.uuid4()),
        "headers": {
            "fedora_messaging_schema": f"koji_fedoramessaging.{what}.{schema}",
            "fedora_messaging_severity": 20,
        },
        "body": body,
    }

"""What the Koji stand-in does for each call of the hub's API that stage 2 makes.

https://pagure.io/koji/blob/master/f/kojihub/kojihub.py (class RootExports)
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import flask

from packit_worker.sandbox.koji_answers import build_json, target_json, task_json, user_json
from packit_worker.sandbox.koji_faults import fault
from packit_worker.sandbox.koji_world import KojiWorld, Task, User

VERSION = "1.35.3"
Json = dict[str, Any]
Call = Callable[..., Any]


class KojiCalls:
    """The calls by name. `on_task` is called with every new task of a build."""

    def __init__(self, world: KojiWorld) -> None:
        self._world = world
        self.on_task: Callable[[Task], object] = lambda _task: None
        self.table: Mapping[str, Call] = {
            "getAPIVersion": lambda: 1,
            "getKojiVersion": lambda: VERSION,
            "login": self.login,
            "sslLogin": self.ssl_login,
            "logout": self.logout,
            "getLoggedInUser": self.logged_in_user,
            "getUser": self.get_user,
            "getBuildTarget": self.build_target,
            "getBuildTargets": lambda: [target_json(name) for name in world.targets],
            "build": self.build,
            "cancelTask": self.cancel,
            "getTaskInfo": self.task_info,
            "getTaskChildren": self.task_children,
            "getTaskResult": self.task_result,
            "listTaskOutput": self.task_output,
            "downloadTaskOutput": self.download,
            "listTasks": self.list_tasks,
            "getBuild": self.get_build,
        }

    def login(self, name: str, password: str, opts: Json | None = None, **_: Any) -> Json:
        """Begin a session by password."""
        del opts
        user = self._world.users.get(name)
        if user is None or not password or user.password != password:
            raise fault("auth", "invalid username or password")
        return self._new_session(user)

    def ssl_login(self, proxyuser: str | None = None, **_: Any) -> Json:
        """Begin a session by the certificate or ticket of the connection: its name is ours."""
        del proxyuser
        name = flask.g.certificate
        if name is None:
            raise fault("auth", "could not get user from the certificate")
        user = self._world.users.get(name)
        if user is None:
            raise fault("auth", f"user {name} does not exist, or is not in a known realm")
        return self._new_session(user)

    def logout(self, session_id: int | None = None) -> None:
        """End the session of the call."""
        del session_id
        user()
        self._world.sessions.pop(flask.g.session, None)

    def logged_in_user(self) -> Json | None:
        """Tell whose session it is."""
        return user_json(flask.g.user) if flask.g.user else None

    def get_user(self, name: str | None = None, strict: bool = False) -> Json | None:  # noqa: FBT002 - the hub's signature
        """Tell about an account."""
        found = flask.g.user if name is None else self._world.users.get(name)
        if found is None and strict:
            raise fault("error", f"No such user: '{name}'")
        return user_json(found) if found else None

    def build_target(self, name: str, **_: Any) -> Json | None:
        """Tell about a target; None: there is none."""
        return target_json(name) if name in self._world.targets else None

    def build(self, src: str, target: str, opts: Json | None = None, **more: Any) -> int:
        """Make a task. The hub takes any target: a builder fails later over one that is none."""
        who = user()
        world = self._world
        if more:
            raise fault("parameter", f"unexpected arguments: {', '.join(more)}")
        if world.permissions is not None and who.name not in world.permissions:
            raise fault("not-allowed", "policy violation (build_from_srpm)")
        if src not in world.uploads:
            raise fault("error", f"{src} was not uploaded")
        task = world.task("build", who, [src, target, dict(opts or {})])
        world.wrote("build", src, who.name, {"target": target, "opts": dict(opts or {})})
        self.on_task(task)
        return task.id

    def cancel(self, task_id: int, recurse: bool = True) -> None:  # noqa: FBT002 - the hub's signature
        """Cancel a task of the caller's."""
        del recurse
        task = self._find(task_id)
        if task.owner is not user():
            raise fault("not-allowed", f"Cannot cancel task {task_id}, not owner")
        self._world.cancel(task)
        self._world.wrote("cancel", str(task_id), task.owner.name, {})

    def task_info(self, task_id: int, request: bool = False, strict: bool = False) -> Json | None:  # noqa: FBT002 - the hub's signature
        """Tell about a task; None: there is none."""
        task = self._world.tasks.get(task_id)
        if task is None and strict:
            raise fault("error", f"No such task: {task_id}")
        return task_json(task, with_request=request) if task else None

    def task_children(self, task_id: int, request: bool = False, **_: Any) -> list[Json]:  # noqa: FBT002 - the hub's signature
        """Tell about the tasks below one."""
        return [task_json(part, with_request=request) for part in self._world.parts(task_id)]

    def task_result(self, task_id: int, raise_fault: bool = True) -> Any:  # noqa: FBT002 - the hub's signature
        """Return what came of a task."""
        task = self._find(task_id)
        if task.state == "CANCELED":
            raise fault("error", f"Task {task_id} is canceled")
        if task.state not in {"CLOSED", "FAILED"}:
            raise fault("error", f"Task {task_id} is not finished")
        if task.state == "CLOSED":
            return {}
        if raise_fault:
            raise fault("build", task.fault)
        return {"faultCode": 1005, "faultString": task.fault}

    def task_output(self, task_id: int, stat: bool = False) -> Any:  # noqa: FBT002 - the hub's signature
        """Name the files that a task left; with `stat`, tell about each."""
        files = self._find(task_id).files
        return (
            {name: {"st_size": str(len(text))} for name, text in files.items()}
            if stat
            else list(files)
        )

    def download(self, task_id: int, name: str, offset: int = 0, size: int = -1) -> str:
        """Return a part of a file that a task left, in base64."""
        text = self._find(task_id).files.get(name)
        if text is None:
            raise fault("error", f"No such file: {name}")
        end = len(text) if size < 0 else offset + size
        return b64encode(text.encode()[offset:end]).decode()

    def list_tasks(self, opts: Json | None = None, query: Json | None = None) -> list[Json]:
        """Return tasks by owner, method and time of creation."""
        wanted, page = dict(opts or {}), dict(query or {})
        unknown = wanted.keys() - {"owner", "method", "createdAfter", "decode"}
        if unknown:
            raise fault("error", f"Invalid option: {', '.join(sorted(unknown))}")
        found: Iterable[Task] = self._world.tasks.values()
        if page.get("order") == "-id":
            found = sorted(found, key=lambda task: -task.id)
        found = [task for task in found if _fits(task, wanted)]
        return [task_json(task, with_request=True) for task in found[: page.get("limit")]]

    def get_build(self, which: int | str, **_: Any) -> Json | None:
        """Tell about a build by number or by name, version and release; None: there is none."""
        builds = self._world.builds.values()
        return next((build_json(one) for one in builds if which in {one.id, one.nvr}), None)

    def _find(self, task_id: int) -> Task:
        task = self._world.tasks.get(task_id)
        if task is None:
            raise fault("error", f"No such task: {task_id}")
        return task

    def _new_session(self, who: User) -> Json:
        if who.blocked:
            raise fault("auth", f"logins by {who.name} are not allowed")
        number, key = secrets.randbelow(10**6), f"{who.id}-{secrets.token_hex(9)}"
        self._world.sessions[str(number), key] = who
        return {"session-id": number, "session-key": key, "header-auth": True}


def user() -> User:
    """Return who calls; a call that needs a login is refused without one."""
    who: User | None = flask.g.user
    if who is None:
        raise fault("not-allowed", "not logged in")
    return who


def _fits(task: Task, wanted: Json) -> bool:
    owner, method = wanted.get("owner"), wanted.get("method")
    return (
        owner in (None, task.owner.id)
        and method in (None, task.method)
        and task.created > wanted.get("createdAfter", 0)
    )

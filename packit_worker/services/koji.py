"""Koji through its own client: https://docs.pagure.org/koji/writing_koji_code/ tells how."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from packit_worker.errors import BAD_CREDENTIALS, RefusedError, TransientError
from packit_worker.koji import KojiBuild, KojiTask
from packit_worker.services import koji_answers
from packit_worker.services.koji_client import KojiClient
from packit_worker.services.koji_errors import asked, translated
from packit_worker.services.koji_settings import KojiSettings

# Hubs remove what is left below `cli-build` after some days, and nothing else.
_FOLDER = "cli-build/packit-worker-"
_MARKER = re.compile(r"[0-9A-Za-z-]+")
_SRPM = ".src.rpm"
# A crash between a submission and its row is looked into within minutes.
_LOOKED_AT = 500
_LONGEST = 300
# In the order in which they are worth reading.
_LOGS = ("build.log", "root.log")
_LOG_BYTES = 64 * 1024


class KojiHub:
    """A `packit_worker.koji.Koji`. One for each thread of a worker."""

    def __init__(self, settings: KojiSettings) -> None:
        self._settings = settings
        # Whoever only asks needs no login.
        self._client = KojiClient(settings)
        self._user_id: int | None = None

    def close(self) -> None:
        """Give the connections back."""
        self._client.forget()

    @property
    def username(self) -> str:
        """Our own account."""
        return self._settings.username

    def account(self) -> str:
        """Log in, and return who the hub takes us for."""
        with self._logged_in() as client:
            answer = client.getLoggedInUser()
        return str(answer["name"])

    def check_target(self, target: str) -> None:
        """Refuse a build target that Koji lacks, and name the nearest one."""
        if asked(lambda: self._client.getBuildTarget(target)) is not None:
            return
        names = [each["name"] for each in asked(self._client.getBuildTargets)]
        near = get_close_matches(target, names, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise RefusedError("unknown-target", f'Koji has no target "{target}".{hint}')

    def submit(self, srpm: Path, target: str, *, marker: str, scratch: bool = True) -> int:
        """Upload a source package, start its build, and return the number of the task."""
        if not srpm.name.endswith(_SRPM):
            raise RefusedError("not-a-source-package", f"{srpm.name} is no source package")
        folder = _folder(marker)
        with self._logged_in() as client:
            client.upload(srpm, folder)
            options = {"scratch": True} if scratch else {}
            return int(client.build(f"{folder}/{srpm.name}", target, options))

    def find_task(self, marker: str, *, since: datetime) -> KojiTask | None:
        """Return our task, created not before `since`, that builds from the marker's folder."""
        wanted = {
            "owner": self._own_id(),
            "method": "build",
            "createdAfter": int(since.timestamp()) - 1,
            "decode": True,
        }
        page = {"limit": _LOOKED_AT, "order": "-id"}
        tasks = asked(lambda: self._client.listTasks(wanted, page))
        with translated():
            found = [koji_answers.task_of(task, (), self._settings) for task in tasks]
        folder = f"{_folder(marker)}/"
        return next((task for task in found if (task.source or "").startswith(folder)), None)

    def task(self, task_id: int) -> KojiTask:
        """Return a task as it stands now, with its parts, in one call."""
        answer, parts = asked(lambda: self._ask_task(task_id))
        if answer is None:
            raise RefusedError("no-such-task", f"Koji has no task {task_id}")
        with translated():
            return koji_answers.task_of(answer, parts, self._settings)

    def why_failed(self, task_id: int) -> str:
        """Return what a failed task says of itself, in one line; "" where it says nothing."""
        answer = asked(lambda: self._client.getTaskResult(task_id, raise_fault=False))
        fault = answer.get("faultString") if isinstance(answer, Mapping) else None
        return " ".join(str(fault or "").split())[:_LONGEST]

    def log_end(self, task_id: int) -> str:
        """Return the end of the log of a part, at most 64 KiB; "" where it left none."""
        files = asked(lambda: self._client.listTaskOutput(task_id, stat=True))
        with translated():
            sizes = {name: int((files.get(name) or {}).get("st_size", 0)) for name in _LOGS}
        for name, size in sizes.items():
            if size:
                offset = max(0, size - _LOG_BYTES)
                where = (task_id, name, offset)
                data = asked(lambda: self._client.downloadTaskOutput(*where))  # noqa: B023 - at once
                return bytes(data).decode(errors="replace")
        return ""

    def build(self, nvr: str) -> KojiBuild | None:
        """Return the build of that name, version and release; None: there is none."""
        answer = asked(lambda: self._client.getBuild(nvr))
        with translated():
            return None if answer is None else koji_answers.build_of(answer, self._settings)

    def cancel(self, task_id: int) -> None:
        """Cancel a task of ours with its parts; one that has ended stays as it is."""
        with self._logged_in() as client:
            client.cancelTask(task_id)

    def task_url(self, task_id: int) -> str:
        """Return the page of a task."""
        return koji_answers.task_url(self._settings.web_url, task_id)

    def log_url(self, task_id: int) -> str:
        """Return where `build.log` of a part lies."""
        return koji_answers.log_url(self._settings.files_url, task_id)

    @contextmanager
    def _logged_in(self) -> Iterator[KojiClient]:
        """Give a session that is logged in, and end it.

        A session of its own for each piece of work: one that is kept would run out some day.
        """
        client = KojiClient(self._settings)
        try:
            with translated():
                client.log_in()
                yield client
            # All is done, so whatever the hub answers does no harm.
            with suppress(TransientError, RefusedError), translated():
                client.logout()
        finally:
            client.forget()

    def _own_id(self) -> int:
        if self._user_id is None:
            answer = asked(lambda: self._client.getUser(self.username))
            if answer is None:
                unknown = f"Koji knows no account {self.username}"
                raise TransientError(BAD_CREDENTIALS, service="Koji", detail=unknown)
            self._user_id = int(answer["id"])
        return self._user_id

    def _ask_task(self, task_id: int) -> tuple[Any, Any]:
        with self._client.multicall(strict=True) as calls:
            answer = calls.getTaskInfo(task_id, request=True)
            parts = calls.getTaskChildren(task_id)
        return answer.result, parts.result


def _folder(marker: str) -> str:
    """Return the upload folder of a marker."""
    if not _MARKER.fullmatch(marker):
        raise RefusedError("bad-request", f"{marker!r} is no marker")
    return f"{_FOLDER}{marker}"

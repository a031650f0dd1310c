"""The comment that tells how to install what was built, where the package config asks for it."""

from contextlib import suppress

from packit_worker.context import Context
from packit_worker.copr import CoprProject
from packit_worker.errors import TransientError
from packit_worker.runs import RunRow
from packit_worker.texts import inert

_TEXT = """Congratulations! The packages of this pull request were built in Copr: {url}

Install them like this, in a virtual machine or a container:

* `sudo dnf install -y dnf-plugins-core`
* {enable}
* `sudo dnf install -y <name of the package>`

They come from a pull request that nobody may have reviewed: install them at your own risk."""


def comment_on_success(context: Context, row: RunRow) -> None:
    """Comment once a pull request and project; the same comment is never written twice."""
    if context.job is None or row.thread is None or row.trigger != "pull-request":
        return
    notifications = context.job.values.get("notifications") or {}
    if not (notifications.get("pull_request") or {}).get("successful_build"):
        return
    project = CoprProject(row.details["owner"], row.details["name"])
    url = context.services.copr().project_url(project)
    # The status says the same: a forge that is down now must not fail the build.
    with suppress(TransientError):
        body = _TEXT.format(url=url, enable=inert(f"sudo dnf copr enable {project}"))
        context.reporter.answer(row.thread, f"packages in {project}", body)

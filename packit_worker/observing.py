"""How a task is seen from outside: its ids are in every line, and no error is lost."""

import inspect
import logging
from collections.abc import Callable, Collection
from typing import Any

from celery import Task, signals
from celery.exceptions import Ignore, Reject, Retry, TimeLimitExceeded, WorkerLostError

from packit_worker import sentry
from packit_worker.headers import Trail
from packit_worker.logs import about

# By these Celery steers: they are no errors.
_CONTROL = (Ignore, Reject, Retry)
# How a task ends with its process, and the code of it.
_LOSSES = {WorkerLostError: "worker-lost", TimeLimitExceeded: "time-limit"}
_UID = "packit_worker.losses"

log = logging.getLogger(__name__)


def report_losses(names: Collection[str]) -> None:
    """Report the last attempt at a task of these names, if it ended with its process.

    Nobody else can tell: the ledger knows of events alone.
    """

    def lost(sender: Any, task_id: str, exception: Exception, **_others: object) -> None:
        # Celery tells of a time limit twice, once without the request.
        if sender.name not in names or sender.request.id != task_id:
            return
        code = _LOSSES.get(type(exception))
        if code is not None:
            with about(correlation_id=Trail.of_request(sender.request).correlation_id):
                sentry.report_failure(sender.name, code)

    # The last application made in a process is the one that runs there.
    signals.task_failure.disconnect(dispatch_uid=_UID)
    signals.task_failure.connect(lost, weak=False, dispatch_uid=_UID)


def observed(run: Callable[..., None], *, is_event: bool) -> Callable[..., None]:
    """Return the function of a task, which calls `run(task, trail, **the arguments)`.

    What `run` raises ends here, with a line of its own: nobody waits for the result of a task.
    `is_event`: the id of the task is that of an event, or of an outcome of stage 1.
    """
    signature = inspect.signature(run)

    def task_run(task: Task[..., None], /, *args: Any, **kwargs: Any) -> None:
        came = Trail.of_request(task.request)
        ids = {"event_id": str(task.request.id)} if is_event else {}
        with (
            about(correlation_id=came.correlation_id, **ids),
            sentry.transaction(str(task.name), came) as trail,
        ):
            try:
                signature.bind(task, trail, *args, **kwargs)
            except TypeError as error:
                # Its text names arguments, and quotes none.
                sentry.tag(outcome="refused")
                log.error("refused %s: %s", task.name, error)  # noqa: TRY400 - not a bug of ours
                return
            try:
                run(task, trail, *args, **kwargs)
            except _CONTROL:
                raise
            except Exception as error:
                log.exception("bug in %s", task.name)
                sentry.tag(outcome="bug")
                sentry.report_bug(str(task.name), error)

    return task_run

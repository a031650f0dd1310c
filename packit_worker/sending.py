"""How a task is sent: the one place, so that no message of ours is sent without a time limit."""

from typing import Any

from celery import Celery

# Where Celery would put a text of the arguments, for monitors that we have none of. Not empty: then
# a worker makes that text of the whole payload after each task, and hands it to the log's handlers.
NO_REPR = "..."
# Seconds for which RabbitMQ may take to confirm a message, at each of the attempts. A queue without
# a leader confirms nothing, and without a limit the sender would wait for it for ever.
_CONFIRM_SECONDS = 3


def send(
    app: Celery, task: str, kwargs: dict[str, Any], headers: dict[str, str], **options: Any
) -> None:
    """Send a task; it is with the broker when this returns.

    Args:
        app: Knows the broker, and the queue of each task.
        task: The name of the task.
        kwargs: JSON only.
        headers: Of `Trail.headers`.
        options: Celery's: `task_id`, `queue`, `countdown`, `compression`.

    Raises:
        kombu.exceptions.OperationalError: The broker did not say that it has the message.
    """
    app.send_task(
        task,
        kwargs=kwargs,
        headers=headers,
        argsrepr=NO_REPR,
        kwargsrepr=NO_REPR,
        confirm_timeout=_CONFIRM_SECONDS,
        **options,
    )

"""How a task is sent: the one place, so that no message of ours is sent without a time limit."""

from typing import Any

from celery import Celery

from packit_worker.headers import Trail
from packit_worker.identity import base_id, follow_up_id
from packit_worker.stage1 import RECORD_OUTCOME

# Where Celery would put a text of the arguments, for monitors that we have none of. Not empty: then
# a worker makes that text of the whole payload after each task, and hands it to the log's handlers.
NO_REPR = "..."
# Seconds for which RabbitMQ may take to confirm a message, at each of the attempts. A queue without
# a leader confirms nothing, and without a limit the sender would wait for it for ever.
CONFIRM_SECONDS = 3


def send(
    app: Celery, task: str, kwargs: dict[str, Any], headers: dict[str, str], **options: Any
) -> None:
    """Send a task; it is with the broker when this returns.

    Args:
        app: Knows the broker, and the queue of each task.
        task: The name of the task.
        kwargs: JSON only.
        headers: Of `Trail.headers`.
        options: Celery's: `task_id`, `queue`, `countdown`, `compression`, `confirm_timeout`.

    Raises:
        kombu.exceptions.OperationalError: The broker did not say that it has the message. With
            `retry=False` it is the error of the broker's library.
    """
    with app.producer_or_acquire() as producer:
        try:
            app.send_task(
                task,
                kwargs=kwargs,
                headers=headers,
                argsrepr=NO_REPR,
                kwargsrepr=NO_REPR,
                producer=producer,
                # RabbitMQ: a message that no queue takes is an error, where it would be confirmed.
                mandatory=True,
                **{"confirm_timeout": CONFIRM_SECONDS} | options,
            )
        except Exception:
            # RabbitMQ may confirm this message yet, and the next sender on the same connection
            # would take that for an answer to its own.
            producer.connection.collect()
            raise


def send_record(app: Celery, trail: Trail, message_id: str, code: str, detail: str) -> None:
    """Have it kept in the ledger that a message was dropped: a newer sender, an older worker.

    Raises:
        kombu.exceptions.OperationalError: As above.
    """
    told = {"outcome": "invalid", "code": code, "detail": detail}
    task_id = follow_up_id(base_id(None, None, message_id), RECORD_OUTCOME)
    send(app, RECORD_OUTCOME, told, trail.headers(), task_id=task_id)

"""The reference: two tasks in a Celery application with Celery's defaults.

The first gets the payload as a JSON object, picks the same fields as our stage 1 and sends them to
the second. Only the broker and the two queues are set.
"""

import os
from typing import Any

from celery import Celery

from parsers import Parsed, parse

PARSE = "plain.parse"
PROCESS = "plain.process"

app = Celery("plain", broker=os.environ.get("PACKIT_WORKER_BROKER"))
app.conf.task_routes = {PARSE: {"queue": "plain_parse"}, PROCESS: {"queue": "plain_process"}}


@app.task(name=PARSE)
def parse_message(event: Any, source: str | None, event_type: str | None) -> None:
    """Stage 1."""
    outcome = parse(event, source=source, event_type=event_type)
    if isinstance(outcome, Parsed):
        app.send_task(PROCESS, kwargs=outcome.kwargs)


@app.task(name=PROCESS)
def process(**_kwargs: Any) -> None:
    """Stage 2."""

"""Payloads sent to the workers through the broker, each followed to its end."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import uuid4

from celery import Celery

from packit_worker.ending import NO_TIME_LEFT, SLOW_QUEUE
from packit_worker.follow import listening
from packit_worker.headers import Trail
from packit_worker.replaying import Hints, Patience, Replayed, SavedPayload
from packit_worker.sending import send
from packit_worker.stage1 import take_in
from packit_worker.tasks import PARSE_MESSAGE
from parsers import Options

_GOES_ON_AT_ONCE = frozenset({SLOW_QUEUE, NO_TIME_LEFT})


def replay_through(
    app: Celery,
    payloads: list[SavedPayload],
    hints: Hints,
    options: Options,
    patience: Patience,
    on_end: Callable[[], object],
) -> list[Replayed]:
    """Send payloads to parse_message and wait until each has come to its end.

    Args:
        app: an application whose broker answers.
        payloads: what to send.
        hints: what a door would have known of them.
        options: of stage 1.
        patience: how long to wait for the ends.
        on_end: called at each end.

    Returns:
        How each ended, in the order sent; `no-answer` where no end was heard of in time.
    """
    ends = _Ends(app, options, on_end, patience.waits)
    with app.connection_for_read() as connection, listening(connection, ends.hear) as key:
        for payload in payloads:
            ends.send(payload, hints, key)
        give_up_at = time.monotonic() + patience.timeout
        while ends.open and time.monotonic() < give_up_at:
            try:
                connection.drain_events(timeout=min(1.0, patience.timeout))
            except TimeoutError:
                continue
    return list(ends.by_correlation.values())


@dataclass(slots=True)
class _Ends:
    """What is known of each payload, by its correlation id."""

    app: Celery
    options: Options
    on_end: Callable[[], object]
    waits: bool
    by_correlation: dict[str, Replayed] = field(default_factory=dict)
    sent_at: dict[str, float] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def send(self, payload: SavedPayload, hints: Hints, follow: str) -> None:
        correlation = str(uuid4())
        self.by_correlation[correlation] = Replayed(payload.path)
        self.sent_at[correlation] = time.monotonic()
        try:
            text = payload.text.decode()
        except UnicodeDecodeError:
            # JSON text is UTF-8 on the way to a worker: there is none to send.
            malformed = take_in(payload.text, source=None, event_type=None, options=Options())
            self._end(correlation, asdict(malformed))
            return
        self.open.add(correlation)
        send(
            self.app,
            PARSE_MESSAGE,
            {
                "event": text,
                "source": hints.source,
                "event_type": hints.event_type,
                "delivery_id": hints.delivery_id(payload, self.options),
            },
            Trail(correlation, follow).headers(),
            compression="zstd",
        )

    def hear(self, report: dict[str, Any]) -> None:
        correlation = report["correlation_id"]
        if correlation not in self.open:
            return
        if report["stage"] == 1 and report["outcome"] == "parsed":
            queue = self.app.conf.task_routes[report["task"]]["queue"]
            known = self.by_correlation[correlation]
            self.by_correlation[correlation] = replace(known, event=report["event"], queue=queue)
            return
        # It goes on by itself: later, or at once in another message.
        is_followed = self.waits or report.get("code") in _GOES_ON_AT_ONCE
        if report["outcome"] == "waiting" and is_followed:
            known = self.by_correlation[correlation]
            self.by_correlation[correlation] = replace(
                known, outcome="waiting", detail=report.get("detail")
            )
            return
        self._end(correlation, report)

    def _end(self, correlation: str, report: dict[str, Any]) -> None:
        self.open.discard(correlation)
        self.by_correlation[correlation] = replace(
            self.by_correlation[correlation],
            outcome=report["outcome"],
            code=report.get("code"),
            detail=report.get("detail"),
            at=report.get("at"),
            seconds=time.monotonic() - self.sent_at[correlation],
        )
        self.on_end()

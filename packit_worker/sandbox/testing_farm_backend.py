"""What Testing Farm's machines do, as ordered, and the notifications it sends.

https://docs.testing-farm.io/Testing%20Farm/0.1/test-request.html
"""

import json
import urllib.request
from collections.abc import Callable  # noqa: TC003 - it is imported as everywhere else
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from packit_worker.sandbox.testing_farm_world import FarmTest

Told = Literal["all", "end", "twice", "none"]

_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request goes.

    Attributes:
        state: the last state; `running` hangs. Words that the real one does not know are allowed:
            it may learn new ones.
        overall: the result of a request that is `complete`; None: it has none.
        summary: what is said of it.
        told: of which changes a notification is sent: each, the last, the last one twice, none.
    """

    state: str = "complete"
    overall: str | None = "passed"
    summary: str | None = None
    told: Told = "all"

    def __post_init__(self) -> None:
        """Refuse words that mean nothing: an order may come as JSON."""
        if self.told not in get_args(Told):
            raise ValueError(f"told: {self.told!r} is none of {', '.join(get_args(Told))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What is posted to the webhook of a request."""

    url: str
    body: dict[str, Any] = field(repr=False)


def post(notification: Notification) -> None:
    """Post a notification over HTTP, as the real one does.

    Raises:
        OSError: nobody took it.
    """
    request = urllib.request.Request(  # noqa: S310 - the stand-in checked that it is HTTP
        notification.url,
        data=json.dumps(notification.body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
        pass


class FarmBackend:
    """Carries requests out at once. `on_notification` is called with each that is sent."""

    def __init__(self) -> None:
        self.on_notification: Callable[[Notification], object] = lambda _notification: None

    def run(self, test: FarmTest, outcome: Outcome | None = None) -> list[Notification]:
        """Carry a request out, and return the notifications that were sent."""
        outcome = outcome or Outcome()
        if test.has_ended:
            return []
        sent: list[Notification] = []
        for state in dict.fromkeys(("queued", "running", outcome.state)):
            is_last = state == outcome.state
            test.move(state)
            test.artifacts = f"https://artifacts.example.com/{test.id}"
            if is_last:
                _end(test, outcome)
            if outcome.told == "all" or (is_last and outcome.told != "none"):
                sent += self.notify(test, times=2 if is_last and outcome.told == "twice" else 1)
            if is_last:
                break
        return sent

    def notify(self, test: FarmTest, *, times: int = 1) -> list[Notification]:
        """Tell that a request changed, if its sender wants to know."""
        webhook = (test.body.get("notification") or {}).get("webhook")
        if not webhook:
            return []
        body = {"request_id": test.id} | ({"token": webhook["token"]} if "token" in webhook else {})
        sent = [Notification(url=webhook["url"], body=body)] * times
        for notification in sent:
            self.on_notification(notification)
        return sent


def old_result(test: FarmTest, token: str) -> dict[str, Any]:
    """Return the results of a request as the service of 2020 posted them: all in one."""
    return {
        "artifact": {"copr-chroot": "fedora-44-x86_64", "git-url": test.body["test"]["tmt"]["url"]},
        "environment": {"image": test.target},
        "message": test.summary or "",
        "pipeline": {"id": test.id},
        "result": test.overall or test.state,
        "tests": [{"name": "/install/copr-build", "result": test.overall, "log": test.artifacts}],
        "token": token,
        "url": test.artifacts,
    }


def _end(test: FarmTest, outcome: Outcome) -> None:
    test.overall = outcome.overall if outcome.state == "complete" else None
    test.summary = outcome.summary

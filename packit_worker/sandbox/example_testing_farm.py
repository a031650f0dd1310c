"""A small Testing Farm for the demo: it runs tests by itself, and tells of them."""

from collections.abc import Callable
from threading import Timer
from typing import Any, TypeAlias
from uuid import uuid4

from packit_worker.sandbox.testing_farm import TestingFarmStandIn
from packit_worker.sandbox.testing_farm_backend import Notification, Outcome
from packit_worker.sandbox.testing_farm_world import FarmTest

Send: TypeAlias = Callable[[dict[str, Any]], object]

KEY = "sandbox-testing-farm"
# One of them fails, so that both ends are seen.
_FAILS_ON = "Fedora-44"
_FAILED = Outcome(overall="failed", summary="1 of 3 tests failed")
# Seconds from a submission to the first notification: its row has the number by then.
_BEGINS_AFTER = 1.0


def example_testing_farm(send: Send, *, begins_after: float = _BEGINS_AFTER) -> TestingFarmStandIn:
    """Return a Testing Farm with our account; it tells of its tests by `send`."""
    stand_in = TestingFarmStandIn()
    stand_in.world.user("packit", key=KEY)
    stand_in.world.composes["public"] += ("Fedora-45",)
    stand_in.backend.on_notification = lambda told: send(_message(told))

    def begin(test: FarmTest) -> None:
        outcome = _FAILED if test.target.startswith(_FAILS_ON) else Outcome()
        timer = Timer(begins_after, stand_in.backend.run, (test, outcome))
        timer.daemon = True
        timer.start()

    stand_in.on_request = begin
    return stand_in


def _message(told: Notification) -> dict[str, Any]:
    """Return what a relay makes of a notification: it keeps the token to itself."""
    body = {name: value for name, value in told.body.items() if name != "token"}
    return {"id": str(uuid4()), "source": "testing-farm", "body": body}

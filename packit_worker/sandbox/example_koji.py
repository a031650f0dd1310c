"""A small Koji for the demo: it builds by itself, and sends its messages to the bus."""

from threading import Timer

from packit_worker.sandbox.example_copr import Send
from packit_worker.sandbox.koji import KojiStandIn
from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.sandbox.koji_world import Task

ACCOUNT, PASSWORD = "packit", "sandbox-koji-password"
_TARGETS = ("f43", "f44", "f45", "rawhide", "epel9")
# One of them fails, so that both ends are seen.
_FAILS, _OUTCOME = "rawhide", Outcome(arches={"aarch64": "failed"})
# Seconds from a submission to the first message: it has a number by then.
_BEGINS_AFTER = 1.0


def example_koji(send: Send, *, begins_after: float = _BEGINS_AFTER) -> KojiStandIn:
    """Return a Koji with our account and some targets."""
    stand_in = KojiStandIn()
    stand_in.world.user(ACCOUNT, password=PASSWORD)
    for target in _TARGETS:
        stand_in.world.target(target)
    stand_in.builders.on_message = send

    def begin(task: Task) -> None:
        outcome = _OUTCOME if task.request[1] == _FAILS else Outcome()
        timer = Timer(begins_after, stand_in.builders.run, (task, outcome))
        timer.daemon = True
        timer.start()

    stand_in.on_task = begin
    return stand_in

"""A small Copr for the demo: it builds by itself, and sends its messages to the bus."""

from collections.abc import Callable
from threading import Timer
from typing import Any, TypeAlias

from packit_worker.sandbox.copr import CoprStandIn
from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.copr_world import CHROOTS, Build

Send: TypeAlias = Callable[[dict[str, Any]], object]

ACCOUNT, LOGIN, TOKEN = "packit", "sandbox-copr", "sandbox-copr-token"
# One of them fails, so that both ends are seen.
OUTCOME = Outcome(chroots={"fedora-rawhide-x86_64": "failed"})
# Seconds from a submission to the first message: it has a number by then.
_BEGINS_AFTER = 1.0


def example_copr(send: Send, *, begins_after: float = _BEGINS_AFTER) -> CoprStandIn:
    """Return a Copr with our account, and the project of a group that we may not build in."""
    stand_in = CoprStandIn((*CHROOTS, "fedora-45-x86_64"))
    stand_in.world.user(ACCOUNT, login=LOGIN, token=TOKEN)
    stand_in.world.groups["brewers"] = []
    stand_in.world.project("@brewers/teapot", chroots=("fedora-44-x86_64",))
    stand_in.backend.on_message = send

    def begin(build: Build) -> None:
        timer = Timer(begins_after, stand_in.backend.run, (build, OUTCOME))
        timer.daemon = True
        timer.start()

    stand_in.on_build = begin
    return stand_in

"""What Copr's builders do, as ordered, and the messages they send to the bus.

https://github.com/fedora-copr/copr/tree/main/messaging
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from packit_worker.sandbox.copr_world import SOURCE, Build, Progress

Message = dict[str, Any]
End = Literal["succeeded", "failed", "hangs"]
Order = Literal["as-sent", "reversed", "ends-only", "starts-only", "none"]

_STATUS = {"failed": 0, "succeeded": 1, "running": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a build goes.

    Attributes:
        source: the end of the source package; after a failure no chroot begins.
        chroots: the end in each chroot; one that is not named succeeds.
        order: in which order the messages are sent, and which at all.
        package: name and version of the source package.
    """

    source: End = "succeeded"
    chroots: Mapping[str, End] = field(default_factory=dict)
    order: Order = "as-sent"
    package: tuple[str, str] = ("teapot", "2.1-1")

    def __post_init__(self) -> None:
        """Refuse words that mean nothing: an order may come as JSON."""
        ends, orders = get_args(End), get_args(Order)
        for end in (self.source, *self.chroots.values()):
            if end not in ends:
                raise ValueError(f"{end!r} is none of {', '.join(ends)}")
        if self.order not in orders:
            raise ValueError(f"order: {self.order!r} is none of {', '.join(orders)}")


class CoprBackend:
    """Carries builds out at once. `on_message` is called with every message that is sent."""

    def __init__(self) -> None:
        self.on_message: Callable[[Message], object] = lambda _message: None

    def run(self, build: Build, outcome: Outcome | None = None) -> list[Message]:
        """Carry a build out, send its messages, and return all of them in their true order."""
        outcome = outcome or Outcome()
        messages = list(_messages(build, outcome))
        for message in _arranged(messages, outcome.order):
            self.on_message(message)
        return messages


def _messages(build: Build, outcome: Outcome) -> list[Message]:
    if build.canceled:
        return []
    messages = _part(build, SOURCE, build.source_progress, outcome.source)
    if outcome.source != "succeeded":
        if outcome.source == "failed":
            for progress in build.chroots.values():
                progress.state = "failed"
        return messages
    build.package, build.version = outcome.package
    for name, progress in build.chroots.items():
        messages += _part(build, name, progress, outcome.chroots.get(name, "succeeded"))
    return messages


def _part(build: Build, chroot: str, progress: Progress, end: End) -> list[Message]:
    progress.state, progress.started = "running", int(time.time())
    messages = [_message(build, chroot, "start", "running")]
    if end != "hangs":
        progress.state, progress.ended = end, int(time.time())
        messages.append(_message(build, chroot, "end", end))
    return messages


def _message(build: Build, chroot: str, what: str, state: str) -> Message:
    """Return what the bus carries: the body, with the topic and the id beside it."""
    project = build.project
    status = _STATUS[state]
    topic = f"copr.build.{what}"
    body = {
        "build": build.id,
        "chroot": chroot,
        "copr": project.name,
        "ip": "2001:db8::17",
        "owner": project.owner,
        "pid": 190442,
        "pkg": build.package,
        "status": status,
        "user": build.submitter,
        "version": build.version,
        "what": f"build {what}: user:{build.submitter} copr:{project.name} build:{build.id} "
        f"pkg:{build.package} version:{build.version} ip:2001:db8::17 pid:190442 status:{status}",
        "who": f"backend.worker-rpm_build_worker:{build.id}-{chroot}",
    }
    return {
        "topic": f"org.fedoraproject.prod.{topic}",
        "id": str(uuid.uuid4()),
        "headers": {"fedora_messaging_schema": topic, "fedora_messaging_severity": 20},
        "body": body,
    }


def _arranged(messages: list[Message], order: Order) -> list[Message]:
    if order == "none":
        return []
    if order == "reversed":
        return messages[::-1]
    if order == "as-sent":
        return messages
    wanted = ".end" if order == "ends-only" else ".start"
    return [message for message in messages if message["topic"].endswith(wanted)]

"""What Koji's builders do, as ordered, and the messages they send to the bus."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from packit_worker.sandbox.koji_messages import Message, build_message, task_message
from packit_worker.sandbox.koji_world import Build, KojiWorld, Task

End = Literal["closed", "failed", "canceled", "hangs"]
Order = Literal["as-sent", "reversed", "ends-only", "starts-only", "none"]

_ENDED = {"CLOSED", "FAILED", "CANCELED", "COMPLETE"}
_BUILD_ENDS = {"CLOSED": "COMPLETE", "FAILED": "FAILED", "CANCELED": "CANCELED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a build goes.

    Attributes:
        source: the end of the source package; unless it is `closed`, no architecture begins.
        arches: the end in each architecture; one that is not named is `closed`.
        order: in which order the messages are sent, and which at all.
        fault: what the first part that fails says; "": what mock says.
        seconds: how long it took, as it is told: nobody waits for it.
    """

    source: End = "closed"
    arches: Mapping[str, End] = field(default_factory=dict)
    order: Order = "as-sent"
    fault: str = ""
    seconds: float = 252.0

    def __post_init__(self) -> None:
        """Refuse words that mean nothing: an order may come as JSON."""
        ends, orders = get_args(End), get_args(Order)
        for end in (self.source, *self.arches.values()):
            if end not in ends:
                raise ValueError(f"{end!r} is none of {', '.join(ends)}")
        if self.order not in orders:
            raise ValueError(f"order: {self.order!r} is none of {', '.join(orders)}")


class KojiBuilders:
    """Carries tasks out at once. `on_message` is called with every message that is sent."""

    def __init__(self, world: KojiWorld, web_url: str) -> None:
        self._world = world
        self.web_url = web_url
        self.on_message: Callable[[Message], object] = lambda _message: None

    def run(self, task: Task, outcome: Outcome | None = None) -> list[Message]:
        """Carry a task out, send its messages, and return all of them in their true order."""
        outcome = outcome or Outcome()
        messages = [] if task.state in _ENDED else self._carry_out(task, outcome)
        for message in _arranged(messages, outcome.order):
            self.on_message(message)
        return messages

    def cancel(self, task: Task) -> list[Message]:
        """Cancel a task, as a person does, and send the message of it."""
        old = task.state
        self._world.cancel(task)
        message = self._changed(task, old)
        self.on_message(message)
        return [message]

    def _carry_out(self, task: Task, outcome: Outcome) -> list[Message]:
        messages = [self._changed(task, None)]
        for state in ("ASSIGNED", "OPEN"):
            old, task.state = task.state, state
            task.started = time.time() if state == "OPEN" else None
            messages.append(self._changed(task, old))
        build = self._build_of(task)
        if build:
            messages.append(self._build_changed(build, None, task))
        ends = self._run_parts(task, outcome)
        if "hangs" in ends:
            return messages
        self._end(task, outcome.seconds)
        messages.append(self._changed(task, "OPEN"))
        if build:
            build.state, build.ended = _BUILD_ENDS[task.state], task.ended
            messages.append(self._build_changed(build, "BUILDING", task))
        return messages

    def _run_parts(self, task: Task, outcome: Outcome) -> list[End]:
        """Carry out what is below a task; the architectures only after the source package."""
        world = self._world
        source = world.task("rebuildSRPM", task.owner, [], **_below(task, "srpm"))
        ends = [_run_part(source, outcome.source, outcome.fault)]
        if ends == ["closed"]:
            for arch in world.targets.get(task.request[1], ()):
                part = world.task("buildArch", task.owner, [], **_below(task, arch))
                end = outcome.arches.get(arch, "closed")
                ends.append(_run_part(part, end, outcome.fault))
        return ends

    def _end(self, task: Task, seconds: float) -> None:
        """End a task as what is below it ended."""
        parts = self._world.parts(task.id)
        failed = [part for part in parts if part.state == "FAILED"]
        canceled = any(part.state == "CANCELED" for part in parts)
        task.state = "FAILED" if failed else "CANCELED" if canceled else "CLOSED"
        task.fault = failed[0].fault if failed else ""
        task.ended = (task.started or time.time()) + seconds

    def _build_of(self, task: Task) -> Build | None:
        """Make the build of a task that is no scratch build."""
        source, _target, options = task.request
        if options.get("scratch"):
            return None
        nvr = source.rpartition("/")[2].removesuffix(".src.rpm")
        return self._world.build(nvr, task.owner, task_id=task.id)

    def _changed(self, task: Task, old: str | None) -> Message:
        return task_message(task, old, self._world.parts(task.id), self.web_url)

    def _build_changed(self, build: Build, old: str | None, task: Task) -> Message:
        return build_message(build, old, task, self._world.parts(task.id), self.web_url)


def _below(task: Task, label: str) -> dict[str, Any]:
    arch = "noarch" if label == "srpm" else label
    return {"parent": task.id, "label": label, "arch": arch}


def _run_part(part: Task, end: End, fault: str) -> End:
    part.state, part.started = "OPEN", time.time()
    log = "build.log" if part.method == "buildArch" else "root.log"
    part.files[log] = f"Mock Version: 6.1\nStart: {part.method} {part.label}\n"
    if end != "hangs":
        part.state, part.ended = end.upper(), time.time()
    if end == "failed":
        part.fault = fault or (
            f"error building package (arch {part.arch}), mock exited with status 1; "
            f"see {log} for more information"
        )
        part.files[log] += f"error: Bad exit status from %build\n{part.fault}\n"
    return end


def _arranged(messages: list[Message], order: Order) -> list[Message]:
    if order == "none":
        return []
    if order == "reversed":
        return messages[::-1]
    if order == "as-sent":
        return messages
    return [message for message in messages if _is_end(message) == (order == "ends-only")]


def _is_end(message: Message) -> bool:
    return message["body"]["new"] in {"CLOSED", "FAILED", "CANCELED", 1, 3, 4}

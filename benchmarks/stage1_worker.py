"""What a stage 1 worker costs that has nothing to do: memory, and the CPU of its imports."""

import resource
import subprocess
import sys
from collections.abc import Callable

from benchmarks.figures import Figure, Report
from benchmarks.messages import Side
from benchmarks.payloads import pull_request
from benchmarks.programs import OURS, PLAIN, private_redis, worker
from benchmarks.rounds import alternate

MEMORY_TARGET = 60.0  # MB
IMPORT_TARGET = 0.4  # s of CPU
_MESSAGES = 100
_IMPORTS = {
    "bare Python": "pass",
    "plain Celery application": "import benchmarks.plain_celery",
    "packit_worker.celery": "import packit_worker.celery",
}


def run(*, quick: bool) -> Report:
    """Measure our stage 1 worker and a plain Celery worker, before and after 100 messages."""
    with private_redis() as url:
        ours = _memory(Side(url, 0, "parse_message"), OURS, "parse_message")
        plain = _memory(Side(url, 1, "plain_parse"), PLAIN, "plain_parse,plain_process")
    cpu = alternate({name: _importing(code) for name, code in _IMPORTS.items()}, 1 if quick else 7)
    mine = cpu["packit_worker.celery"]
    ratios = [
        Figure("idle memory (Pss), ours / Celery's defaults", ours[0][0] / plain[0][0]),
        Figure("import, ours / plain Celery application", mine / cpu["plain Celery application"]),
    ]
    absolute = []
    for name, found in (("ours", ours), ("Celery's defaults", plain)):
        for when, (pss, rss) in zip(("idle", "after 100 messages"), found, strict=True):
            most = MEMORY_TARGET if name == "ours" else None
            absolute.append(Figure(f"{name}, {when}: Pss", pss, "MB", most))
            absolute.append(Figure(f"{name}, {when}: Rss", rss, "MB", most))
    for name, seconds in cpu.items():
        target = IMPORT_TARGET if name == "packit_worker.celery" else None
        absolute.append(Figure(f"import, {name}: CPU", seconds, "s", target))
    return Report("stage 1 worker: memory and import", ratios, absolute)


def _memory(side: Side, command: tuple[str, ...], queues: str) -> list[tuple[float, float]]:
    """Return Pss and Rss when ready, and after messages whose stage 2 nobody serves."""
    with worker(command, queues, side.broker) as tree:
        idle = tree.memory()
        side.send([pull_request()] * _MESSAGES)
        side.deliver()
        side.drain(leave=frozenset({"pull_request_gh"}))
        return [idle, tree.memory()]


def _importing(code: str) -> Callable[[], float]:
    """Return what measures the seconds of CPU of a fresh Python that runs `code`."""

    def measure() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return measure

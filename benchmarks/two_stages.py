"""Both stages over a real Redis: our two workers as `packit-worker` runs them, and Celery's."""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure, Report
from benchmarks.messages import Side
from benchmarks.payloads import pull_request
from benchmarks.processes import Tree
from benchmarks.programs import OURS, PLAIN, private_redis, worker
from benchmarks.rounds import alternate


def run(*, quick: bool) -> Report:
    """Time the same payload, many times over, from delivery to the end of stage 2."""
    count, rounds = (20, 1) if quick else (1000, 5)
    cpu: dict[str, list[float]] = {"ours": [], "Celery": []}
    with ExitStack() as held:
        url = held.enter_context(private_redis())
        ours, plain = Side(url, 0, "parse_message"), Side(url, 1, "plain_parse")
        our_workers = [
            held.enter_context(worker(OURS, queues, ours.broker))
            for queues in ("parse_message", "pull_request_gh")
        ]
        plain_workers = [
            held.enter_context(worker(PLAIN, queue, plain.broker))
            for queue in ("plain_parse", "plain_process")
        ]
        sides = {
            "ours": _pass(ours, our_workers, count, cpu["ours"]),
            "Celery": _pass(plain, plain_workers, count, cpu["Celery"]),
        }
        for warm_up in sides.values():
            warm_up()
        for seconds in cpu.values():
            seconds.clear()
        rates = alternate(sides, rounds)
    spent = {name: median(seconds) for name, seconds in cpu.items()}
    return Report(
        f"two stages, {count} pull requests of {len(pull_request().text)} bytes a round",
        [
            Figure("events/s, ours / Celery's defaults", rates["ours"] / rates["Celery"]),
            Figure("CPU an event, ours / Celery's defaults", spent["ours"] / spent["Celery"]),
        ],
        [Figure(f"events/s, {name}", rate, "/s") for name, rate in rates.items()]
        + [Figure(f"CPU an event, {name}", took * 1e3, "ms") for name, took in spent.items()],
    )


def _pass(side: Side, workers: list[Tree], count: int, cpu: list[float]) -> Callable[[], float]:
    """Return what runs one round, keeps the seconds of CPU an event, and answers events/s."""
    payloads = [pull_request()] * count

    def one_round() -> float:
        side.send(payloads)
        pushed, spent = side.pushed(), sum(tree.cpu_seconds() for tree in workers)
        started = perf_counter()
        side.deliver()
        seconds = side.drain() - started
        cpu.append((sum(tree.cpu_seconds() for tree in workers) - spent) / count)
        if side.pushed() - pushed != count:
            raise SystemExit(f"{side.queue}: {side.pushed() - pushed} of {count} reached stage 2")
        return count / seconds

    return one_round

"""How long parsing takes, as a share of what reading the payload's JSON takes anyway."""

import json
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure, Report
from benchmarks.payloads import Payload, own, real
from benchmarks.rounds import alternate
from parsers import MalformedError, Parsed, parse

TARGET = 0.08
LARGE = 4000  # bytes
_ROUND_SECONDS = 0.001


def run(*, quick: bool) -> Report:
    """Compare `parse` with `json.loads` of the same payload; both run in this process."""
    ratios: list[Figure] = []
    absolute: list[Figure] = []
    for name, payloads in (("own", own()), ("real", real())):
        large = [payload for payload in payloads if len(payload.text.encode()) >= LARGE]
        if quick:
            large = large[::10]
        if large:
            _compare(name, large, 3 if quick else 9, ratios, absolute)
    return Report("parsing: parse / json.loads of the same payload", ratios, absolute)


def _compare(
    name: str, payloads: list[Payload], rounds: int, ratios: list[Figure], absolute: list[Figure]
) -> None:
    by_kind: dict[str, list[float]] = defaultdict(list)
    every: list[tuple[float, float]] = []
    for payload in payloads:
        kind, loads, parses = _measure(payload, rounds)
        by_kind[kind].append(parses / loads)
        every.append((loads, parses))
    found = [parses / loads for loads, parses in every]
    count = f"{len(found)} payloads of {LARGE} bytes and more"
    ratios.append(Figure(f"{name}, {count}: median", median(found), "", TARGET))
    ratios.append(Figure(f"{name}: worst", max(found)))
    for kind, values in sorted(by_kind.items()):
        ratios.append(Figure(f"{name}: {kind} ({len(values)}): median", median(values)))
    for side, seconds in zip(("json.loads", "parse"), zip(*every, strict=True), strict=True):
        absolute.append(Figure(f"{name}: {side}, median", median(seconds) * 1e6, "us"))


def _measure(payload: Payload, rounds: int) -> tuple[str, float, float]:
    """Return the kind of a payload, and the seconds of one `json.loads` and one `parse`."""
    loaded = json.loads(payload.text)

    def parses() -> object:
        try:
            return parse(loaded, source=payload.source, event_type=payload.event_type)
        except MalformedError as error:
            return error

    outcome = parses()
    if isinstance(outcome, MalformedError):
        kind = "malformed"
    else:
        kind = outcome.event if isinstance(outcome, Parsed) else "skipped"
    sides = {"loads": _timer(lambda: json.loads(payload.text)), "parse": _timer(parses)}
    medians = alternate(sides, rounds)
    return kind, medians["loads"], medians["parse"]


def _timer(call: Callable[[], object]) -> Callable[[], float]:
    """Return what measures the seconds of one call, over enough calls for the clock."""
    started = perf_counter()
    call()
    calls = max(3, int(_ROUND_SECONDS / (perf_counter() - started)))

    def timed() -> float:
        started = perf_counter()
        for _ in range(calls):
            call()
        return (perf_counter() - started) / calls

    return timed

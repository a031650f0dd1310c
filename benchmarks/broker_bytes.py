"""How many bytes lie on the broker for each byte of payload."""

from statistics import median

from benchmarks.figures import Figure, Report
from benchmarks.messages import Side, sizes
from benchmarks.payloads import Payload, own
from benchmarks.programs import OURS, PLAIN, private_redis, worker
from packit_worker.registry import EVENTS
from parsers import MalformedError, Parsed, parse


def run(*, quick: bool) -> Report:
    """Send payloads as each side does, let its stage 1 work them off, and weigh the messages."""
    payloads = [payload for payload in own() if _starts_something(payload)]
    payloads = payloads[::8] if quick else payloads
    weights = [len(payload.text.encode()) for payload in payloads]
    with private_redis() as url:
        ours = Side(url, 0, "parse_message")
        events = frozenset(event.word() for event in EVENTS)
        our_bytes = _weigh(ours, OURS, payloads, events)
        plain = Side(url, 1, "plain_parse")
        plain_bytes = _weigh(plain, PLAIN, payloads, frozenset({"plain_process"}))
    ratios, absolute = [], [Figure("payload, median", median(weights), "bytes")]
    for stage, mine, theirs in zip((1, 2), our_bytes, plain_bytes, strict=True):
        for name, found in (("ours", mine), ("Celery's defaults", theirs)):
            title = f"stage {stage}, {name}"
            ratios.append(Figure(f"{title}, bytes a payload byte", sum(found) / sum(weights)))
            absolute.append(Figure(f"{title}, median of a message", median(found), "bytes"))
        ratios.append(Figure(f"stage {stage}, ours / Celery's defaults", sum(mine) / sum(theirs)))
    return Report(f"bytes on the broker, {len(payloads)} payloads", ratios, absolute)


def _weigh(
    side: Side, command: tuple[str, ...], payloads: list[Payload], results: frozenset[str]
) -> tuple[list[int], list[int]]:
    """Return the bytes of each message of stage 1 and of stage 2."""
    first = side.send(payloads)
    side.deliver()
    with worker(command, side.queue, side.broker):
        side.drain(leave=results)
    return first, sizes(side.broker, *results)


def _starts_something(payload: Payload) -> bool:
    try:
        outcome = parse(payload.text, source=payload.source, event_type=payload.event_type)
    except MalformedError:
        return False
    return isinstance(outcome, Parsed)

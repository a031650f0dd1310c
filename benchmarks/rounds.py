"""Alternating rounds: what disturbs the machine for a while disturbs all sides alike."""

from collections.abc import Callable, Mapping
from statistics import median


def alternate(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Run the sides in turn, A B A B …, and return the median of each.

    Args:
        sides: what runs, and answers its figure of one round.
        rounds: how often each runs.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, run in sides.items():
            found[name].append(run())
    return {name: median(values) for name, values in found.items()}

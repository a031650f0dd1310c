"""What the sweep does about open builds and tests: the types of the rows of `CHECKUPS`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from packit_worker.events.base import Event
from packit_worker.policy import Policy
from packit_worker.run_states import RunKind
from packit_worker.runs import RunRow, Runs
from packit_worker.service_access import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepContext:
    """The surroundings of a checkup."""

    services: Services
    policy: Policy
    runs: Runs


class Ask(Protocol):
    """Asks a service about rows of one kind and one number of the service."""

    def __call__(self, rows: Sequence[RunRow], context: SweepContext, /) -> Sequence[Event]:
        """Return the events that the service should have sent, and did not.

        They are sent like any other, so a handler does what is due. Nothing new: no event.

        Args:
            rows: open, with the same `outside_id`; None where nothing was submitted.
            context: the surroundings; where no event fits, its `runs` advance and show the rows.

        Raises:
            TransientError: the service is down; asked again later.
            RefusedError: it does not know them: they end in an error.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One row of the table of the sweep.

    Attributes:
        kind: which rows.
        ask: asks about those of one number of the service.
        every: how long after one question the next is due.
    """

    kind: RunKind
    ask: Ask
    every: timedelta
